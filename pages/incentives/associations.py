from pages.shared import claim_views, coverage_views, headings, scope_bar, url_state

VIEWS = {
    "clocks": "Clocks",
    "coverage": "Coverage",
    "register": "Claims",
    "proofs": "Proofs",
    "unclaimed": "Unclaimed",
    "changes": "Changes",
}
SHOWN = {
    "clocks": claim_views.show_clocks,
    "coverage": coverage_views.show_coverage,
    "register": claim_views.show_register,
    "proofs": claim_views.show_proofs,
    "unclaimed": coverage_views.show_unclaimed,
    "changes": coverage_views.show_changes,
}

scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
headings.title("Associations")
view = url_state.segments("as_view", "View", VIEWS)
SHOWN[view](scope, filters)
