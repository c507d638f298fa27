import streamlit as st

from insights.charts import earnings as charts
from insights.milestone_states import STATES_BY_CODE
from insights.money import MONEY_GROUPS, MONEY_GROUPS_BY_CODE, rate_card_text
from insights.months import month_label, month_of
from insights.views import earnings as views
from insights.views import earnings_quarters as by_quarter
from insights.views import reconciliation as paid_views
from pages.shared import cached, earnings_frames, headings, links, scope_bar, states, url_state
from pages.shared.cards import show_cards
from pages.shared.charts import show_chart
from pages.shared.downloads import download_buttons
from pages.shared.earnings_forecast import show_forecast
from pages.shared.reconciliation_section import show_reconciliation
from pages.shared.tables import show_table
from pages.shared.target_form import show_target_form, show_target_history
from pages.shared.text import plain
from pages.shared.today import today

scope, filters = scope_bar.current_scope(), scope_bar.current_filters()
headings.title("Earnings")

# 1. View-model
asked = earnings_frames.money_question(scope, filters)
if asked is None:
    states.stop_with_hint("Milestones were not judged yet.", "Any import judges them.")
targets = earnings_frames.targets(scope)
view = cached.computed(views.earnings_view, asked.rows(targets), asked.as_of)
if view is None:
    states.stop_with_no_match()
rules = earnings_frames.rules_in_force(asked.as_of)
headings.caption(
    f"As of {month_label(asked.as_of)}. What is ahead: {rate_card_text(rules)}; what was earned "
    "or missed: by the rate card of its own programme year, or as Microsoft says it paid."
)
show_cards(view.cards, key="er_cards")

# 2. All value
headings.header("All value of the portfolio")
st.markdown(plain(view.takeaway))
show_chart(
    cached.built(charts.value_waterfall, view.parts),
    key="er_waterfall",
    alt=f"Waterfall of all value. {view.takeaway}",
    on_pick=lambda code: url_state.set_in_address("er_part", code),
)
if view.outside:
    st.caption(plain(view.outside))
part = url_state.choice(
    "er_part",
    "Part of the value",
    {group.code: group.label for group in MONEY_GROUPS},
    placeholder="Choose a part, or click its bar",
)
if part is not None:
    group = MONEY_GROUPS_BY_CODE[part]
    details = view.parts[view.parts["code"] == part]
    st.markdown(plain(group.meaning))
    with st.container(horizontal=True):
        for code in group.states:
            links.page_link(
                links.MILESTONES,
                label=f"Milestones: {STATES_BY_CODE[code].label}",
                icon=":material/arrow_forward:",
                query_params={"mi_list": "state", "mi_state": code},
            )
    show_table(details, views.PART_COLUMNS, key="er_details", alt=group.meaning)

# 3. By fiscal quarter
headings.header("By fiscal quarter")
drawn = by_quarter.quarters_drawn(view.quarters)
show_chart(
    cached.built(charts.money_by_quarter, drawn),
    key="er_quarters",
    alt=by_quarter.quarters_words(drawn),
)
show_target_form(scope, filters, asked.as_of)
newest_first = view.quarters.iloc[::-1]
columns = by_quarter.QUARTER_COLUMNS
show_table(newest_first, columns, key="er_quarter_table", alt=by_quarter.quarters_words(drawn))
download_buttons(newest_first, columns, name="earnings-quarters", title="Earnings by quarter")
show_target_history(targets)
show_forecast(asked, view.quarters)

# 4. By workload and partner
for what, rows in (("workload", view.by_workload), ("partner", view.by_partner)):
    headings.header(f"By {what}")
    columns = views.split_columns(what.capitalize(), asked.as_of)
    show_table(rows, columns, key=f"er_by_{what}", alt=views.split_words(rows))
    download_buttons(rows, columns, name=f"earnings-{what}s", title=f"Earnings by {what}")

# 5. Paid, to be paid, growth
show_reconciliation(asked)
headings.header("Expected payments")
payments = cached.computed(
    paid_views.expected_payments, asked.expected(), month_of(today()), asked.has_earnings()
)
words = paid_views.payments_words(payments)
st.markdown(plain(words))
if not payments.empty:
    show_chart(cached.built(charts.expected_payments, payments), key="er_payments", alt=words)
    columns = paid_views.PAYMENT_COLUMNS
    show_table(payments, columns, key="er_payment_table", alt=words)
    download_buttons(payments, columns, name="expected-payments", title="Expected payments")
growth = asked.growth()
if not growth.empty:
    headings.header("Growth model")
    st.caption(plain(paid_views.GROWTH_WORDS))
    table = cached.computed(paid_views.growth_table, growth, rules)
    columns = paid_views.GROWTH_COLUMNS
    shown = table.head(paid_views.ROWS_SHOWN)
    show_table(shown, columns, key="er_growth", alt=paid_views.growth_words(table))
    if len(table) > len(shown):
        st.caption(f"The first {len(shown):,} of {len(table):,} rows; the download has all.")
    download_buttons(table, columns, name="growth-model", title="Growth model")
