"""The people list and playbooks as tables, from hand-made frames."""

import json

import pandas as pd

from insights.actions.people import people_from_texts
from insights.actions.playbooks import Playbook, Step
from insights.views import people as views

PEOPLE = pd.DataFrame(
    {
        "email": ["ana@partner.com", "bo@partner.com"],
        "name": ["Ana Lind", "=Bo"],
        "role": ["account_manager", "sales"],
        "partner_ids": ['["p1", "p9"]', "[]"],
        "tenant_ids": ["[]", '["t1"]'],
        "hours_per_week": [6.0, 2.5],
        "is_active": [False, True],
    }
)
BOOK = Playbook("sprint", "A sprint", "activate", ("TEAMS",), (Step("a", "Do it", 20),), 30, 5)


def test_people_show_what_they_own_active_ones_first():
    rows = views.people_rows(PEOPLE, {"p1": "North"}, {"bo@partner.com": 4})
    assert rows["name"].tolist() == ["=Bo", "Ana Lind"]
    assert rows["partner_names"].tolist() == [[], ["North", "p9"]]
    assert rows["customers"].tolist() == [1, 0]
    assert rows["open_actions"].tolist() == [4, 0]


def test_list_can_be_downloaded_changed_and_uploaded_again():
    text = views.people_csv(PEOPLE.assign(name=["Ana Lind", "Bo Berg"])).decode("utf-8-sig")
    header, *lines = [line.split(",") for line in text.splitlines()]
    found, problems = people_from_texts(header, lines, [1, 2])
    assert problems.empty
    assert views.effects(found, PEOPLE.assign(name=["Ana Lind", "Bo Berg"]))["effect"].tolist() == [
        "= unchanged",
        "= unchanged",
    ]


def test_download_runs_no_formula():
    assert "'=Bo" in views.people_csv(PEOPLE).decode()


def test_effects_name_what_a_list_changes():
    found = pd.concat([PEOPLE, PEOPLE.head(1).assign(email="cleo@partner.com")], ignore_index=True)
    found.loc[1, "hours_per_week"] = 4.0
    rows = views.effects(found, PEOPLE)
    assert rows["effect"].tolist() == ["= unchanged", "~ changed", "+ new"]
    assert rows["changed"].tolist() == ["", "Hours per week: 2.5 → 4", ""]
    assert views.effects_words(rows, 2) == (
        "1 new, 1 changed, 1 unchanged; 2 problems, whose rows are left out."
    )


def test_history_of_a_person_in_words():
    changes = json.dumps({"role": ["sales", "admin"], "partner_ids": [None, '["p1"]']})
    events = pd.DataFrame({"who": ["x"], "changes": [changes], "happened_at": [pd.NaT]})
    assert views.history_rows(events)["changed"].tolist() == ["Role: Sales → Admin; Partners: p1"]


def test_playbooks_show_effort_caps_and_standing():
    (row,) = views.playbook_rows([BOOK], frozenset({"sprint"})).to_dict("records")
    assert (row["minutes"], row["once"], row["most"]) == (20, 30, 5)
    assert (row["workloads"], row["standing"]) == ("Teams", "✎ changed")
    assert views.caps_words(BOOK) == (
        "For “Drive activation” of TEAMS: 20 minutes in all; at most once per customer in 30 days, "
        "and at most 5 open per owner."
    )
