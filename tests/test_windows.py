"""What is different on Windows, as far as another system can act it out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import narwhals as nw
import pytest

import kamkit
from kamkit.engagement import folder as folders
from kamkit.engagement.decisions.log import FILE as DECISIONS
from kamkit.engagement.file_names import file_name
from kamkit.errors import ConfigError

ROOT = Path(__file__).parents[1]
ACCOUNTS = "account_id,name\n10,Šķūnis SIA\n11,Õie OÜ\n"
SALES = "date,account_id,net_amount\n2025-01-31,10,1.00\n2025-02-28,11,2.00\n2025-02-28,Žš→,4.00\n"
TOML = 'client = "Žemė"\ncurrency = "EUR"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8", newline="")
    (tmp_path / "data" / "sales.csv").write_text(SALES, encoding="utf-8", newline="")
    (tmp_path / "engagement.toml").write_text(TOML, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("console", ["cp1252", "cp437", "ascii"])
def test_a_console_without_the_letters_still_tells_every_problem(folder: Path, console: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "kamkit.cli", "check", str(folder)],
        cwd=ROOT, capture_output=True, env={**os.environ, "PYTHONIOENCODING": console}, check=False,
    )  # fmt: skip
    said = told.stdout.decode(console)
    assert told.returncode == 0, said + told.stderr.decode(console)
    assert "\\u2192" in said or "→" in said
    assert "1 line, EUR 4.00" in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_what_notepad_saves_reads_the_same(folder: Path, encoding: str) -> None:
    for name in ("engagement.toml", "data/accounts.csv", "data/sales.csv"):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding=encoding, newline="\r\n")
    opened = kamkit.open(folder)
    assert opened.config.client == "Žemė"
    assert list(opened.table("accounts")["name"]) == ["Šķūnis SIA", "Õie OÜ"]
    assert not [p for p in opened.check() if p.severity == "fatal"]
    sold = nw.from_native(opened.sales.collect(), eager_only=True)["net_amount"]
    assert sold.sum() == 1.00 + 2.00 + 4.00


def test_a_log_of_decisions_with_the_other_line_ends_reads_the_same(folder: Path) -> None:
    kamkit.open(folder).decide("choice.uplift", 0.12, by="A. Tamm", why="measured")
    log = folder / DECISIONS
    assert b"\r" not in log.read_bytes()
    log.write_bytes(log.read_bytes().replace(b"\n", b"\r\n"))
    assert kamkit.open(folder).decision("choice.uplift") == 0.12
    kamkit.open(folder).decide("choice.uplift", 0.13, by="A. Tamm", why="again")
    assert kamkit.open(folder).decision("choice.uplift") == 0.13


def test_a_file_named_with_backslashes_is_found(folder: Path) -> None:
    (folder / "data" / "from erp").mkdir()
    (folder / "data" / "sales.csv").rename(folder / "data" / "from erp" / "lines.csv")
    (folder / "engagement.toml").write_text(
        TOML + "[read.sales]\nfile = 'from erp\\lines.csv'\n", encoding="utf-8"
    )
    assert not [p for p in kamkit.open(folder).check() if p.severity == "fatal"]


@pytest.mark.parametrize("name", [r"C:\clients\lines.csv", r"..\..\lines.csv", r"\\server\share\lines.csv"])
def test_a_file_outside_the_engagement_is_refused_however_it_is_named(folder: Path, name: str) -> None:
    (folder / "engagement.toml").write_text(TOML + f"[read.sales]\nfile = '{name}'\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"read\.sales\.file"):
        kamkit.open(folder)


@pytest.mark.parametrize("name", ["CON", "nul", "com1", "aux.html", "a<b>:c", "ends with a dot."])
def test_no_file_bears_a_name_that_windows_keeps_for_itself(name: str) -> None:
    made = file_name(name)
    assert made.partition(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}
    assert not set(made) & set('<>:"/\\|?*')
    assert not made.endswith((".", " "))


def test_no_process_is_asked_whether_it_lives_where_asking_would_end_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(folders.os, "name", "nt")
    monkeypatch.setattr(folders.os, "kill", lambda *_: pytest.fail("this ends the process on Windows"))
    assert folders.alive("12345")
