"""What slides say and in which colour, without a deck being made."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from kamkit.deliver import deck
from kamkit.deliver.deck.charts import details
from kamkit.locale.numbers import Numbers


@pytest.mark.parametrize(("warned", "color"), [([True, False], "bad"), ([False, False], "second")])
def test_bars_are_red_only_where_somebody_is_warned_of(monkeypatch, warned, color):
    drawn = []
    monkeypatch.setattr(details, "bar_chart", lambda *given: drawn.append(given))
    warnings = pd.DataFrame(
        {"account_id": ["A", "B"], "name": ["Ab", "Bo"], "sign": "orders", "ratio": [0.4, 0.9]}
    )
    shown = SimpleNamespace(tables=(warnings.assign(warned=warned),), options={})
    details.DETAILED["early_warnings"](None, None, shown, Numbers(language="en"))
    assert [one.color for one in drawn[0][3]] == [color]


def test_the_summary_goes_on_while_there_is_room():
    sections = [SimpleNamespace(findings=("a1", "a2", "a3")), SimpleNamespace(findings=("b1",))]
    assert deck._summary(sections) == ["a1", "a2", "a3", "b1"]
    many = [SimpleNamespace(findings=(f"{s}1", f"{s}2")) for s in "abcdefg"]
    assert deck._summary(many) == ["a1", "a2", "b1", "b2", "c1", "c2", "d1", "e1", "f1", "g1"]
    assert deck._summary([]) == ["No step has stated a finding yet."]
