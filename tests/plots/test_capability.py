"""The pictures of step 10: text apart and inside, numerals from the tables, gaps and nasty names drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from kamkit.errors import ColumnError, EmptyError
from kamkit.locale.numbers import Numbers
from kamkit.plots import (
    eight_problems,
    five_practices,
    improvement_list,
    maturity_by_area,
    programme_charter,
    skill_levels,
    to_svg,
)
from tests.method import test_capability_problems as small
from tests.plots import tables as t
from tests.plots.pictures import drawn_texts, outside, overlapping

EN = Numbers("EUR", "en")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def texts(ax) -> str:
    return " ".join(text.get_text() for text in drawn_texts(ax))


def stages(nasty: bool = False) -> pd.DataFrame:
    areas = t.NASTY[:5] if nasty else ["strategy", "organisation", "process", "people", "measurement"]
    return pd.DataFrame({
        "area": areas, "items": 2, "raters": 9, "least_stage": [4.0, 1.0, 3.0, 2.0, 1.0],
        "median": [4.0, 2.5, 3.0, 2.0, 1.0], "weakest": "Pay", "rater_low": [3.0, 1.5, 2.5, 1.0, 1.0],
        "rater_high": [5.0, 3.0, 3.5, 3.0, 2.0], "phase": "introducing", "scale_min": 1.0, "scale_max": 5.0,
    })  # fmt: skip


def gaps(nasty: bool = False) -> pd.DataFrame:
    rows = [
        {"background": b, "item_id": f"s{k}", "skill": t.NASTY[k] if nasty else f"Skill {k}", "required": 4.0,
         "people": 8, "present": 4.0 - short, "shortfall": float(short), "short": 3, "lacking": short >= 1}
        for b in ("sales", "technical", "operations", "not_stated") for k, short in enumerate((0, 0.5, 2, 3))
    ]  # fmt: skip
    return pd.DataFrame(rows).drop(index=5)


def problems() -> pd.DataFrame:
    tables = small.spoilt("problem_roles")
    tables["conflicts"] = small.spoilt("problem_conflict")["conflicts"].assign(unit_result=-2400.0)
    return small.eight_problems(**{**tables, "skill_gaps": None, "double_booked": None})


def improvements() -> pd.DataFrame:
    before = small.backlog(small.eight_problems(**small.spoilt("problem_strategy")))
    decided = {"problem_roles": {"owner": "An owner of a very long name", "due": "2025-06-30"}}
    plans = small.planned()
    return small.backlog(problems(), plan_items=plans, before=before, decided=decided, today="2025-12-31")


DRAWN = {
    "maturity": (maturity_by_area, lambda nasty: (stages(nasty),)),
    "skills": (skill_levels, lambda nasty: (gaps(nasty),)),
    "problems": (eight_problems, lambda nasty: (problems(),)),
    "practices": (five_practices, lambda nasty: (small.practised(opportunities=None).reset_index(),)),
    "charter": (programme_charter, lambda nasty: (small.charter().reset_index(),)),
    "improvements": (improvement_list, lambda nasty: (improvements(),)),
}


@pytest.mark.parametrize("nasty", [False, True])
@pytest.mark.parametrize("name", DRAWN)
def test_texts_stand_inside_and_apart(name, nasty):
    draw, tables = DRAWN[name]
    ax = draw(*tables(nasty), numbers=EN)
    assert not outside(ax)
    assert not overlapping(ax)
    assert to_svg(ax.get_figure(root=True)).startswith(b"<?xml")


@pytest.mark.parametrize("name", DRAWN)
def test_alternative_text_says_message_and_drawing(name):
    draw, tables = DRAWN[name]
    given = tables(False)
    assert draw.alt(*given, numbers=EN).startswith(draw.message(*given, numbers=EN))
    with pytest.raises(EmptyError):
        draw(given[0].head(0))
    with pytest.raises(ColumnError):
        draw(given[0][[given[0].columns[0]]])


def test_long_names_of_accounts_are_cut():
    names = dict(zip(small.KEYS, t.NASTY, strict=False))
    for draw, table in ((eight_problems, problems()), (programme_charter, small.charter().reset_index())):
        assert not outside(draw(table, numbers=EN, names=names))


def test_problems_say_what_they_need_and_a_part_above_the_whole_stays_inside():
    table = problems()
    assert table["value"].max() > 1
    drawn = texts(eight_problems(table, numbers=EN))
    assert "Needs opportunities." in drawn
    assert "240%" in drawn
    assert drawn.count("▲ problem") == 2
    assert eight_problems.message(table, numbers=EN).endswith("2 could not be assessed.")


def test_no_problem_is_said_plainly():
    table = small.eight_problems(**small.sound())
    assert eight_problems.message(table, numbers=EN) == "None of the problems that were assessed is here."


def test_a_cell_nobody_rated_stays_empty():
    table = gaps()
    drawn = texts(skill_levels(table, numbers=EN))
    assert drawn.count(" of 4") == len(table)
    assert "3.5 of 4" in drawn


def test_improvements_name_who_is_missing_and_what_is_solved():
    table = improvements()
    drawn, message = texts(improvement_list(table, numbers=EN)), improvement_list.message(table, numbers=EN)
    assert "✓ solved" in drawn
    assert "nobody" in drawn
    assert "1 solved" in message
    solved = table.assign(progress="solved")
    assert improvement_list.message(solved, numbers=EN) == "All that was to be improved is solved."


def test_all_areas_alike():
    table = stages().assign(median=2.0, least_stage=2.0)
    assert maturity_by_area.message(table, numbers=EN) == "All areas stand at 2 of 5."


def test_an_unknown_profit_is_a_dash():
    pnl = pd.DataFrame(
        {"pocket_revenue": 1000.0, "customer_profit": np.nan}, index=pd.Index(small.KEYS, name="account_id")
    )
    table = small.charter(pnl=pnl).reset_index()
    assert "–" in texts(programme_charter(table, numbers=EN))
    assert programme_charter.message(table, numbers=EN).startswith("10 key accounts.")
