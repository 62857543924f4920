"""The facilitator's screen: a fixed port, one kernel on standby, killed kernels, and a clean end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kamkit.errors import KamkitError, ParameterError
from kamkit.kernels import StillbornKernelError
from kamkit.workshop.server.inputs import Inputs
from kamkit.workshop.server.options import PORT, Options
from kamkit.workshop.server.pages import AHEAD, BACK, Pages
from kamkit.workshop.voting.options import PORT as VOTING_PORT

from .screen_client import SLIDER, Screen, is_alive, opened
from .voting_client import begun, free_port, small_engagement

STARTED = """
from pathlib import Path
import sys
from kamkit.workshop.server.command import hold_workshop
from kamkit.workshop.server.inputs import Inputs
from kamkit.workshop.server.options import Options
from kamkit.workshop.voting.options import Options as Voting
folder, notebook, port, vote = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
voting = Voting(folder, port=vote) if vote else None
hold_workshop(Options(folder, port, notebook), voting, False, lambda line: print(line, flush=True))
"""


def test_the_ports_are_fixed_and_differ():
    assert (PORT, VOTING_PORT) == (8779, 8780)
    assert Options("acme").port == PORT
    for port in (0, -1, 65536):
        with pytest.raises(ParameterError, match="1 to 65535"):
            Options("acme", port=port)


def test_no_engagement_is_a_sentence(tmp_path):
    with pytest.raises(KamkitError, match="no engagement"):
        Options(tmp_path).check()


@pytest.fixture(scope="module")
def screen(tmp_path_factory):
    one = opened(tmp_path_factory.mktemp("screen") / "acme")
    yield one
    one.running.stop()


def test_a_taken_port_is_an_error_with_the_remedy(screen: Screen):
    with pytest.raises(KamkitError, match=f"port {screen.port} can't be used") as caught:
        Screen(screen.folder, port=screen.port)
    assert "--port" in str(caught.value)


def test_a_reload_keeps_the_kernel_and_anew_does_not(screen: Screen):
    before, shown = screen.kernel(), screen.kernels()[0]
    assert screen.kernel() == before
    assert screen.ask("/?new")[0] in (200, 302), "the page, or that it is being made"
    after = screen.kernel()
    assert after != before
    assert screen.state(after) == "alive"
    assert screen.state(before) in ("replaced", "dead")
    until(lambda: not is_alive(shown), "the kernel that was given up ends")


def test_a_killed_kernel_is_told_and_the_one_on_standby_takes_over_at_once(screen: Screen):
    before = screen.kernel()
    until(lambda: len(screen.kernels()) == 2, "a new one is on standby")
    shown, standby = screen.kernels()
    shown.kill()
    until(lambda: screen.state(before) == "dead", "it is told", seconds=2)
    began = time.monotonic()
    after = screen.kernel()
    assert time.monotonic() - began < 2
    assert screen.kernels() == [standby], "none was started for it"
    assert after != before
    assert screen.state(after) == "alive"
    assert screen.state(before) == "dead", "an empty kernel in its place would look alive"


def test_a_kernel_killed_on_standby_costs_a_wait_but_no_error(screen: Screen):
    current = screen.kernel()
    until(lambda: len(screen.kernels()) == 2, "one is on standby")
    for process in screen.kernels():
        process.kill()
    until(lambda: screen.state(current) == "dead", "it is told")
    assert screen.kernel() != current


def test_no_configuration_of_the_working_directory_is_read(tmp_path, monkeypatch):
    folder = small_engagement(tmp_path / "acme")
    for place in (tmp_path, folder):
        for name in ("voila.py", "jupyter_config.py", "jupyter_server_config.py", "voila_config.py"):
            (place / name).write_text(f"open({str(place / 'read')!r}, 'w')\nc.Voila.ip = '0.0.0.0'\n")
        (place / "voila.json").write_text(json.dumps({"Voila": {"token": "", "ip": "0.0.0.0"}}))
    monkeypatch.chdir(tmp_path)
    one = Screen(folder)
    try:
        assert one.ask("/", Cookie=None)[0] == 401
        listening = psutil.Process(one.running.process.pid).net_connections("inet")
        assert {c.laddr.ip for c in listening} == {"127.0.0.1"}
    finally:
        one.running.stop()
    assert not (tmp_path / "read").exists()
    assert not (folder / "read").exists()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("ended_by", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_however_it_ends_nothing_is_left(tmp_path, ended_by):
    vote = free_port()
    folder = begun(small_engagement(tmp_path / "acme"))
    command = [sys.executable, "-c", STARTED, str(folder), str(SLIDER), str(free_port()), str(vote)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    lines = iter(process.stdout.readline, "")
    said = [
        next(line for line in lines if "Facilitator" in line),
        next(line for line in lines if "Panels" in line),
    ]
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) in (2, 3), "a kernel, what forks it where that is possible, and the voting"
    assert f":{vote}/" in said[0]
    process.send_signal(getattr(signal, ended_by))
    rest, errors = process.communicate(timeout=20)
    until(lambda: not any(p.is_running() and p.status() != "zombie" for p in children), "all have ended")
    assert "Traceback" not in errors
    if ended_by != "SIGKILL":
        assert process.returncode == 0
        assert "Stopped." in rest
        assert not list(Path(os.environ.get("TMPDIR", "/tmp")).glob(f"kamkit-*/kernel-*{process.pid}*"))


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_while_it_warms_up_leaves_nothing(tmp_path):
    folder = small_engagement(tmp_path / "acme")
    command = [sys.executable, "-c", STARTED, str(folder), str(SLIDER), str(free_port()), "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    mother = psutil.Process(process.pid)
    until(lambda: mother.children(recursive=True), "its kernel starts", seconds=30)
    children = mother.children(recursive=True)
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert "Panels" not in rest
    until(lambda: not any(p.is_running() and p.status() != "zombie" for p in children), "all have ended")


def test_idle_kernels_are_culled_but_not_the_one_on_standby(tmp_path, monkeypatch):
    from kamkit.workshop.server import app

    monkeypatch.setattr(app, "_IDLE_SECONDS", 1)
    monkeypatch.setattr(app, "_LOOK_EVERY", 1)

    async def ask(server):
        await server.pages.warm_up()
        shown = await server.pages.page()
        await server.pages.warm_up()
        (standby,) = server.kernel_manager.spared
        for _ in range(100):
            if shown.kernel not in server.kernel_manager:
                break
            await asyncio.sleep(0.1)
        assert server.kernel_manager.list_kernel_ids() == [standby]

    served(small_engagement(tmp_path / "acme"), tmp_path / "connections", ask)


def served(folder, place, ask):
    """What is found on a screen that is served in this process."""
    from kamkit.workshop.server import app
    from kamkit.workshop.server.gate import Gate
    from kamkit.workshop.voting.network import Addresses, listening_sockets

    port = free_port()

    async def scene():
        server = app.WorkshopServer(Options(folder, port, SLIDER), Gate(port, "t"))
        place.mkdir()
        server.open(str(place), listening_sockets(Addresses(port)))
        try:
            return await ask(server)
        finally:
            await server.close()
            assert not server.kernel_manager.list_kernel_ids()

    return asyncio.run(scene())


def stillborn(monkeypatch, number):
    """The first kernels end before they can be asked for anything; those that have been started."""
    from kamkit.workshop.server.kernels import Kernels

    start, started = Kernels.start_kernel, list[str]()

    async def die_at_first(self, **options):
        started.append(await start(self, **options))
        if len(started) <= number:
            await self.get_kernel(started[-1]).provisioner.kill()
        return started[-1]

    monkeypatch.setattr(Kernels, "start_kernel", die_at_first)
    return started


def test_another_kernel_is_started_for_one_that_is_stillborn(tmp_path, monkeypatch):
    started = stillborn(monkeypatch, 1)

    async def ask(server):
        await server.pages.warm_up()
        assert server.kernel_manager.list_kernel_ids() == [started[1]]

    served(small_engagement(tmp_path / "acme"), tmp_path / "connections", ask)


def test_three_stillborn_kernels_are_an_error(tmp_path, monkeypatch):
    started = stillborn(monkeypatch, 3)

    async def ask(server):
        with pytest.raises(StillbornKernelError):
            await server.pages.warm_up()

    served(small_engagement(tmp_path / "acme"), tmp_path / "connections", ask)
    assert len(started) == 3


class FakeKernels:
    """Kernels that live until they are ended."""

    def __init__(self) -> None:
        self.ids, self.spared, self.told = list[str](), set[str](), list[tuple[str, str]]()

    def __contains__(self, kernel: str) -> bool:
        return kernel in self.ids

    async def is_alive(self, kernel: str) -> bool:
        return kernel in self.ids

    async def shutdown_kernel(self, kernel: str, now: bool) -> None:
        self.ids.remove(kernel)


def test_a_page_made_on_other_inputs_is_made_again(tmp_path, monkeypatch):
    kernels, made = FakeKernels(), list[str]()

    async def make() -> tuple[str, str]:
        made.append(f"k{len(made)}")
        kernels.ids.append(made[-1])
        return made[-1], "page"

    async def told(self: Pages, kernel: str, what: str, seconds: float) -> None:
        kernels.told.append((kernel, what))

    monkeypatch.setattr(Pages, "_tell", told)
    (tmp_path / "data").mkdir()

    async def scene() -> None:
        pages = Pages(make, kernels, Inputs(tmp_path))
        await pages.warm_up()
        (tmp_path / "data" / "sales.csv").write_text("new\n")
        assert (await pages.page()).kernel == "k1"
        await asyncio.sleep(0.01)
        assert kernels.ids == ["k1"], "the one made on old inputs has ended"
        assert kernels.told == [("k0", AHEAD), ("k1", AHEAD)], "it was made of the log as it is"
        several = await asyncio.gather(*(pages.page() for _ in range(5)))
        assert {page.kernel for page in several} == {"k1"}
        await pages.warm_up()
        (tmp_path / "decisions.jsonl").write_text("{}\n")
        assert (await pages.page(anew=True)).kernel == "k2"
        assert kernels.told[-1] == ("k2", BACK), "the values come back from the log"
        await pages.stop()

    asyncio.run(scene())


def test_a_decision_or_a_vote_under_way_makes_no_page_anew_but_data_and_a_run_do(tmp_path):
    folder = begun(small_engagement(tmp_path / "acme"))
    inputs = Inputs(folder)
    before = inputs.mark()
    (folder / "decisions.jsonl").write_text("{}\n")
    with (folder / "votes.jsonl").open("a") as log:
        log.write(
            json.dumps({"event": "opened", "session": "W1", "round": "blind", "at": "2026-01-01"}) + "\n"
        )
    (folder / "runs" / "R1").mkdir(parents=True)
    (folder / "runs" / "R1" / "run.json").write_text('{"status": "running"}')
    assert inputs.mark() == before
    (folder / "runs" / "R1" / "run.json").write_text('{"status": "succeeded"}')
    after_run = inputs.mark()
    assert after_run != before
    (folder / "data" / "sales.csv").write_text("other\n")
    assert inputs.mark() != after_run


def until(true, what: str, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.05)
