"""Decisions with the figures they were made on, looked up again in what the step reads."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from kamkit.engagement import decisions
from kamkit.engagement.gaps import NotAssessed
from kamkit.engagement.reviews import decided_figures

TABLES = {
    "whale_summary": pd.DataFrame({"losers": [61], "basis": ["customer_profit"]}),
    "effort": pd.DataFrame({"hours": [10.0, 20.0]}, index=pd.Index(["10042", "10043"], name="account_id")),
    "choice": NotAssessed("Choice", ("criteria",)),
}


def step(folder):
    return SimpleNamespace(
        engagement=SimpleNamespace(path=folder, history=lambda: decisions.history(folder)),
        reads=tuple(TABLES),
        read=TABLES.__getitem__,
    )


def test_figures_then_and_now(tmp_path):
    figures = {
        "whale_summary.losers": 69, "effort.hours[10043]": 15, "effort.hours": 1, "choice.n": 2,
        "whale_summary.basis": 3, "secret.cell": 4, "said": "text",
    }  # fmt: skip
    decisions.record(
        tmp_path, "choice.hours", 5000, by="A. Tamm", why="budget", figures=figures, review="2025-06-30"
    )
    found = decided_figures(step(tmp_path)).set_index("figure")
    assert found["then"].to_dict() == {n: float(v) for n, v in figures.items() if n != "said"}
    assert found["now"].dropna().to_dict() == {"whale_summary.losers": 61.0, "effort.hours[10043]": 20.0}
    assert set(found["review"]) == {"2025-06-30"}


def test_withdrawn_ones_are_left_out_and_others_kept_without_figures(tmp_path):
    first = decisions.record(tmp_path, "choice.hours", 5000, by="A", why="b")
    decisions.record(tmp_path, "choice.hours", 6000, by="A", why="b")
    decisions.withdraw(tmp_path, first.id, by="A", why="typing error")
    found = decided_figures(step(tmp_path))
    assert found["value"].tolist() == ["6000"]
    assert found["now"].isna().all()


def test_nothing_decided_gives_no_rows(tmp_path):
    assert decided_figures(step(tmp_path)).empty
