"""The list of customers and a customer's page as people meet them."""

import json

import pytest
from sqlalchemy import insert

from data_access import schema
from tests.app.performance_store import OCT, fill_portfolio
from tests.builders import bring_in

CUSTOMERS = "pages/performance/customers.py"
CUSTOMER = "pages/performance/customer.py"


@pytest.fixture
def open_customers(shown_store, without_exception):
    fill_portfolio(shown_store)
    return lambda **query: without_exception(CUSTOMERS, query=query)


@pytest.fixture
def open_customer(shown_store, without_exception):
    fill_portfolio(shown_store)
    return lambda tenant_id=None, **query: without_exception(
        CUSTOMER, query=query if tenant_id is None else {"cust": tenant_id, **query}
    )


def names(page):
    return page.dataframe[0].value["tenant_name"].tolist()


def captions(page):
    return " ".join(caption.value for caption in page.caption)


def test_list_shows_every_customer_with_figures_and_users_needed(open_customers):
    page = open_customers()
    table = page.dataframe[0].value.set_index("tenant_name")
    assert table.index.tolist() == ["Tailspin", "Fabrikam", "Contoso *bold*"]
    assert table["active_usage"].tolist() == pytest.approx([10, 10, 60])  # percent on screen
    assert table["change"].tolist() == pytest.approx([5, 5, 30])
    assert table["users_needed"].tolist()[:2] == [25, 15]  # 15 % of 500 and of 300
    assert table.loc["Contoso *bold*", "flags"] == ["▫ Small base"]
    assert table.loc["Contoso *bold*", "partners"] == "p1"
    assert "3 customers" in captions(page)


def test_filters_search_and_order_of_a_link_are_in_force(open_customers):
    assert names(open_customers(p="p2")) == ["Fabrikam"]
    assert names(open_customers(wl="EXO")) == ["Contoso *bold*"]
    assert names(open_customers(cu_q="SPIN")) == ["Tailspin"]
    assert names(open_customers(cu_sort="name"))[0] == "Contoso *bold*"
    assert names(open_customers(cu_flag="small_base")) == ["Contoso *bold*"]


def test_unknown_order_or_flag_of_a_link_is_ignored(open_customers):
    assert len(names(open_customers(cu_sort="nonsense", cu_flag="nonsense"))) == 3


def test_search_without_a_match_says_what_to_change(open_customers):
    page = open_customers(cu_q="nobody")
    assert not page.dataframe
    assert "No customer matches this search" in page.info[0].value


def test_filters_without_a_match_offer_to_reset_them(open_customers):
    page = open_customers(wl="EXO", mk="FR")
    assert "Nothing matches these filters" in page.info[0].value
    page.button(key="state_reset").click().run()
    assert len(names(page)) == 3


def test_marked_customers_of_a_link_stand_side_by_side(open_customers):
    page = open_customers(cu_sel=["t1", "t3"])
    compared = page.dataframe[1].value.set_index("figure")
    assert compared.loc["Active usage"].tolist() == ["10.0%", "60.0%"]
    figure = json.loads(page.get("plotly_chart")[0].proto.spec)
    assert [trace["name"] for trace in figure["data"]] == ["Contoso *bold*", "Tailspin"]
    page.button(key="cu_clear").click().run()
    assert len(page.dataframe) == 1


def test_customer_page_shows_name_as_typed_facts_and_figures(open_customer):
    page = open_customer("t1")
    assert page.title[0].value == r"Contoso \*bold\*"
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown["Active usage"] == r"60\.0%"  # 120 of 200
    assert shown[r"Workloads at 40%"] == "2 of 2"
    text = " ".join(line.value for line in page.markdown)
    assert "**Segment** Enterprise" in text
    assert "Small base" in text
    workloads = page.dataframe[0].value.set_index("workload_name")
    assert workloads.loc["EXO", "monthly_active_users"] == 80
    assert workloads.loc["TEAMS", "needed_40"] == 0


def test_customer_page_shows_the_months_of_the_period_and_workloads_of_the_filter(open_customer):
    page = open_customer("t1", per="3m", wl="EXO")
    assert page.dataframe[0].value["workload_name"].tolist() == ["EXO"]
    figure = json.loads(page.get("plotly_chart")[0].proto.spec)
    assert len(figure["data"][0]["x"]) == 3


def test_customer_page_lists_what_a_later_file_changed(shown_store, without_exception):
    fill_portfolio(shown_store)
    with shown_store.write() as writing:
        writing.execute(
            insert(schema.usage_revision).values(
                tenant_key=1,
                workload_key=1,
                month=OCT,
                paid_available_units=90,
                monthly_active_users=33,
                batch_id=1,
                replaced_by_batch_id=1,
            )
        )
    page = without_exception(CUSTOMER, query={"cust": "t1"})
    assert "Restated values" in [header.value for header in page.header]
    changes = page.dataframe[1].value
    assert changes[["old_units", "new_units"]].values.tolist() == [[90, 100]]
    assert changes[["old_users", "new_users"]].values.tolist() == [[33, 40]]


def test_unknown_customer_says_so_and_leads_back(open_customer):
    page = open_customer("nobody *x*")
    assert r"nobody \*x\*" in page.info[0].value
    assert page.get("page_link")


def test_no_chosen_customer_leads_to_the_list(open_customer):
    assert "No customer is chosen" in open_customer().info[0].value


def test_partner_filter_does_not_hide_a_customers_own_page(open_customer):
    assert open_customer("t3", p="p1").title[0].value == "Tailspin"


HISTORY = """
tenant_id,workload,month,paid_available_units,monthly_active_users,partner_id,associated_on
t1,Teams,2026-08,1000,100,p1,2026-06-01
t1,Teams,2026-09,1000,120,p1,2026-06-01
t1,Teams,2026-10,1000,141,p1,2026-06-01
t1,SharePoint,2026-09,500,40,,
t1,SharePoint,2026-10,500,41,,
"""
CLAIMS = """
claim_id,tenant_id,workload,partner_id,status,status_on,submitted_on
C-1,t1,SharePoint,p1,Submitted,2026-11-02,2026-11-02
"""


@pytest.fixture
def judged_customer(shown_store, without_exception):
    """The page of a customer whose milestones are judged."""
    bring_in(shown_store, HISTORY, CLAIMS)
    return without_exception(CUSTOMER, query={"cust": "t1"})


def rows_with(page, *columns):
    shown = next(frame.value for frame in page.dataframe if {*columns} <= {*frame.value.columns})
    return shown[list(columns)].to_numpy().tolist()


def test_customer_page_says_how_many_users_are_missing(judged_customer):
    told = "\n".join(each.value.replace("\\", "") for each in judged_customer.markdown)
    assert "9 more active users to 15%" in told
    assert "34 more active users to 15%" in told


def test_customer_page_has_milestones_chain_and_value(judged_customer):
    # 150 - 141 users to 15 % and 400 - 141 to 40 % of 1,000 seats at 3 USD, counted once: 777 USD.
    cards = {metric.label: metric.value for metric in judged_customer.metric}
    assert cards["◑ In flight"] == "\\$777"
    assert ["Microsoft Teams", "15%", "◑ In flight", 9, 27.0] in rows_with(
        judged_customer, "workload_name", "goal", "state_words", "users_needed", "value_usd_e4"
    )
    assert ["SharePoint Online", "15%", "… in claim", "… 34 users missing"] in rows_with(
        judged_customer, "workload_name", "goal", "claim", "reached"
    )
    assert "No chain is broken" in "".join(each.value for each in judged_customer.markdown)


def test_customer_page_draws_the_claims_over_time(judged_customer):
    assert "Claims and actions over time" in [each.value for each in judged_customer.subheader]
    charts = judged_customer.get("plotly_chart")
    assert any("C-1" in chart.proto.spec for chart in charts)


def test_customer_without_judged_milestones_says_so(open_customer):
    page = open_customer("t1")
    assert any("No milestone of this customer is judged" in info.value for info in page.info)
