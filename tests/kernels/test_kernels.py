"""Kernels forked from one process: fresh, alone, and gone with those that started them."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zmq

from kamkit.deliver.compiled import SHOWN
from kamkit.kernels import Pool, PromptManager, pool
from tests.kernels.asking import kernel, process_that_holds

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")

DRAWS = "(np.random.random(), random.random(), uuid.uuid4().hex)"
IMPORTS = "import gc, os, random, sys, uuid, numpy as np"
HASH = "import sys; print(hash('Nordvik'))"


@pytest.fixture(scope="module")
def held():
    with pool() as held:
        yield held


@pytest.fixture(scope="module")
def ask(held, tmp_path_factory):
    """A kernel in a folder of its own that has an environment of its own."""
    with kernel(tmp_path_factory.mktemp("acme $HOME"), KAMKIT_RUN="runs/1 {0}") as ask:
        yield ask


def threads(process):
    return len(list(Path(f"/proc/{process}/task").iterdir()))


def is_gone(process):
    """Whether a process has ended; one that waits for its parent to notice has."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_until(true, seconds=20):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_a_kernel_is_a_fork_of_the_server_and_has_the_libraries(held, ask):
    assert ask("os.getppid()", first=IMPORTS) == held.server
    loaded = ask("[n for n in ('pandas', 'duckdb', 'kamkit.plots') if n in sys.modules]", first=IMPORTS)
    assert loaded == ["pandas", "duckdb", "kamkit.plots"]
    assert ask("[n for n in sys.modules if n.startswith(('debugpy', 'pydevd'))]", first=IMPORTS) == []
    assert ask("debugpy.__name__", first="import debugpy") == "debugpy"


def test_a_kernel_has_the_templates_compiled(ask):
    found = ask("len(sys.modules['kamkit.deliver.templates']._environment().cache)", first=IMPORTS)
    assert found >= len(SHOWN)


def test_the_server_has_no_thread_and_no_socket_but_those_to_its_parent(held, ask):
    assert threads(held.server) == 1
    names = [os.readlink(f) for f in Path(f"/proc/{held.server}/fd").iterdir()]
    sockets = {n.removeprefix("socket:[").rstrip("]") for n in names if n.startswith("socket:")}
    table = Path(f"/proc/{held.server}/net/unix").read_text().splitlines()[1:]
    of_this_machine = {line.split()[6] for line in table}
    assert sockets <= of_this_machine, "a socket of the network was open before the fork"
    assert not [n for n in names if n.endswith((".parquet", ".duckdb", ".sqlite"))]


def test_nothing_but_imports_is_there_before_the_fork(ask):
    """No database has been opened, no figure drawn, no connection to a front end prepared."""
    opened = ask(
        "sorted({type(o).__name__ for o in gc.get_objects()} & {'DuckDBPyConnection', 'Figure', 'Generator'})",
        first=IMPORTS + "\ngc.unfreeze()",
    )
    assert opened == []


def test_a_kernel_has_its_own_folder_environment_and_arguments(ask):
    assert ask("os.getcwd()", first=IMPORTS).endswith("acme $HOME0")
    assert ask("os.environ['KAMKIT_RUN']") == "runs/1 {0}"
    assert ask("sys.argv[0].endswith('ipykernel_launcher')")


def test_strings_hash_as_in_an_interpreter_that_was_told_seed_0(ask):
    alone = subprocess.run(
        [sys.executable, "-c", HASH],
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ask("hash('Nordvik')") == int(alone.stdout)


def test_kernels_share_imports_and_nothing_else(ask):
    ask.run(
        "import kamkit.plots, matplotlib; kamkit.plots.stained = 1; matplotlib.rcParams['lines.linewidth'] = 9"
    )
    drawn = ask(DRAWS, first=IMPORTS)
    with kernel() as other:
        assert not set(drawn) & set(other(DRAWS, first=IMPORTS))
        assert not other("hasattr(kamkit.plots, 'stained')", first="import kamkit.plots")
        assert other("matplotlib.rcParams['lines.linewidth']", first="import matplotlib") != 9


def test_what_a_notebook_of_another_draws_with_pyplot_is_shown(ask):
    figure = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    with kernel(warm=False) as ordinary:
        expected = [sorted(o["data"]) for o in ordinary.run(figure)]
    assert [sorted(o["data"]) for o in ask.run(figure)] == expected
    assert "image/png" in expected[0]


def test_an_interrupt_ends_the_cell_and_the_kernel_stays(held):
    with kernel() as ask:
        work = ask.client.execute_interactive(
            "import time; time.sleep(60)", output_hook=ask._hear, timeout=60
        )

        async def interrupted():
            cell = asyncio.ensure_future(work)
            await asyncio.sleep(0.5)
            await ask.manager.interrupt_kernel()
            return await cell

        ask.loop.run_until_complete(interrupted())
        assert ask.outputs[-1]["ename"] == "KeyboardInterrupt"
        assert ask("1 + 1") == 2


def test_a_kernel_that_is_shut_down_ends_well_and_closes_what_its_notebook_holds(held, tmp_path):
    with kernel(tmp_path) as ask:
        ask.run("held = [open('half.txt', 'w', encoding='utf-8')]; held[0].write('whole'); held.append(held)")
        process = ask.manager.provisioner.process
    assert process.wait(timeout=20) == 0
    assert (tmp_path / "half.txt").read_text(encoding="utf-8") == "whole"


def test_run_and_kernel_try_again_within_milliseconds_to_reach_each_other():
    manager = PromptManager()
    for one in (manager, manager.client_factory()):
        with one.context.socket(zmq.DEALER) as socket:
            assert 0 < socket.getsockopt(zmq.RECONNECT_IVL) <= 10


def test_a_kernel_that_dies_is_known_to_be_dead(held):
    with kernel() as ask:
        process = ask("os.getpid()", first="import os")
        os.kill(process, signal.SIGKILL)
        wait_until(lambda: ask.loop.run_until_complete(ask.manager.provisioner.poll()) == -signal.SIGKILL)
    assert is_gone(process)


@pytest.mark.parametrize("victim", ["holder", "server"])
def test_nothing_outlives_the_holder_or_the_server(victim):
    holder, started = process_that_holds()
    assert not any(map(is_gone, started))
    if victim == "holder":
        holder.kill()
        wait_until(lambda: all(map(is_gone, started)))
    else:
        os.kill(started[0], signal.SIGKILL)
        wait_until(lambda: all(map(is_gone, started[:2])))
        os.kill(started[2], signal.SIGKILL)
    holder.kill()
    holder.communicate()


def test_a_pool_that_is_closed_leaves_nothing(held, tmp_path):
    apart = Pool()
    with (tmp_path / "log").open("wb") as log:
        one = apart.fork(["--help"], dict(os.environ), str(tmp_path), log.fileno(), log.fileno())
    wait_until(lambda: one.pid)
    apart.close()
    assert is_gone(apart.server)
    assert is_gone(one.pid)
    assert one.poll() is not None


def test_a_server_that_died_leaves_ordinary_kernels():
    apart = Pool()
    os.kill(apart.server, signal.SIGKILL)
    wait_until(lambda: is_gone(apart.server))
    with pytest.raises(OSError, match="forked from has ended"):
        apart.fork([], {}, ".", 1, 2)
    apart.close()


def test_where_the_system_can_not_fork_ordinary_kernels_serve(monkeypatch):
    monkeypatch.delattr(os, "fork")
    apart = Pool()
    assert "can't fork" in apart.reason
    assert apart.server == 0
    monkeypatch.setattr("kamkit.kernels.provisioner.current", lambda: apart)
    with kernel() as ask:
        assert ask("os.getppid()", first="import os") == os.getpid()
