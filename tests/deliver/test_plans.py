"""Account plans within a run: which are made, which are kept, and what a failing one leaves behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import kamkit
from kamkit.deliver.runner import run
from kamkit.errors import ParameterError
from tests.deliver import toy

ROOT = Path(__file__).parents[2]
NAMES = {"10": "Örnäs Kraft AB", "=1+1": "a/b\\c:*?", "CON": "Nul", "30": "No key account"}
SHOW = """\
import pathlib
here = pathlib.Path('.').resolve()
note = {'kind': 'plan part', 'name': 'goals', 'message': '', 'key': ''}
html = f'<section>{account_id} in {here}</section>'
data = {'text/html': html, 'application/vnd.kamkit.shown+json': note}
display(data, raw=True)"""
FAIL_FOR_CON = "assert account_id != 'CON', 'no such name'"


def with_accounts(path, **decided):
    """A toy engagement of four accounts, three of them in the programme."""
    told = toy.engagement(path)
    tiers = ["A", "A", "B", None]
    frame = pd.DataFrame({"account_id": list(NAMES), "name": list(NAMES.values()), "kam_tier": tiers})
    told.table = lambda name: frame if name == "accounts" else None
    told.decision = lambda key, default=None: decided.get(key.replace(".", "_"), default)
    told.account = lambda asked: kamkit.Engagement.account(told, asked)
    told.numbers = kamkit.locale.numbers.Numbers("EUR", "en")
    return told


@pytest.fixture(autouse=True)
def fake_engagement(monkeypatch):
    import kamkit.engagement.engagement as module

    monkeypatch.setattr(kamkit, "Engagement", module.Engagement, raising=False)
    monkeypatch.setattr(kamkit, "open", with_accounts)


def make(folder, *cells, step_cells=("ok = 1",)):
    """One step, and the notebook of the plans, which reads its table."""
    toy.notebook(folder, "01_a", *step_cells, writes=("base",))
    given = "engagement = 'x'\naccount_id = ''"
    return toy.notebook(folder, "account_plan", *cells, SHOW, reads=("base",), parameters=given)


def record_of(result):
    return json.loads((result.run_folder / "run.json").read_text(encoding="utf-8"))


def delivered(folder):
    return sorted(p.name for p in (folder / "deliverables" / "plans").glob("*"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A whole run with three plans."""
    folder = tmp_path_factory.mktemp("acme")
    make(folder)
    with pytest.MonkeyPatch.context() as patch:
        import kamkit.engagement.engagement as module

        patch.setattr(kamkit, "Engagement", module.Engagement, raising=False)
        patch.setattr(kamkit, "open", with_accounts)
        return folder, run(folder, progress=False)


def test_each_key_account_gets_a_page_under_a_name_that_any_system_can_hold(finished):
    folder, result = finished
    assert delivered(folder) == ["1-1-bac90eef_a-b-c.html", "10_ornas-kraft-ab.html", "con-a3dbc4b6_nul.html"]
    assert {a: p.name for a, p in result.plans.items()} == {
        "10": "10_ornas-kraft-ab.html",
        "=1+1": "1-1-bac90eef_a-b-c.html",
        "CON": "con-a3dbc4b6_nul.html",
    }


def test_each_plan_is_of_its_account_and_runs_in_the_engagement(finished):
    folder, result = finished
    for account, page in result.plans.items():
        assert f"<section>{account} in {folder}</section>" in page.read_text(encoding="utf-8")


def test_the_working_directory_of_the_process_stays(finished):
    assert Path.cwd() != finished[0]


def test_the_report_lists_the_plans_with_relative_links(finished):
    _, result = finished
    html = result.report.read_text(encoding="utf-8")
    assert '<a href="plans/10_ornas-kraft-ab.html">Örnäs Kraft AB</a>' in html
    assert "No key account" not in html


def test_one_account_is_made_alone_and_keeps_the_other_plans(finished, capsys):
    folder, before = finished
    pages = {a: p.read_bytes() for a, p in before.plans.items()}
    result = run(folder, account="örnäs kraft ab")
    record = record_of(result)
    assert record["steps"]["01_a"]["status"] == "reused"
    assert {a: p["status"] for a, p in record["plans"].items()} == {
        "10": "done",
        "=1+1": "reused",
        "CON": "reused",
    }
    assert f"taken from run {before.run_folder.name}" in capsys.readouterr().err.replace("\n", " ")
    assert result.account == "10"
    assert len(delivered(folder)) == 3
    kept = result.plans["CON"].read_text(encoding="utf-8")
    assert f"unchanged since run {before.run_folder.name}" in kept
    assert kept.count("<section>CON in") == pages["CON"].decode().count("<section>CON in") == 1


def test_an_account_that_is_no_key_account_gets_a_plan_when_asked_for(finished):
    folder, _ = finished
    result = run(folder, account="30", progress=False)
    assert result.plans["30"].name == "30_no-key-account.html"
    assert len(delivered(folder)) == 4


@pytest.mark.parametrize(
    ("asked", "said"),
    [("Ornas Kraft", r"10 \(Örnäs Kraft AB\)"), ("CONN", r"CON \(Nul\)"), (" ", "no account is named")],
)
def test_an_unknown_account_stops_everything_and_names_the_closest(tmp_path, asked, said):
    make(tmp_path)
    with pytest.raises(ParameterError, match=said):
        run(tmp_path, account=asked, progress=False)
    assert not (tmp_path / "runs").exists()


def test_the_account_is_no_parameter(tmp_path):
    make(tmp_path)
    with pytest.raises(ParameterError, match="--account"):
        run(tmp_path, parameters=["account_id=10"], progress=False)


def test_an_engagement_without_the_notebook_makes_no_plans(tmp_path):
    toy.notebook(tmp_path, "01_a")
    assert run(tmp_path, progress=False).plans == {}
    with pytest.raises(ParameterError, match="no notebook account_plan"):
        run(tmp_path, account="10", progress=False)


def test_a_failing_plan_takes_no_other_down_and_leaves_nothing(tmp_path):
    make(tmp_path, FAIL_FOR_CON)
    (tmp_path / "deliverables" / "plans").mkdir(parents=True)
    result = run(tmp_path, progress=False)
    assert set(result.plans_failed) == {"CON"}
    assert not result.succeeded
    assert "account_plan.ipynb, code cell 2: assert account_id" in result.plans_failed["CON"]
    assert "the plan of CON (Nul) was not made" in result.messages[0]
    assert delivered(tmp_path) == ["1-1-bac90eef_a-b-c.html", "10_ornas-kraft-ab.html"]
    kept = [p.name for p in (result.run_folder / "plans").iterdir() if p.is_file()]
    assert sorted(kept) == delivered(tmp_path)
    assert "no such name" in (result.run_folder / "logs" / "con-a3dbc4b6.log").read_text(encoding="utf-8")
    assert "Nul <span" in result.report.read_text(encoding="utf-8")
    assert "could not be made" in result.report.read_text(encoding="utf-8")


def test_a_plan_asked_for_that_fails_leaves_the_deliverables_as_they_were(tmp_path):
    make(tmp_path)
    run(tmp_path, progress=False)
    before = {p: p.read_bytes() for p in (tmp_path / "deliverables").rglob("*") if p.is_file()}
    make(tmp_path, FAIL_FOR_CON)
    result = run(tmp_path, account="CON", progress=False)
    assert set(result.plans_failed) == {"CON"}
    after = {p: p.read_bytes() for p in (tmp_path / "deliverables").rglob("*") if p.is_file()}
    assert after == before


def test_a_notebook_that_shows_no_part_is_a_failing_plan(tmp_path):
    toy.notebook(tmp_path, "account_plan", parameters="engagement = 'x'\naccount_id = ''")
    toy.notebook(tmp_path, "01_a")
    failed = run(tmp_path, account="10", progress=False).plans_failed
    assert "shows no part of a plan" in failed["10"]


def test_single_steps_take_over_the_plans_that_still_hold_and_no_others(tmp_path, capsys):
    make(tmp_path)
    run(tmp_path, progress=False)
    assert len(run(tmp_path, steps="1", progress=False).plans) == 3
    make(tmp_path, step_cells=("changed = 1",))
    result = run(tmp_path, steps="1")
    assert "3 other account plans can't be taken" in capsys.readouterr().err.replace("\n", " ")
    assert result.plans == {}
    assert {p["status"] for p in record_of(result)["plans"].values()} == {"not run"}
    assert delivered(tmp_path) == []


def test_no_plan_is_made_where_a_step_failed(tmp_path):
    make(tmp_path, step_cells=("1/0",))
    result = run(tmp_path, progress=False)
    assert set(result.failed) == {"01_a"}
    assert record_of(result)["plans"] == {}


def test_the_decision_says_who_gets_a_plan(tmp_path, monkeypatch):
    make(tmp_path)
    monkeypatch.setattr(kamkit, "open", lambda path: with_accounts(path, plan_accounts=["30"]))
    assert list(run(tmp_path, progress=False).plans) == ["30"]


def test_plans_are_made_two_at_a_time(tmp_path):
    together = (
        "import pathlib, time\n"
        "pathlib.Path(f'here-{ord(account_id[0])}').touch()\n"
        "end = time.monotonic() + 60\n"
        "while len(list(pathlib.Path().glob('here-*'))) < 2 and time.monotonic() < end: time.sleep(0.05)\n"
        "assert time.monotonic() < end"
    )
    make(tmp_path, together)
    assert run(tmp_path, progress=False).plans_failed == {}


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_an_interrupt_ends_the_kernels_of_plans(tmp_path):
    sleep = "import os, pathlib, time\npathlib.Path(f'{os.getpid()}.pid').touch()\ntime.sleep(120)"
    make(tmp_path, sleep)
    command = [sys.executable, "-m", "tests.deliver.test_plans", str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 120
    while len(list(tmp_path.glob("*.pid"))) < 2:
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
    os.kill(process.pid, signal.SIGINT)
    said = process.communicate(timeout=300)[1]
    assert "The deliverables are as they were." in said
    kernels = [int(p.stem) for p in tmp_path.glob("*.pid")]
    while any(is_alive(kernel) for kernel in kernels):
        assert time.monotonic() < end, "a kernel lives on"
        time.sleep(0.1)
    assert len(kernels) == 2
    assert not (tmp_path / "deliverables").exists()


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def main():
    """Run an engagement with plans from a process of its own."""
    import kamkit.engagement.engagement as module

    toy.listen_to_interrupts()
    kamkit.Engagement, kamkit.open = module.Engagement, with_accounts
    run(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
