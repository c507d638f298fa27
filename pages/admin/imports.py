import streamlit as st

from insights.exports.quarantine import mendable_csv
from insights.views import imports as views
from pages.shared import (
    cached,
    headings,
    importing,
    links,
    ranking_state,
    scope_bar,
    states,
    store_access,
)
from pages.shared.audit_export import Made, audited
from pages.shared.downloads import file_stem
from pages.shared.import_reports import show_reports
from pages.shared.tables import show_table

scope = scope_bar.current_scope()
headings.title("Imports")

# 1. Bring files in
st.markdown(
    "Upload the files of Partner Center as they are: CSV, TSV, Excel, or a ZIP of them. They are "
    "recognised by their header and checked first; nothing changes before you press Import."
)
if store_access.is_demo():
    st.info(
        "The first import of your own opens a new, empty store and the app shows that from then "
        "on. The demo is never mixed with it.",
        icon=":material/science:",
    )
done = importing.just_imported()
if done is not None:
    st.success(
        f"Imported: {views.total_counts(done)}. Every page shows it now.",
        icon=":material/check_circle:",
    )
    show_reports(done, key="done")
    st.button("Bring more files in", on_click=importing.put_away, key="imports_more")
else:
    files = st.file_uploader(
        "Files to import",
        type=["csv", "tsv", "txt", "xlsx", "zip"],
        accept_multiple_files=True,
        max_upload_size=500,
        key=importing.uploader_key(),
    )
    tenant_id = st.text_input(
        "Tenant id, only for Microsoft Graph reports",
        key="imports_tenant",
        placeholder="72f988bf-86f1-41af-91ab-2d7cd011db47",
        help="A Graph report counts one tenant's users and does not name the tenant.",
    ).strip()
    reports = importing.checked(files, tenant_id) if files else None
    if reports is not None:
        headings.subheader("What this import would do")
        show_reports(reports, key="checked")
        if st.button("Import", key="imports_import", icon=":material/upload_file:"):
            importing.import_now(files, tenant_id)

ranking_state.stale_banner(scope)

# 2. What was brought in
headings.header("History")
batches = views.batch_rows(cached.import_batches(scope))
if batches.empty:
    states.stop_with_hint("Nothing was imported yet.")
show_table(
    batches,
    views.BATCH_COLUMNS,
    key="imports_history",
    alt=f"{len(batches)} imports, the newest first",
    on_select=importing.choose_batch,
    id_column="batch_id",
)

# 3. One import: its report, what it changed, its rows to mend
labels = views.batch_labels(batches)
chosen = st.selectbox(
    "Details of import", list(labels), format_func=labels.__getitem__, key=importing.CHOSEN_BATCH
)
show_reports([views.stored_report(batches, chosen)], key="stored")
changed = cached.restatements_of(scope, chosen)
links.audit_link("Who brought files in", event="import")
if not changed.empty:
    headings.subheader("Past values that it changed")
    show_table(
        changed,
        views.CHANGED_COLUMNS,
        key="imports_changed",
        alt=f"{len(changed)} past values with the old and the new number",
    )
problems = views.quarantine_rows(cached.quarantined_problems(scope, chosen))
if not problems.empty:
    headings.subheader("Rows set aside")
    st.markdown(
        "Download them, mend the cells that the reason names, keep the column quarantine\\_id, "
        "and bring the file in again; the rows are then marked as mended."
    )
    show_table(
        problems,
        views.QUARANTINE_COLUMNS,
        key="imports_quarantine",
        alt=f"{len(problems)} findings on rows that were set aside",
    )
    rows = views.open_problems(problems)
    st.download_button(
        "Rows to mend as CSV",
        data=audited(
            lambda: Made(mendable_csv(rows), len(rows)), title=f"To mend of {chosen}", kind="csv"
        ),
        file_name=f"{file_stem('quarantine')}-{chosen}.csv",
        mime="text/csv",
        on_click="ignore",
        key="imports_mend",
        icon=":material/download:",
        disabled=rows.empty,
    )
