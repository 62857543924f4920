"""The command line: what a consultant types on the first day, and what she reads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .engagement.test_open import ACCOUNTS, SALES, engagement


def kamkit(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kamkit.cli", *map(str, words)]
    environment = {"PYTHONPATH": str(Path(__file__).parents[1]), "PATH": "/usr/bin:/bin", "COLUMNS": "160"}
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def test_help_names_the_commands(tmp_path):
    text = kamkit("--help", cwd=tmp_path).stdout
    assert all(command in text for command in ("new", "check", "run", "lab", "decisions"))


def test_a_new_engagement_has_all_it_needs_and_is_not_made_twice(tmp_path):
    done = kamkit("new", "acme", "--client", "Acme Åkeri", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    made = tmp_path / "acme"
    assert {"engagement.toml", "data", "notebooks", "data-request.xlsx"} <= {p.name for p in made.iterdir()}
    notebooks = list((made / "notebooks").glob("*.ipynb"))
    assert len(notebooks) == 11
    assert all(r"engagement = \"..\"" in path.read_text(encoding="utf-8") for path in notebooks)
    again = kamkit("new", "acme", cwd=tmp_path)
    assert again.returncode == 1
    assert "acme" in again.stderr


def test_check_of_an_empty_engagement_says_what_to_put_where(tmp_path):
    kamkit("new", "acme", cwd=tmp_path)
    done = kamkit("check", "acme", cwd=tmp_path)
    assert done.returncode == 1
    flat = " ".join(done.stdout.split())
    assert "no table accounts" in flat
    assert "no table sales" in flat


def test_check_lists_mistakes_of_several_files_at_once(tmp_path):
    accounts = ACCOUNTS + "00123,Twice\n"
    sales = SALES + "2025-13-01,00123,5\n"
    products = "product_id,name\nP1,Valve\n"
    engagement(tmp_path / "acme", accounts=accounts, sales=sales, products=products)
    done = kamkit("check", "acme", cwd=tmp_path)
    assert done.returncode == 1
    for part in ("accounts.csv", "sales.csv", "products.csv", "2025-13-01", "family"):
        assert part in done.stdout


def test_check_of_a_sound_engagement_counts_and_exits_with_zero(tmp_path):
    engagement(tmp_path / "acme", accounts=ACCOUNTS, sales=SALES)
    done = kamkit("check", "acme", "--no-notes", cwd=tmp_path)
    assert done.returncode == 0
    assert "0 fatal" in done.stdout


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("check", "nowhere"), "kamkit new"),
        (("run", "nowhere"), "kamkit new"),
        (("run", "acme", "-p", "threshold"), "KEY=VALUE"),
        (("run", "acme", "-p", "thresold=1"), "thresold"),
        (("run", "acme", "--steps", "11-12"), "11"),
    ],
)
def test_mistakes_on_the_command_line_are_sentences(tmp_path, words, part):
    engagement(tmp_path / "acme", accounts=ACCOUNTS, sales=SALES)
    done = kamkit(*words, cwd=tmp_path)
    assert done.returncode == 1
    assert part in " ".join((done.stdout + done.stderr).split())
    assert not (tmp_path / "acme" / "deliverables").exists()


def test_a_run_on_bad_input_runs_nothing(tmp_path):
    engagement(tmp_path / "acme", accounts=ACCOUNTS, sales=SALES + "tomorrow,00123,5\n")
    done = kamkit("run", "acme", cwd=tmp_path)
    assert done.returncode == 1
    assert "tomorrow" in done.stderr
    assert not (tmp_path / "acme" / "deliverables").exists()


def test_decisions_are_listed(tmp_path):
    folder = engagement(tmp_path / "acme", accounts=ACCOUNTS, sales=SALES)
    assert "No decision" in kamkit("decisions", "acme", cwd=tmp_path).stdout
    import kamkit as library

    library.open(folder).decide("required_return", 0.12, by="Board", why="[bold]Cost of capital[/]")
    listed = kamkit("decisions", "acme", cwd=tmp_path).stdout
    assert "required_return" in listed
    assert "[bold]Cost of capital[/]" in listed
