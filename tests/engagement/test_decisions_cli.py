"""``kamkit decisions``: the list, one decision in full, taking one back, and which would flip."""

from __future__ import annotations

import kamkit as library

from ..test_cli import kamkit
from .test_decisions_standing import HOURS, change, made_run, treated
from .test_open import ACCOUNTS, SALES, engagement


def test_list_show_withdraw_and_flips(tmp_path):
    folder = engagement(tmp_path / "acme", accounts=ACCOUNTS, sales=SALES, assignments=HOURS.format(60))
    made_run(folder, **treated(0.9, 0.5))
    opened = library.open(folder)
    opened.decide("choice.uplift", 0.1, by="A. Tamm", why="first [b]view[/]")
    second = opened.decide("choice.uplift", 0.2, by="B. Kask", why="seen", role="Sales", options=[0.1, 0.2])
    opened.decide("choice.hours", 150, by="B. Kask", why="one more person", review="2020-01-01")

    listed = kamkit("decisions", "acme", cwd=tmp_path).stdout
    assert second.id in listed
    assert "first [b]view[/]" not in listed
    assert "superseded" in kamkit("decisions", "acme", "--all", cwd=tmp_path).stdout

    shown = kamkit("decisions", "acme", "choice.uplift", cwd=tmp_path).stdout
    for part in (
        "Growth that being a key account",
        "B. Kask",
        "[0.1, 0.2]",
        "Others of this key",
        "A. Tamm",
        "input",
    ):
        assert part in shown

    change(folder, "assignments", HOURS.format(80))
    settings = folder / "engagement.toml"
    settings.write_text('language = "sv"\n' + settings.read_text("utf-8"), "utf-8")
    made_run(folder, "20260102T000000Z-abc", **treated(0.9, 0.5))
    flips = kamkit("decisions", "acme", "--flips", cwd=tmp_path).stdout
    assert "FLIPS" in flips
    assert "overdue" in flips
    assert "questioned" in flips
    assert "changed since" in " ".join(flips.split())

    undone = kamkit(
        "decisions", "acme", second.id, "--withdraw", "--by", "B", "--why", "misread", cwd=tmp_path
    )
    assert undone.returncode == 0
    assert library.open(folder).decision("choice.uplift") == 0.1


def test_mistakes_are_sentences(tmp_path):
    folder = engagement(tmp_path / "acme", accounts=ACCOUNTS, sales=SALES)
    library.open(folder).decide("seed", 7, by="A", why="y")
    for words in (("choice.hours",), ("seed", "--withdraw"), ("--withdraw", "--by", "A", "--why", "y")):
        done = kamkit("decisions", "acme", *words, cwd=tmp_path)
        assert done.returncode == 1, words
        assert done.stderr.strip()
    assert library.open(folder).decision("seed") == 7
