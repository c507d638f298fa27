"""The words of an opportunity's detail: sides, weights, outcomes, and what cannot be told."""

import pandas as pd
import pytest

from insights.charts.opportunity import path_to_milestone, reason_bars, said_by_month
from insights.ranking.explain import Move
from insights.ranking.levers import Lever
from insights.ranking.lookalikes import Lookalike
from insights.ranking.reasons import Reason
from insights.ranking.verdicts import Verdict
from insights.views import opportunity_detail as views
from tests.unit.test_ranking_lookalikes import OWN

MODEL = Verdict("model", "percent", "")
GAP = Verdict("gap", "order", "")
NEAR = Lookalike("t2", "Near & Co", 94, 30.0, 0.5, (30.0, float("nan"), 41.0), 2)
SLOW = Lookalike("t3", "Slow", 94, 29.0, 1.5, (29.0, 28.0, 28.0), None)


@pytest.mark.parametrize(
    ("amount", "word"), [(-0.7, "much"), (0.25, "somewhat"), (0.2, "a little")]
)
def test_weight_is_a_word(amount, word):
    assert views.weight_words(amount) == word


def test_reasons_say_that_only_distance_counts_when_the_gap_rule_ranks():
    reasons = [Reason("distance", -0.8, "41 of 1,000 users missing")]
    told = views.reason_rows(reasons, MODEL).iloc[0]
    assert (told["side"], told["weight"]) == ("▼ against", "much")
    assert told["text"] == "41 of 1,000 users missing"
    assert "only the distance counts" in views.reason_rows(reasons, GAP)["text"].iloc[0]
    assert len(reason_bars(views.reason_rows(reasons, MODEL)).data[0]["x"]) == 1


def test_moves_are_told_with_the_largest_in_words():
    moved = (Move("season", 0.5), Move("renewed", -0.25))
    assert views.move_rows(moved)["side"].tolist() == ["▲ up", "▼ down"]
    assert views.moved_words(moved) == ("Its score rose since the month before, mostly by: season.")
    assert "nothing can be compared" in views.moved_words(())


def test_levers_show_no_more_than_the_record_allows():
    levers = [
        Lever("claim", "Claim it", 0.31, None, is_reached=False),
        Lever("activate", "All", 0.31, 1.0, is_reached=True),
        Lever("half", "Half", 0.31, 0.62, is_reached=False),
    ]
    assert views.lever_rows(levers, MODEL)["after"].tolist() == ["—", "reached", "60%"]
    assert views.lever_rows(levers, GAP)["after"].tolist() == ["—", "reached", "—"]


def test_lookalikes_tell_when_they_got_there_or_that_none_is_comparable():
    rows = views.lookalike_rows([NEAR, SLOW], 40)
    assert rows["outcome"].tolist() == ["40% after 2 months", "40% not reached yet"]
    assert rows["path"].tolist() == [[30.0, 41.0], [29.0, 28.0, 28.0]]
    assert views.lookalike_words([NEAR, SLOW], 40).startswith("1 of 2 comparable customers")
    assert views.lookalike_words([], 40) == views.NO_LOOKALIKE


def test_path_shows_the_customer_its_lookalikes_and_only_known_arrivals():
    figure = path_to_milestone(OWN, [NEAR], percent=40, eta=(101, 104, None))
    assert [trace.name for trace in figure.data] == [
        "10% would be there",
        "Half would be there",
        "This customer",
        "Near &amp; Co",
    ]
    assert figure.data[2].y[-1] == 0.3
    assert figure.data[1].y == (0.3, 0.4)


SAID = pd.DataFrame(
    {
        "as_of": [24320, 24321],
        "milestone": [15, 40],
        "log_odds_90": [0.0, -1.0986122886681098],
        "gap_log_odds_90": [1.0986122886681098, 0.0],
    }
)


def test_history_tells_what_was_said_newest_first():
    chances = views.chances_said(SAID)
    told = views.history_rows(chances, MODEL)
    assert told["month"].tolist() == ["Oct 2026", "Sep 2026"]
    assert told["milestone"].tolist() == ["40%", "15%"]
    assert told["chance"].tolist() == ["25%", "50%"]
    assert told["gap"].tolist() == ["50%", "75%"]
    assert views.history_words(chances) == "Its score is lower than in Sep 2026, over 2 rankings."
    assert list(said_by_month(chances).data[0]["y"]) == pytest.approx([0.5, 0.25])


def test_history_shows_no_number_where_the_record_allows_none():
    told = views.history_rows(views.chances_said(SAID), GAP)
    assert told["chance"].tolist() == ["—", "—"]
    assert "ranked once" in views.history_words(views.chances_said(SAID.head(1)))
