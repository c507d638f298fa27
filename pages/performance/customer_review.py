import streamlit as st

from insights.exports.customer_review import customer_review
from pages.shared import customer_frames, links, page_record, scope_bar, states
from pages.shared.page_stamp import source_words
from pages.shared.report_page import show_report
from pages.shared.today import now

# 1. Scope and filters
scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
wanted = links.chosen_customer()
rows = None if wanted is None else customer_frames.review_rows(scope, filters, wanted)
if rows is None:
    states.stop_without_customer(wanted)

# 2. What the customer may see
links.page_link(links.CUSTOMER, label="Back to the customer", icon="⬅️")
st.info(
    "This is what the customer may see: no money, no claims, no rankings, no other names. Read it, "
    "then take it as a file with Share above.",
    icon=":material/handshake:",
)
report = customer_review(
    rows, since=filters.since, as_of=filters.as_of, source=source_words(), written_at=now()
)
if report is None:
    states.stop_with_hint("No report in this period.", "Choose a longer period above.")
show_report(report)
page_record.share_instead(report)
