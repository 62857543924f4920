"""The main job, on notebooks of trivial cells in real kernels."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

import kamkit
from kamkit.deliver.record import RunRecord, lenders
from kamkit.deliver.runner import run
from kamkit.engagement.problems import GateError, Problem
from kamkit.errors import LockedError, ParameterError, RunError
from kamkit.kernels import WarmProvisioner
from tests.deliver import toy

ROOT = Path(__file__).parents[2]
SHOW_PLACE = "import os; print(engagement, top, os.environ['KAMKIT_RUN'], os.getcwd())"
SHOW_HISTORY = "print(list(get_ipython().history_manager.search('*')), get_ipython().history_manager.enabled)"
FAIL = """\
from kamkit.errors import ValuesError
raise ValuesError('amount holds infinity', where='sales.amount', remedy='mend it')"""
TELL_AND_SLEEP = (
    "import os, pathlib, time\npathlib.Path('kernel.pid').write_text(str(os.getpid()))\ntime.sleep(120)"
)


@pytest.fixture(autouse=True)
def fake_engagement(monkeypatch):
    monkeypatch.setattr(kamkit, "open", toy.engagement)


def record_of(result):
    return json.loads((result.run_folder / "run.json").read_text(encoding="utf-8"))


def deliver(folder, text="previous"):
    (folder / "deliverables").mkdir(parents=True)
    (folder / "deliverables" / "report.html").write_text(text)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Two notebooks, run with a parameter; and the first result."""
    folder = tmp_path_factory.mktemp("acme $HOME {0}")
    with_top = {"parameters": "engagement = 'x'\ntop = 0.1"}
    first = toy.notebook(folder, "01_a", writes=("base",), workshop="1/0", **with_top)
    toy.notebook(folder, "02_b", reads=("base",))
    toy.notebook(folder, "03_c", SHOW_PLACE, **with_top)
    toy.notebook(folder, "04_d", SHOW_HISTORY)
    deliver(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kamkit, "open", toy.engagement)
        return folder, first, run(folder, parameters=["top=0.2"], progress=False)


def test_the_kernel_is_told_engagement_parameters_and_run_folder(finished):
    folder, _, result = finished
    printed = toy.printed(result.run_folder / "notebooks" / "03_c.ipynb")
    assert printed == f"{folder} 0.2 {result.run_folder} {folder}\n"


def test_cells_are_not_kept_in_the_users_own_history(finished):
    _, _, result = finished
    assert toy.printed(result.run_folder / "notebooks" / "04_d.ipynb") == "[] False\n"


def test_workshop_cells_are_left_out_of_a_run(finished):
    _, _, result = finished
    executed = nbformat.read(result.run_folder / "notebooks" / "01_a.ipynb", as_version=4)
    assert not [c for c in executed.cells if "workshop" in c.metadata.get("tags", [])]


def test_the_record_says_what_was_run_on_what(finished):
    _, _, result = finished
    record = record_of(result)
    assert record["status"] == "succeeded"
    assert record["inputs"] == {"sales": "1f", "engagement.toml": "2e"}
    assert record["parameters"] == {"top": 0.2}
    assert [s["status"] for s in record["steps"].values()] == ["done"] * 4
    assert set(record["tables"]) == {"base"}
    assert record["id"] == result.run_folder.name


def test_the_deliverables_are_those_of_the_run(finished):
    folder, _, result = finished
    assert result.report == folder / "deliverables" / "report.html"
    assert result.report.read_text(encoding="utf-8") == (result.run_folder / "report.html").read_text(
        encoding="utf-8"
    )


def test_a_step_not_selected_lends_its_tables_while_inputs_and_notebook_are_the_same(finished, capsys):
    folder, first, before = finished
    result = run(folder, steps="2", parameters=["top=0.2"])
    record = record_of(result)
    assert record["steps"]["01_a"] | {"seconds": None} == record["steps"]["01_a"]
    assert (record["steps"]["01_a"]["status"], record["steps"]["01_a"]["reused_from"]) == (
        "reused",
        before.run_folder.name,
    )
    assert (result.run_folder / "tables" / "base.parquet").is_file()
    assert f"taken from run {before.run_folder.name}" in capsys.readouterr().err.replace("\n", " ")
    changed = nbformat.read(first, as_version=4)
    changed.cells[0].source += " Changed."
    nbformat.write(changed, first)
    again = run(folder, steps="2", parameters=["top=0.2"])
    assert record_of(again)["steps"]["01_a"]["status"] == "done"
    assert "run too, because a selected step needs their tables: 01_a" in capsys.readouterr().err.replace(
        "\n", " "
    )


def test_steps_not_selected_stay_in_the_report(tmp_path):
    for name in ("01_a", "02_b"):
        toy.notebook(tmp_path, name)
    run(tmp_path, progress=False)
    again = run(tmp_path, steps="1", progress=False)
    assert [s["status"] for s in record_of(again)["steps"].values()] == ["done", "reused"]
    assert 'id="02_b"' in again.report.read_text(encoding="utf-8")


def test_a_failing_cell_stops_its_step_and_those_that_need_it(tmp_path, capsys):
    toy.notebook(tmp_path, "01_a", writes=("base",))
    toy.notebook(tmp_path, "02_b", "ok = 1", FAIL, reads=("base",), writes=("figures",))
    toy.notebook(tmp_path, "03_c", reads=("figures",))
    toy.notebook(tmp_path, "04_d", "1/0", "print('never')")
    toy.notebook(tmp_path, "05_e", reads=("base",))
    deliver(tmp_path)
    result = run(tmp_path)
    assert set(result.failed) == {"02_b", "04_d"}
    assert result.not_run == {"03_c": "02_b"}
    assert not result.succeeded
    message = result.failed["02_b"]
    assert "02_b.ipynb, code cell 4: raise ValuesError(" in message
    assert "amount holds infinity\n  where: sales.amount\n  remedy: mend it" in message
    assert "Traceback" not in message
    assert "ZeroDivisionError: division by zero" in result.failed["04_d"]
    assert "Traceback" in (result.run_folder / "logs" / "02_b.log").read_text(encoding="utf-8")
    statuses = {name: step["status"] for name, step in record_of(result)["steps"].items()}
    assert statuses == {"01_a": "done", "02_b": "failed", "03_c": "not run", "04_d": "failed", "05_e": "done"}
    assert (tmp_path / "deliverables" / "report.html").read_text() == "previous"
    draft = result.report.read_text(encoding="utf-8")
    assert result.report.parent == result.run_folder
    assert "Draft, not for the client." in draft
    assert not lenders(tmp_path / "runs", record_of(result)["ground"])


def test_a_table_declared_but_not_handed_on_fails_its_step(tmp_path):
    path = toy.notebook(tmp_path, "01_a", writes=("base",))
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [c for c in notebook.cells if "shutil" not in c.source]
    nbformat.write(notebook, path)
    assert "base" in run(tmp_path, progress=False).failed["01_a"]


def test_a_fatal_problem_stops_everything_before_a_folder_is_made(tmp_path, monkeypatch):
    toy.notebook(tmp_path, "01_a")
    bad = toy.engagement(tmp_path)
    bad.check = lambda: [Problem("fatal", "sales.csv", "no amounts")]
    monkeypatch.setattr(kamkit, "open", lambda path: bad)
    with pytest.raises(GateError, match="no amounts"):
        run(tmp_path, progress=False)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("given", [{"parameters": ["topp=1"]}, {"steps": "7"}])
def test_what_nobody_knows_stops_everything_before_a_folder_is_made(tmp_path, given):
    toy.notebook(tmp_path, "01_a", parameters="engagement = 'x'\ntop = 1")
    with pytest.raises(ParameterError):
        run(tmp_path, progress=False, **given)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("folder", ["runs", "deliverables"])
def test_a_link_that_leads_out_of_the_engagement_is_refused(tmp_path, folder):
    toy.notebook(tmp_path / "acme", "01_a")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "acme" / folder).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(RunError, match=f"{folder} is a link that leads out"):
        run(tmp_path / "acme", progress=False)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_inputs_that_change_during_a_run_are_not_delivered(tmp_path, monkeypatch):
    toy.notebook(tmp_path, "01_a")
    deliver(tmp_path)
    hashes = iter(["before", "after"])
    shifting = toy.engagement(tmp_path)
    shifting.fingerprint = lambda: {"sales": next(hashes)}
    monkeypatch.setattr(kamkit, "open", lambda path: shifting)
    with pytest.raises(RunError, match="inputs changed while the run was at work: sales"):
        run(tmp_path, progress=False)
    assert (tmp_path / "deliverables" / "report.html").read_text() == "previous"


def test_a_port_that_another_program_takes_first_costs_a_second_kernel_and_no_run(tmp_path, monkeypatch):
    toy.notebook(tmp_path, "01_a")
    launch, taken = WarmProvisioner.launch_kernel, []

    async def launch_late(self, cmd, **options):
        if not taken:
            taken.append(socket.create_server(("127.0.0.1", self.parent.stdin_port)))
        return await launch(self, cmd, **options)

    monkeypatch.setattr(WarmProvisioner, "launch_kernel", launch_late)
    result = run(tmp_path, progress=False)
    taken[0].close()
    assert result.succeeded, result.messages


def started(folder):
    """A run in a process of its own, its kernel at work; and the kernel's process id."""
    toy.notebook(folder, "01_a", TELL_AND_SLEEP)
    deliver(folder)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.deliver.toy", str(folder)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    marker = folder / "kernel.pid"
    wait_until(lambda: marker.is_file() and marker.read_text())
    return process, int(marker.read_text())


def wait_until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def is_gone(pid):
    """Whether a process has ended; one that waits for its parent to notice has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_a_killed_run_leaves_deliverables_no_process_and_a_free_lock(tmp_path):
    process, kernel = started(tmp_path)
    with pytest.raises(LockedError, match=f"process {process.pid} is already running"):
        run(tmp_path, progress=False)
    process.kill()
    process.wait()
    wait_until(lambda: is_gone(kernel))
    assert (tmp_path / "deliverables" / "report.html").read_text() == "previous"
    (half,) = (tmp_path / "runs").iterdir()
    assert RunRecord.load(half).status == "running"
    assert not lenders(tmp_path / "runs", RunRecord.load(half).ground)
    toy.notebook(tmp_path, "01_a")
    assert run(tmp_path, progress=False).succeeded


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_an_interrupt_shuts_the_kernel_down_and_says_so(tmp_path):
    process, kernel = started(tmp_path)
    os.kill(process.pid, signal.SIGINT)
    said = process.communicate(timeout=300)[1]
    assert process.returncode != 0
    assert "The deliverables are as they were." in said
    wait_until(lambda: is_gone(kernel))
    (half,) = (tmp_path / "runs").iterdir()
    assert RunRecord.load(half).status == "interrupted"
    assert (tmp_path / "deliverables" / "report.html").read_text() == "previous"
