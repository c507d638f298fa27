"""`train`, `score` and `evaluate`: what they print, write, refuse, and their exit codes."""

import json
from functools import partial

import pytest
from click.testing import CliRunner

from data_access import training
from data_access.cli import main
from tests.ranking_builders import canonical, steady, world

MONTHS = ["2026-08", "2026-09", "2026-10"]
HEADER = "tenant_id,workload,as_of,milestone,horizon_days,probability"


@pytest.fixture
def call(tmp_path, monkeypatch):
    """Run a command on a store of its own and return the result."""
    monkeypatch.setattr(training, "train", partial(training.train, dates=2))
    store = f"sqlite:///{tmp_path / 'cli.db'}"

    def run(*arguments: str):
        return CliRunner().invoke(main, [*arguments, "--store", store])

    return run


@pytest.fixture
def usage(tmp_path):
    def write(text: str) -> str:
        path = tmp_path / "usage.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_score_writes_every_prediction_and_the_same_bytes_again(call, usage, tmp_path):
    call("import", usage(canonical(steady("Ünit 1", "My Tool", MONTHS, 1000, [10, 20, 30]))))
    result = call("score", "--out", str(tmp_path / "p.csv"))
    assert result.exit_code == 0
    assert "1 pairs ranked as of 2026-10." in result.stdout
    assert "Too little history" in result.stdout
    written = (tmp_path / "p.csv").read_bytes()
    header, *lines = written.decode().splitlines()
    assert header == HEADER
    assert [line.rpartition(",")[0] for line in lines] == [
        "Ünit 1,*,2026-10,,30",
        "Ünit 1,*,2026-10,,90",
        "Ünit 1,*,2026-10,,180",
        "Ünit 1,My Tool,2026-10,0.15,30",
        "Ünit 1,My Tool,2026-10,0.15,90",
        "Ünit 1,My Tool,2026-10,0.15,180",
    ]
    assert call("score", "--out", str(tmp_path / "again.csv")).exit_code == 0
    assert (tmp_path / "again.csv").read_bytes() == written


def test_options_choose_month_milestones_and_horizons(call, usage, tmp_path):
    call("import", usage(canonical(steady("A", "X", MONTHS, 100, [3, 8, 12]))))
    asked = ("--as-of", "2026-09", "--milestones", "40, 10", "--horizons", "60")
    result = call("score", *asked, "--out", str(tmp_path / "p.csv"))
    assert result.exit_code == 0
    assert "Pages keep" in result.stdout
    lines = (tmp_path / "p.csv").read_text().splitlines()
    assert [line.rpartition(",")[0] for line in lines[1:]] == [
        "A,*,2026-09,,60",
        "A,X,2026-09,0.1,60",
    ]


@pytest.mark.parametrize("command", ["train", "score", "evaluate"])
def test_store_without_usage_is_refused(call, usage, command, tmp_path):
    call("import", usage("tenant_id,workload,month,paid_available_units,monthly_active_users\n"))
    out = ("--out", str(tmp_path / "p.csv")) if command == "score" else ()
    result = call(command, *out)
    assert result.exit_code == 1
    assert not (tmp_path / "p.csv").exists()
    assert "no usage" in result.stderr or "no store" in result.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ("--as-of", "yesterday"),
        ("--milestones", "15;40"),
        ("--horizons", "0"),
        ("--milestones", ""),
    ],
)
def test_wrong_options_are_wrong_usage(call, wrong):
    assert call("score", *wrong).exit_code == 2


def test_file_that_cannot_be_written_is_refused_before_anything_is_done(call, usage, tmp_path):
    call("import", usage(canonical(steady("A", "X", MONTHS, 100, [3, 8, 12]))))
    result = call("score", "--out", str(tmp_path / "nowhere" / "p.csv"))
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
    assert json.loads(call("status", "--json").stdout)["ranked_as_of"] is None


def test_import_says_that_the_ranking_is_older_and_keeps_json_pure(call, usage):
    text = canonical(steady("A", "X", MONTHS, 100, [3, 8, 12]))
    first = call("import", usage(text), "--json")
    assert "run partner-insights score" in first.stderr
    assert len(json.loads(first.stdout)) == 1
    assert call("score").exit_code == 0
    assert call("import", usage(text)).stderr == ""  # nothing new
    told = json.loads(call("status", "--json").stdout)
    assert (told["ranked_as_of"], told["ranked_pairs"], told["ranking_is_stale"]) == (
        "2026-10",
        1,
        False,
    )


def test_evaluate_shows_the_record_beside_every_plain_rule(call, usage):
    call("import", usage(world(30, 2, 16)))
    record = json.loads(call("evaluate", "--json").stdout)
    at_90 = {row["forecaster"]: row for row in record["scores"] if row["days"] == 90}
    assert set(at_90) >= {"model", "gap", "base", "points", "pace", "line", "curve"}
    assert 0 < at_90["model"]["average_precision"] <= 1
    assert 0 < at_90["model"]["events"] < at_90["model"]["rows"]
    shown = call("evaluate")
    assert shown.exit_code == 0
    for words in ("90 days", "learned model", "gap rule, calibrated", "base rate", "log-loss"):
        assert words in shown.stdout
    # The model that the first call trained is the one that the second one shows.
    assert record["model_id"] == json.loads(call("evaluate", "--json").stdout)["model_id"]
