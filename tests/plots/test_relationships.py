"""Relationship maps, coverage, losses and agreement as pictures: text apart, marks that mean something."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.patches import PathPatch

from kamkit import plots
from kamkit.errors import ColumnError, EmptyError, ParameterError
from kamkit.locale.numbers import Numbers
from kamkit.method import relationships as rel
from kamkit.plots import to_svg
from tests.plots import tables as t
from tests.plots.pictures import drawn_texts, numerals, outside, overlapping, readable

EN = Numbers("EUR", "en")
LEVELS = ("executive", "management", "operational")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def texts(ax) -> list[str]:
    return [text.get_text() for text in drawn_texts(ax)]


def people(n: int = 15, ours: int = 5, seed: int = 1, names=None, roles: bool = False) -> pd.DataFrame:
    """One account's map, by the method from random tables."""
    rng = np.random.default_rng(seed)
    ids = [f"C-{k:04d}" for k in range(n)]
    called = names or [f"Person {k} Åkerlund" for k in range(n)]
    contacts = pd.DataFrame(
        {
            "contact_id": ids,
            "account_id": "10042",
            "name": [called[k % len(called)] for k in range(n)],
            "title": rng.choice(["Purchasing manager", "Operations director", "Buyer"], n),
            "unit": [f"Site {k % 4}" for k in range(n)],
            "level": rng.choice(LEVELS, n),
            "buying_role": rng.choice(["decision_maker", "user", "approver"], n),
            "power": rng.integers(0, 4, n),
            "attitude": rng.integers(-2, 3, n),
        }
    )
    pairs = [(c, f"KAM{p:02d}") for c in ids for p in range(ours) if rng.random() < 0.25] or [(ids[0], "K")]
    ties = pd.DataFrame(pairs, columns=["contact_id", "person_id"])
    depth = rng.integers(1, 5, len(ties))
    ties = ties.assign(depth=depth, desired_depth=np.minimum(4, depth + rng.integers(0, 2, len(ties))))
    return rel.relationship_map(rel.without_names(contacts) if roles else contacts, ties)


def coverage(n: int = 18, seed: int = 1, told: float = 0.7, unrated: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    support = np.where(rng.random(n) < told, rng.uniform(-0.4, 0.8, n), np.nan)
    reached = rng.uniform(0.2, 1.0, n)
    reached[:unrated] = np.nan
    factors = rng.integers(1, 4, n).astype(float)
    return pd.DataFrame(
        {"account_id": t.account_ids(n), "power_reached": reached, "support": support, "bus_factor": factors}
    )


def losses(n: int = 26, seed: int = 1, revenue: bool = True) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    power = np.sort(rng.integers(0, 60, n))[::-1].astype(float)
    cut = np.where(power > 30, 2, 0)
    return pd.DataFrame(
        {
            "person_id": [f"P{k:02d}" for k in range(n)],
            "accounts": 3,
            "contacts": 20,
            "contacts_lost": (power / 2).astype(int),
            "power_lost": power,
            "share_lost": power / max(power.sum(), 1) if power.sum() else np.nan,
            "accounts_cut": cut,
            "revenue_at_risk": np.where(cut > 0, 1.2e6, 0.0) if revenue else np.nan,
        }
    )


def agreement(n: int = 18, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    share = np.where(rng.random(n) < 0.4, rng.uniform(0.2, 0.9, n), 1.0)
    return pd.DataFrame(
        {
            "account_id": t.account_ids(n),
            "tasks": 3,
            "respondents": 5,
            "agreement": share,
            "lowest": share,
            "as_agreed": share / 2,
        }
    )


NASTY = [name for name in t.NASTY if "\ud800" not in name]
NASTY_NAMES = {"names": t.names(t.account_ids(40), nasty=True)}
NASTY_OURS = {"ours": {f"KAM{k:02d}": t.NASTY[k] for k in range(8)}}
CASES = {
    "map": (plots.relationship_map, (people(),), {"ours": {"KAM00": "Key account manager"}}),
    "map by role": (plots.relationship_map, (people(roles=True),), {}),
    "map of 200": (plots.relationship_map, (people(200, 6, 2),), {}),
    "map of 200, many of us": (plots.relationship_map, (people(200, 30, 3),), {}),
    "map, nasty": (plots.relationship_map, (people(20, 8, 4, NASTY),), NASTY_OURS),
    "map of one": (plots.relationship_map, (people(1, 1),), {}),
    "map without powers": (
        plots.relationship_map,
        (people().assign(power=np.nan, attitude=np.nan, level="", buying_role="", unit="", title=""),),
        {},
    ),
    "coverage": (plots.relationship_coverage, (coverage(),), {"names": t.names(t.account_ids(18))}),
    "coverage, all told": (plots.relationship_coverage, (coverage(told=1.0),), NASTY_NAMES),
    "coverage, none told": (plots.relationship_coverage, (coverage(told=0.0),), {}),
    "coverage of one": (plots.relationship_coverage, (coverage(1),), {}),
    "coverage, unrated": (plots.relationship_coverage, (coverage(unrated=4),), {}),
    "coverage of 200": (plots.relationship_coverage, (coverage(200, 3),), {}),
    "losses": (plots.leaver_loss, (losses(),), {"ours": {"P00": "Key account manager"}}),
    "losses, nasty": (plots.leaver_loss, (losses(8),), {"ours": {f"P{k:02d}": t.NASTY[k] for k in range(8)}}),
    "losses without revenue": (plots.leaver_loss, (losses(5, revenue=False),), {}),
    "loss of one": (plots.leaver_loss, (losses(1),), {}),
    "agreement": (plots.role_agreement, (agreement(),), {"names": t.names(t.account_ids(18))}),
    "agreement, nasty": (plots.role_agreement, (agreement(40),), NASTY_NAMES),
    "agreement of one": (plots.role_agreement, (agreement(1),), {}),
}


@pytest.fixture(params=list(CASES))
def case(request):
    return CASES[request.param]


@pytest.mark.filterwarnings("ignore:Glyph .* missing")
def test_all_text_stands_inside_the_picture_and_none_on_another(case):
    draw, given, options = case
    ax = draw(*given, numbers=EN, **options)
    assert outside(ax) == []
    assert overlapping(ax) == []
    assert not any(text.get_parse_math() for text in drawn_texts(ax))
    assert not any("nan" in text.lower().split() for text in texts(ax))


def test_messages_are_short_and_whole(case):
    draw, given, _options = case
    message = draw.message(*given, numbers=EN)
    message.encode("utf-8")
    assert 10 < len(message) <= 260
    assert message.endswith(".")
    assert "nan" not in message.lower()
    assert "{" not in message or "{{7*7}}" in message
    assert draw.alt(*given, numbers=EN).startswith(message)


@pytest.mark.parametrize("name", ["coverage", "losses", "agreement"])
def test_every_numeral_of_a_message_is_a_cell_or_a_count_of_rows(name):
    draw, given, _options = CASES[name]
    table = given[0]
    counted = {EN.count(k) for k in range(len(table) + 1)}
    assert numerals(draw.message(*given, numbers=EN)) <= readable(EN, table) | counted


@pytest.mark.parametrize("name", ["map", "coverage", "losses", "agreement"])
def test_faulty_tables_are_named_pictures_repeat_and_order_changes_nothing(name):
    draw, given, options = CASES[name]
    with pytest.raises(EmptyError):
        draw.message(given[0].head(0))
    needed = next(c for c in given[0].columns if c in str(draw._contract.tables))
    with pytest.raises(ColumnError, match=needed):
        draw(given[0].drop(columns=needed))
    before, turned = given[0].copy(deep=True), given[0].iloc[::-1]
    first, second = (to_svg(draw(*given, numbers=EN, **options).get_figure()) for _ in range(2))
    assert first == second
    assert sorted(texts(draw(*given, numbers=EN, **options))) == sorted(
        texts(draw(turned, numbers=EN, **options))
    )
    assert draw.message(*given, numbers=EN) == draw.message(turned, numbers=EN)
    pd.testing.assert_frame_equal(given[0], before)


# -- the map -------------------------------------------------------------------------------------


def two(**changes) -> pd.DataFrame:
    """Two persons, two of us, three ties; the second tie is less deep than wanted."""
    table = pd.DataFrame(
        {
            "account_id": "1",
            "contact_id": ["a", "a", "b"],
            "name": ["Anna Ek", "Anna Ek", "Bo Lind"],
            "title": "Director",
            "unit": "Mill",
            "level": ["executive", "executive", "operational"],
            "buying_role": ["approver", "approver", "user"],
            "power": [3.0, 3.0, 1.0],
            "attitude": [-2.0, -2.0, 1.0],
            "rank": [1, 1, 2],
            "person_id": ["K", "L", "K"],
            "depth": [4.0, 1.0, 2.0],
            "desired_depth": [4.0, 3.0, 2.0],
            "contacts": 2,
            "rest": 0,
        }
    )
    return table.assign(**changes)


def lines(ax) -> list[PathPatch]:
    return [p for p in ax.patches if isinstance(p, PathPatch)]


def test_a_line_is_wider_for_depth_and_dashed_where_more_is_wanted():
    drawn = lines(plots.relationship_map(two(), numbers=EN))
    assert len(drawn) == 3
    widths = sorted(p.get_linewidth() for p in drawn)
    assert widths[0] < widths[1] < widths[2]
    dashed = [p for p in drawn if p.get_linestyle() != "solid"]
    assert [p.get_linewidth() for p in dashed] == [widths[0]]


def person_marks(ax) -> list:
    """The marks of their people: those above the key."""
    return [k for k in ax.lines if k.get_marker() in "o^v" and k.get_ydata()[0] > 34]


def test_power_is_size_and_attitude_is_shape_colour_and_sign():
    ax = plots.relationship_map(two(), numbers=EN)
    marks = person_marks(ax)
    assert [m.get_marker() for m in marks] == ["v", "^"]
    assert marks[0].get_markersize() > marks[1].get_markersize()
    assert marks[0].get_color() != marks[1].get_color()
    assert {"−2", "+1", "for us", "against us"} <= set(texts(ax))
    assert "Anna Ek is against us." in plots.relationship_map.message(two(), numbers=EN)


def test_without_attitudes_nothing_is_said_of_them():
    untold = two(attitude=np.nan)
    ax = plots.relationship_map(untold, numbers=EN)
    assert {m.get_marker() for m in person_marks(ax)} == {"o"}
    assert len({m.get_color() for m in person_marks(ax)}) == 1
    assert not {"for us", "against us", "neutral", "+1"} & set(texts(ax))
    assert "against" not in plots.relationship_map.alt(untold, numbers=EN)


def test_who_is_known_to_nobody_is_marked_and_counted():
    unknown = two(person_id=None, depth=np.nan, desired_depth=np.nan)
    assert texts(plots.relationship_map(unknown, numbers=EN)).count("no tie") == 2
    message = plots.relationship_map.message(unknown, numbers=EN)
    assert message.startswith("Of 1 people shown who decide, none of us knows 1.")
    wanted = two(depth=0.0)
    assert texts(plots.relationship_map(wanted, numbers=EN)).count("no tie") == 2
    known_well = plots.relationship_map.message(two(), numbers=EN)
    assert known_well.startswith("At least two of us know each of the 1 people shown who decide.")


def test_of_200_people_twenty_are_drawn_and_the_rest_is_counted():
    ax = plots.relationship_map(*CASES["map of 200"][1], numbers=EN)
    assert len(person_marks(ax)) == 20
    assert "180 more contacts are not shown" in texts(ax)


def test_a_map_is_of_one_account():
    with pytest.raises(ParameterError, match="one account"):
        plots.relationship_map(two(account_id=["1", "1", "2"]))


# -- the others ----------------------------------------------------------------------------------


def test_accounts_whose_support_is_not_told_stand_below():
    ax = plots.relationship_coverage(coverage(3).assign(support=[0.2, np.nan, -0.1]), numbers=EN)
    heights = np.concatenate([c.get_offsets()[:, 1] for c in ax.collections if len(c.get_offsets())])
    assert (heights < -0.25).sum() == 1
    assert "not shown" in texts(ax)
    assert "not shown" not in texts(plots.relationship_coverage(coverage(3, told=1.0), numbers=EN))


def test_unrated_accounts_are_counted():
    said = texts(plots.relationship_coverage(coverage(unrated=4), numbers=EN))
    assert "4 accounts without stated power are not drawn." in said
    nobody = coverage(3).assign(power_reached=np.nan)
    assert "not known" in plots.relationship_coverage.message(nobody, numbers=EN)


def test_messages_by_hand():
    table = coverage(4).assign(power_reached=[0.4, 0.5, 0.9, np.nan], bus_factor=[1.0, 2, 1, 1])
    assert plots.relationship_coverage.message(table, numbers=EN) == (
        "At 1 of 3 accounts we reach less than half of the power that decides; at 2, half of what we reach "
        "hangs on one of us."
    )
    nothing = losses(2).assign(power_lost=0.0, share_lost=0.0)
    assert "Nobody of us" in plots.leaver_loss.message(nothing, numbers=EN)
    assert "not known" in plots.leaver_loss.message(nothing.assign(share_lost=np.nan), numbers=EN)
    agreed = agreement(2).assign(agreement=1.0, lowest=1.0)
    assert "everybody asked" in plots.role_agreement.message(agreed, numbers=EN)
    alone = agreed.assign(agreement=np.nan, lowest=np.nan)
    assert "not known" in plots.role_agreement.message(alone, numbers=EN)
