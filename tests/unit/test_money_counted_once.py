"""A milestone reached in a year of the growth model is tracked; its money is that of the units."""

from datetime import date

from insights.milestone_verdict import verdict
from tests.milestone_builders import PROGRAM, earning, facts, held, month, usage_rows

MARCH = month("2024-03")
GREW = usage_rows(month("2024-01"), [1000] * 3, [100, 120, 200])  # 20 units, then 80: 15 % in March
JUNE = date(2024, 6, 30)


def compared(*earnings):
    known = facts(GREW, associations=[held(date(2024, 1, 1))], earnings=earnings)
    found = verdict(known, PROGRAM, MARCH, known_on=JUNE)
    return found.reconciliation.set_index("milestone")


def test_growth_is_compared_once_and_not_as_a_milestone_as_well():
    rows = compared()
    assert rows.index.to_list() == [0]
    assert rows.loc[0, "earned_usd_e4"] == 100 * 30_000  # 100 units at an example rate of $3


def test_milestone_that_microsoft_paid_by_name_is_compared_too():
    rows = compared(earning("15%", 150, earning_on=date(2024, 4, 16)))
    assert rows.index.to_list() == [0, 15]
    assert rows.loc[15, "paid_usd_e4"] == 1_500_000


def test_milestone_reached_in_a_milestone_year_is_compared():
    usage = usage_rows(month("2022-01"), [1000, 1000], [100, 150])
    known = facts(usage, associations=[held(date(2022, 1, 1))])
    found = verdict(known, PROGRAM, month("2022-02"), known_on=date(2022, 5, 1))
    assert found.reconciliation["milestone"].to_list() == [15]
