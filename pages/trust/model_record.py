import streamlit as st

from insights.charts import model_record as charts
from insights.months import month_label
from insights.views import model_record as views
from pages.shared import cached, headings, links, model_frames, ranking_state, scope_bar, states
from pages.shared import url_state as address
from pages.shared.charts import show_chart
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import plain

# 1. Which model
scope = scope_bar.current_scope()
headings.title("Model record")
ranking_state.stale_banner(scope)
versions = model_frames.versions()
if versions.empty:
    states.show_nothing(
        "The ranking is not trained yet, so it has no record.",
        "It is trained when usage is imported, or with: partner-insights train",
    )
    st.stop()
newest = versions.iloc[0]
report, names = model_frames.report(int(newest["model_id"])), model_frames.names()
as_of = month_label(int(newest["as_of"]))
horizons = {days: f"{days} days" for days in report["verdicts"]}
first = "90" if "90" in horizons else next(iter(horizons))
ordered = {first: horizons[first]} | horizons
days = int(address.segments("mr_days", "Horizon", ordered))
headings.say(f"**{plain(views.takeaway(report, days))}**")

# 2. Against the plain rules
headings.subheader("Against the plain rules")
scores = views.score_rows(report, days)
if scores.empty:
    states.show_nothing(
        "There is too little history: no past month has a known outcome.",
        "The record grows with every month that is imported.",
    )
else:
    says = views.takeaway(report, days)
    show_table(scores, views.SCORE_COLUMNS, key="mr_scores", alt=says)
    download_buttons(
        scores, views.SCORE_COLUMNS, name="model-scores", title="Model record", as_of=as_of
    )
    lift = views.lift_rows(report, days)
    with st.expander("Share reached among the first"):
        show_table(lift, views.LIFT_COLUMNS, key="mr_lift", alt="Shares reached by ranking.")

# 3. What was said first
said = model_frames.said(scope, int(newest["model_id"]), days)
if not said.empty:
    headings.subheader("What we said, and what happened")
    months = {str(month): month_label(month) for month in sorted(said["month"].unique())[::-1]}
    month = int(address.first_choice("mr_month", "Said as of", months))
    tops = {str(top): f"first {top}" for top in (20, 10, 50, 100, 200)}
    hits = views.hit_rows(said, month, int(address.segments("mr_top", "Show", tops)))
    says = views.hits_takeaway(hits, month, days)
    headings.say(plain(says))
    show_table(
        hits,
        views.HIT_COLUMNS,
        key="mr_hits",
        alt=says,
        on_select=links.open_customer,
        id_column="tenant_id",
    )
    if len(months) == 1:
        st.caption("Only one past month has a known outcome so far.")
    download_buttons(hits, views.HIT_COLUMNS, name="said-first", title="Said first", as_of=as_of)

# 4. Said against happened
headings.subheader("Are the chances right?")
by = address.segments("mr_by", "Split", views.PARTS)
bins = views.bin_rows(report, days, by, names)
says = views.bins_takeaway(bins)
st.caption(plain(says))
if not bins.empty:
    show_chart(cached.built(charts.reliability, bins), key=f"mr_bins_{by}", alt=says)
fair = views.fair_rows(report, days, names)
if not fair.empty:
    with st.expander("By size band and workload"):
        show_table(fair, views.FAIR_COLUMNS, key="mr_fair", alt="Said and happened by group.")
live = views.live_rows(model_frames.live(days)) if days in (30, 90, 180) else None
headings.subheader("Live record")
if live is None or live.empty:
    st.caption("No stored prediction of this horizon is old enough to be judged.")
else:
    show_table(live, views.LIVE_COLUMNS, key="mr_live", alt="Stored predictions and outcomes.")

# 5. Where it abstains, and what changed
headings.subheader("Where there is no answer, and what moved")
silent, quarters = views.abstain_rows(report), views.quarter_rows(report)
show_table(silent, views.ABSTAIN_COLUMNS, key="mr_abstains", alt="Pairs without an answer.")
drift = views.drift_rows(report)
says = views.drift_takeaway(drift)
st.caption(plain(says))
with st.expander("Inputs and crossings over time"):
    show_table(drift, views.DRIFT_COLUMNS, key="mr_drift", alt=says)
    show_table(quarters, views.QUARTER_COLUMNS, key="mr_quarters", alt="Crossings by quarter.")

# 6. The model and its versions
headings.subheader("The model in plain language")
headings.say(views.CARD)
show_table(versions, views.VERSION_COLUMNS, key="mr_versions", alt="Trainings, newest first.")
