"""A run that is broken off at any moment: deliverables of one run, no process left, and the next run completes."""

import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kamkit
from kamkit.deliver.publish import MANIFEST
from kamkit.deliver.runner import run
from tests.deliver import toy

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")

ROOT = Path(__file__).parents[2]
TRIALS = 100
CHANGES_OF_A_RUN = 60


class Broken:
    """A toy engagement of three steps, two of them side by side, and what breaks its runs off."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.number, self.seconds = folder, 0, 0.0
        toy.notebook(folder, "01_a", writes=("base",))
        toy.notebook(folder, "02_b", "import time; time.sleep(0.2)")
        toy.notebook(folder, "03_c", reads=("base",))
        command = [sys.executable, "-m", "tests.deliver.killing", str(folder)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, how: str, when: float) -> int:
        """How a run ended that was broken off so, then."""
        self.number += 1
        order = {"how": how, "when": when, "mark": f"{self.folder.name}-{self.number}-"}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        code = int(self.process.stdout.readline())
        end = time.monotonic() + 30
        while stray := processes_of(order["mark"]):
            assert time.monotonic() < end, f"{how} at {when}: processes {stray} live on"
            time.sleep(0.02)
        return code

    def delivered(self) -> str:
        """The run whose deliverables there are: all of one run, none missing."""
        target = self.folder / "deliverables"
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        assert sorted(p.name for p in target.iterdir()) == sorted([MANIFEST, *manifest["files"]])
        page = (target / "report.html").read_text(encoding="utf-8")
        assert page.rstrip().endswith("</html>")
        assert set(re.findall(r"\d{8}T\d{6}Z-[0-9a-f]{8}(?:-\d+)?", page)) == {manifest["run"]}
        return manifest["run"]

    def close(self) -> None:
        self.process.communicate()


def processes_of(mark):
    """The processes that were started within a run of this mark."""
    found = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"KAMKIT_TEST_RUN={mark}".encode() in place.read_bytes():
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    broken = Broken(tmp_path_factory.mktemp("killed"))
    assert broken.run("none", 0) == 0
    begun = time.monotonic()
    assert broken.run("none", 0) == 0
    broken.seconds = time.monotonic() - begun
    yield broken
    broken.close()


def test_a_run_killed_at_a_hundred_moments_leaves_one_whole_delivery_and_no_process(broken):
    chance = random.Random(8)
    codes, runs = [], {broken.delivered()}
    for _ in range(TRIALS):
        how = chance.choices(["kill", "interrupt", "crash"], [35, 20, 45])[0]
        when = chance.randint(1, CHANGES_OF_A_RUN) if how == "crash" else chance.uniform(0, broken.seconds)
        codes.append(broken.run(how, when))
        runs.add(broken.delivered())
    assert broken.run("none", 0) == 0
    assert broken.delivered() not in runs
    assert set(codes) <= {0, -9, 130}
    assert codes.count(-9) > TRIALS / 2, "most were to be killed before they were done"
    assert 130 in codes


def test_a_full_disk_is_said_and_harms_nothing(broken):
    before = broken.delivered()
    for when in (1, 4, 9, 17, 30, 40):
        assert (broken.run("full", when), broken.delivered()) == (4, before), f"from change {when} on"
    assert broken.run("none", 0) == 0


@pytest.mark.parametrize("victim", ["getpid", "getppid"], ids=["kernel", "server"])
def test_a_kernel_or_their_server_that_is_killed_fails_its_step_alone(tmp_path, monkeypatch, victim):
    monkeypatch.setattr(kamkit, "open", toy.engagement)
    toy.notebook(tmp_path, "01_a")
    assert run(tmp_path, progress=False).succeeded
    before = (tmp_path / "deliverables" / "report.html").read_bytes()
    toy.notebook(tmp_path, "01_a", f"import os, time; os.kill(os.{victim}(), 9); time.sleep(60)")
    toy.notebook(tmp_path, "02_b", writes=("base",))
    toy.notebook(tmp_path, "03_c", reads=("base",))
    broken = run(tmp_path, jobs=1, progress=False)
    assert set(broken.failed) == {"01_a"}
    assert "01_a.ipynb, code cell 2: import os, time;" in broken.failed["01_a"]
    assert "the kernel died, most often for want of memory" in broken.failed["01_a"]
    assert (tmp_path / "deliverables" / "report.html").read_bytes() == before
    toy.notebook(tmp_path, "01_a")
    assert run(tmp_path, progress=False).succeeded
