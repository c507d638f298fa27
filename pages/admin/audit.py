import streamlit as st

from insights.views import audit as views
from pages.shared import audit_detail, audit_frames, headings, states
from pages.shared.downloads import download_buttons
from pages.shared.tables import show_table
from pages.shared.text import counted
from pages.shared.today import today

headings.title("Audit")
st.markdown(
    "Who took data out, brought files in, and changed rules, grants, claims, actions and people. "
    "Rows are only ever added. Opening a page is not noted."
)

# 1. Which events
question = audit_frames.asked()
counts = audit_frames.counts(question)
if counts.empty:
    states.stop_with_hint("Nothing was noted that matches.", "Choose more days or fewer filters.")

# 2. The event that is open
event = audit_frames.chosen()
if event is not None:
    audit_detail.show_event(event)

# 3. Events, the newest first
page = audit_frames.page_of(question)
total = int(counts["events"].sum())
says = f"{counted(len(page.rows), 'event')} of {total:,}, the newest first"
show_table(
    page.rows,
    views.COLUMNS,
    key="au_events",
    alt=says,
    on_select=audit_frames.open_row,
    id_column="row",
)
st.caption(f"{says}. A click on a row shows all of it.")
with st.container(horizontal=True, gap="small"):
    last = str(page.rows["row"].iloc[-1]) if len(page.rows) else ""
    for label, row, is_off in (
        ("Newest", "", audit_frames.is_first(question)),
        ("Older", last, not page.has_older),
    ):
        st.button(
            label,
            key=f"au_{label.lower()}",
            on_click=audit_frames.show_older,
            args=(question, row),
            disabled=is_off,
            type="tertiary",
        )
    download_buttons(
        audit_frames.every(question),
        views.FILE_COLUMNS,
        name="audit",
        title="Audit",
        as_of=f"{today():%Y-%m-%d}",
    )
if total > audit_frames.MOST_IN_FILE:
    st.caption(f"A file holds the newest {audit_frames.MOST_IN_FILE:,}; choose fewer days.")

# 4. By kind
headings.header("By kind")
show_table(counts, views.COUNT_COLUMNS, key="au_counts", alt=f"{total:,} events by kind")
