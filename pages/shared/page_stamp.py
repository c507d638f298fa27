"""What a file of a page says about itself: as of when, by which filters, from what, by whom."""

from __future__ import annotations

from datetime import UTC, datetime

from data_access.queries.ranking import RunFacts, newest_run
from insights.exports.page_report import PageStamp
from insights.months import month_label
from insights.views.overview import period_text
from pages.shared import cached, saved_views, scope_bar, scope_state, store_access

DEMO = "Demo portfolio, invented figures"
FILES = "Imported files"


def page_stamp(page: str) -> PageStamp:
    """Return the stamp of what this run shows of a page (its name in the address)."""
    ignored = _ignored(page)
    active = scope_state.active_filters([spec.key for spec in scope_state.FILTERS])
    names = scope_bar.current_options().names
    told = [(spec, (spec.label, names[spec.key].get(code, code))) for spec, code in active]
    has_period = page not in scope_bar.PAGES_WITHOUT_FILTERS
    filters = scope_bar.current_filters()
    options = scope_bar.current_options()
    return PageStamp(
        as_of=month_label(options.newest_complete if "asof" in ignored else filters.as_of),
        period=period_text(filters) if has_period and not {"per", "asof"} & ignored else "",
        filters=tuple(pair for spec, pair in told if spec.key not in ignored),
        not_applied=tuple(pair for spec, pair in told if spec.key in ignored),
        source=source_words(),
        model=_model_words(cached.read(newest_run)),
        author=scope_bar.current_scope().who,
        written_at=datetime.now(UTC),
        address=f"/{'' if page == 'overview' else page}?{saved_views.current_query()}".rstrip("?"),
    )


def source_words() -> str:
    """Return where the figures come from."""
    return DEMO if store_access.is_demo() else FILES


def _ignored(page: str) -> set[str]:
    """Return the keys of the filters that a page does not use."""
    if page in scope_bar.PAGES_WITHOUT_FILTERS:
        return set(scope_state.RESERVED_KEYS)
    past = {"stood"} if page in scope_bar.PRESENT_ONLY else set()
    return past | set(scope_bar.IGNORED_FILTERS.get(page, {}))


def _model_words(run: RunFacts | None) -> str:
    if run is None:
        return ""
    words = (
        f"Version {run.model_id}, trained {run.trained_at:%Y-%m-%d}; scored "
        f"{run.scored_at:%Y-%m-%d} as of {month_label(run.as_of)}"
    )
    return f"{words}; {run.stale_why}" if run.is_stale else words
