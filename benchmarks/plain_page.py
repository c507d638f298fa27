"""The overview as many people would write it: read the facts, group by, draw with plotly.express.

It shows about what our overview shows: totals, a trend by workload, the largest customers and
partners. `PLAIN_STORE` names the store's file. The tables are read once and kept by
st.cache_data, which hands out a copy on every run; nothing else is prepared.
"""

import os

import pandas as pd
import plotly.express as px
import streamlit as st

STORE = os.environ["PLAIN_STORE"]
TABLES = {
    "usage": "SELECT tenant_key, workload_key, month, paid_available_units, monthly_active_users "
    'FROM "usage" WHERE month > (SELECT max(month) - 13 FROM "usage")',
    "tenant": "SELECT tenant_key, name, segment, market FROM tenant",
    "workload": "SELECT workload_key, name AS workload FROM workload",
    "association": "SELECT tenant_key, workload_key, partner_key FROM association "
    "WHERE end_month = 99999",
    "partner": "SELECT partner_key, name AS partner FROM partner",
}


@st.cache_data
def table(name: str) -> pd.DataFrame:
    """Return one table of the store."""
    return pd.read_sql(TABLES[name], f"sqlite:///{STORE}")


usage = table("usage").merge(table("tenant")).merge(table("workload"))
segments = st.multiselect("Segment", sorted(usage["segment"].unique()))
if segments:
    usage = usage[usage["segment"].isin(segments)]
newest = usage[usage["month"] == usage["month"].max()]
seats, users = newest["paid_available_units"].sum(), newest["monthly_active_users"].sum()

st.title("Overview")
for place, (label, value) in zip(
    st.columns(3),
    {"Seats": f"{seats:,}", "Users": f"{users:,}", "Active usage": f"{users / seats:.1%}"}.items(),
    strict=True,
):
    place.metric(label, value)

trend = usage.groupby(["month", "workload"], as_index=False)[
    ["paid_available_units", "monthly_active_users"]
].sum()
trend["active usage"] = trend["monthly_active_users"] / trend["paid_available_units"]
st.plotly_chart(px.line(trend, x="month", y="active usage", color="workload"))
st.plotly_chart(px.bar(trend, x="month", y="monthly_active_users", color="workload"))

held = newest.merge(table("association")).merge(table("partner"))
partners = held.groupby("partner", as_index=False)["monthly_active_users"].sum()
st.plotly_chart(
    px.bar(partners.nlargest(10, "monthly_active_users"), y="partner", x="monthly_active_users")
)
customers = newest.groupby("name", as_index=False)[
    ["paid_available_units", "monthly_active_users"]
].sum()
st.dataframe(customers.nlargest(100, "paid_available_units"))
