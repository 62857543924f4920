"""What the terminal says of a run's deliverables: each by name, its path from where the user stands."""

from __future__ import annotations

from pathlib import Path

from kamkit.deliver.delivered import delivered_lines
from kamkit.deliver.runner import RunResult


def _delivered(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    return folder


def _result(folder: Path, **more) -> RunResult:
    return RunResult(folder / "run", folder / "report.html", {}, {}, **more)


def test_each_deliverable_has_its_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = _delivered(
        tmp_path / "acme" / "deliverables", "report.html", "deck.pptx", "plans/a.html", "x.txt"
    )
    plans = {"A": folder / "plans" / "a.html", "B": folder / "plans" / "b.html"}
    where = Path("acme", "deliverables")
    assert delivered_lines(_result(folder, plans=plans)) == [
        f"Report: {where / 'report.html'}",
        f"Deck: {where / 'deck.pptx'}",
        f"Account plans: {where / 'plans'} (2)",
    ]
    one = delivered_lines(_result(folder, plans=plans, account="A"))
    assert one[-1] == f"Account plan: {where / 'plans' / 'a.html'}"


def test_languages_are_told_apart_and_other_places_in_full(tmp_path):
    folder = _delivered(tmp_path, "report.html", "et/report.html", "et/report.pdf")
    reports = {"sv": folder / "report.html", "et": folder / "et" / "report.html"}
    assert delivered_lines(_result(folder, reports=reports)) == [
        f"Report (sv): {folder / 'report.html'}",
        f"Report (et): {folder / 'et' / 'report.html'}",
        f"PDF (et): {folder / 'et' / 'report.pdf'}",
    ]


def test_a_failed_run_names_the_report_of_what_ran(tmp_path):
    assert delivered_lines(_result(_delivered(tmp_path / "runs", "report.html")))[0].startswith("Report: ")
