"""A complete workshop on the sample, in the browser: score, discuss, move, decide, report, and find it there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kamkit.engagement.new import create

from .room import Desk, Voter, Workshop

SUBJECTS = ("10192", "10044", "10163")
PEOPLE = {"Ann": "Sales", "Bo": "Finance", "Cia": "Operations"}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory) -> Iterator[Workshop]:
    folder = create(tmp_path_factory.mktemp("workshop") / "nordvik", sample=True, client=None)
    with (folder / "engagement.toml").open("a") as settings:
        settings.write('\n[report]\nformats = ["html"]\n')
    held = Workshop(folder, "--vote", f"--subjects={','.join(SUBJECTS)}")
    yield held
    held.end()


def picture(page: Any, name: str) -> None:
    """Kept where somebody wants to look at it."""
    if folder := os.environ.get("KAMKIT_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_a_workshop_from_the_first_vote_to_the_report(workshop: Workshop, page: Any):
    assert "EVERYONE" not in workshop.said, "without --lan nobody else is let in"
    desk = Desk(page, workshop.panels)
    vote_twice(workshop, desk)
    page.locator("#workshop-state", has_text="New votes").click()
    page.wait_for_function(
        "document.querySelector('.kk-picture') && !document.querySelector('#workshop-state').innerText"
    )
    for panel, which, keys, why in MOVES:
        shown = desk.open(panel)
        before = shown.locator("p.kk-message").inner_text()
        if isinstance(which, str):
            after = desk.drag(shown, which, keys)
        else:
            after = desk.slide(shown, which, keys) if keys else desk.tick(shown, which)
        picture(page, panel)
        assert after != before
        assert "Recorded" in desk.record(shown, "A. Tamm", "CFO", why)
    picture(page, "recorded")
    assert not page.problems
    check_log(workshop.folder)
    check_report(workshop.folder)


MOVES = (
    ("Weights", 0, ("PageUp", "ArrowRight"), "growth is what we lack"),
    ("Matrix", "attractiveness", (0, -60), "fewer, surer"),
    ("How many", 1, (), "we owe it to them"),
    ("Investment", 4, ("ArrowRight",) * 3, "the owners ask for more"),
    ("Loss", 0, (), "this one may leave us"),
)
"""Panel, which of its sliders or boxes (or which line is dragged, and how far), the keys (none: a box is
ticked), and why."""


def vote_twice(workshop: Workshop, desk: Desk) -> None:
    """Blind, then the consensus, each closed by the facilitator."""
    with desk.page.expect_popup() as opened:
        desk.page.click("text=Voting")
    hall = opened.value
    hall.wait_for_selector("#qr")
    people = [Voter(workshop, name, role) for name, role in PEOPLE.items()]
    for number, round in enumerate(("blind", "consensus")):
        hall.click("#act")
        hall.locator("#state", has_text=f"Round {number + 1} is open").wait_for()
        for seat, person in enumerate(people):
            person.vote(round, (1 + seat, 3, 5 - seat) if round == "blind" else (3, 4))
        hall.locator("#count", has_text="3 are done").wait_for()
        assert hall.locator("#results").is_hidden(), "nothing is told before the round is closed"
        picture(hall, f"voting-{round}")
        hall.click("#act")
        hall.locator("#act", has_text="Sure").wait_for()
        hall.click("#act")
        hall.locator("#figures tr").first.wait_for()
        picture(hall, f"results-{round}")
    hall.close()


def check_log(folder: Path) -> None:
    """Five lines with who, why, figures and inputs."""
    decided = [
        json.loads(line) for line in (folder / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    whys = {one["why"] for one in decided}
    assert whys == {why for *_, why in MOVES}
    assert all(one["by"] == "A. Tamm" and one["figures"] and one["inputs"] for one in decided)
    assert all("votes.jsonl" in one["inputs"] for one in decided), "the votes count as an input"


def check_report(folder: Path) -> None:
    """The report of step 4 tells every decision, and which it has used."""
    command = [sys.executable, "-m", "kamkit.cli", "run", str(folder), "--steps", "4"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    report = (folder / "deliverables" / "report.html").read_text(encoding="utf-8")
    told = report[report.index('id="decisions"') :]
    assert all(why in told for *_, why in MOVES)
    assert "A. Tamm" in told
