"""Exhibits of step 6: text that fits, messages whose numerals are cells, ordinary and nasty tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from kamkit import plots
from kamkit.errors import AllocationError, ColumnError, EmptyError, ValuesError
from kamkit.locale.numbers import Numbers
from kamkit.method import offers
from kamkit.plots import to_svg
from tests.plots import tables as t
from tests.plots.pictures import drawn_texts, numerals, outside, overlapping, readable

EN = Numbers("EUR", "en")
FAMILIES = [
    "Maintenance contracts", "Hydraulics and pneumatics", "Valves", "Bearings", "Drives", "Seals & gaskets",
    "Measuring instruments", "Pumps", "Consumables", "Spare parts, electrical",
]  # fmt: skip


def cells(n: int = 40, families: int = 10, scale: float = 1.0) -> pd.DataFrame:
    """White space with every fifth cell blank and every third at its aim."""
    draw = np.random.default_rng(6)
    index = pd.MultiIndex.from_product(
        [t.account_ids(n), FAMILIES[:families]], names=["account_id", "family"]
    )
    table = index.to_frame(index=False).assign(year=2025)
    gap = np.where(np.arange(len(table)) % 3 == 0, 0.0, draw.lognormal(10, 1.2, len(table))) * scale
    table = table.assign(
        wallet=4 * gap + 1, potential=2 * gap + 1, current=gap, gap=gap, expected_value=gap / 4
    )
    table["confidence"] = np.array(list("ABCD"))[np.arange(len(table)) % 4]
    return offers.white_space_map(table[np.arange(len(table)) % 5 != 4])


def shares(n: int = 30) -> pd.DataFrame:
    draw = np.random.default_rng(7)
    wallet, share = draw.lognormal(13, 1, n), draw.uniform(0.05, 0.8, n)
    table = pd.DataFrame({"account_id": t.account_ids(n), "year": 2025, "wallet": wallet, "share": share})
    table["sales"], table["share_before"] = (
        table["share"] * wallet,
        table["share"] * draw.uniform(0.7, 1.3, n),
    )
    table["confidence"] = np.array(list("ABCD"))[np.arange(n) % 4]
    table["cause"] = None
    table.loc[1, ["share", "cause"]] = [np.nan, "hierarchy_or_wallet"]
    table.loc[2, "share_before"] = np.nan
    return table


def breaks(n: int = 30) -> pd.DataFrame:
    draw = np.random.default_rng(8)
    revenue = draw.lognormal(12, 1, n)
    pnl = pd.DataFrame({"pocket_revenue": revenue, "cm1": revenue * draw.uniform(-0.05, 0.5, n)})
    return offers.discount_break_even(pnl.set_index(pd.Index(t.account_ids(n), name="account_id")), 0.05)


def stairs(price: float | None = 460_000) -> pd.DataFrame:
    drivers = pd.DataFrame(
        {
            "driver": [
                "Fewer hours of unplanned stop in all three paper machines",
                "Energy",
                "Training",
                "Start-up",
            ],
            "value": [124_000.0, 18_000.0, -12_000.0, -30_000.0],
            "once": [False, False, False, True],
            "confirmed_by": ["Production manager", None, None, "CFO"],
        }
    )
    return offers.value_stairs(offers.economic_value(300_000, drivers, switching_cost=20_000, price=price))


def stated(n: int = 20) -> pd.DataFrame:
    draw = np.random.default_rng(9)
    value, reference = draw.lognormal(10, 1, n), draw.lognormal(11, 1, n)
    items = []
    for i, account in enumerate(t.account_ids(n)):
        base = {"subject_type": "account", "subject_id": account, "text": "Uptime", "target": 0.0}
        price = reference[i] + value[i] * draw.uniform(-0.1, 1.2)
        known = reference[i] if i % 6 else np.nan
        items.append({**base, "item_id": f"O{i}", "kind": "offer", "amount": price, "baseline": known})
        for k, part in enumerate((0.6, 0.4)):
            items.append({**base, "item_id": f"V{i}{k}", "kind": "value_driver", "amount": value[i] * part,
                          "baseline": 1.0, "text": f"Driver {k}", "customer_agreed": k == 0})  # fmt: skip
    return offers.stated_value(pd.DataFrame(items))


def drawings() -> dict[str, tuple]:
    wallets = shares()
    sold = cells().rename(columns={"gap": "sales"})[["account_id", "family", "sales"]]
    return {
        "share_of_wallet": (plots.share_of_wallet, wallets, offers.wallet_summary(wallets)),
        "discount_break_even": (plots.discount_break_even, breaks()),
        "white_space": (plots.white_space, cells()),
        "white_space_small": (plots.white_space, cells(6, 4)),
        "family_sales": (plots.family_sales, sold),
        "value_stairs": (plots.value_stairs, stairs()),
        "value_stairs_dear": (plots.value_stairs, stairs(200_000)),
        "offer_value": (plots.offer_value, stated()),
    }


NAMED = {
    "share_of_wallet",
    "discount_break_even",
    "white_space",
    "white_space_small",
    "family_sales",
    "offer_value",
}
LONG = {
    account: f"Aktiebolaget Skandinaviska Maskinfabriken i Örebro {i}"
    for i, account in enumerate(t.account_ids(80))
}
NASTY = t.names(t.account_ids(80), nasty=True)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.mark.parametrize("called", [LONG, NASTY], ids=["long", "nasty"])
@pytest.mark.parametrize("name", drawings())
def test_text_stays_inside_and_apart_with_long_names(name, called):
    draw, *tables = drawings()[name]
    ax = draw(*tables, numbers=EN, **({"names": called} if name in NAMED else {}))
    assert not outside(ax)
    assert not overlapping(ax)


@pytest.mark.parametrize("name", drawings())
def test_every_numeral_of_the_message_is_a_cell(name):
    draw, *tables = drawings()[name]
    message = draw.message(*tables, numbers=EN)
    assert numerals(message) <= readable(EN, *tables)
    assert message in draw.alt(*tables, numbers=EN)
    assert len(message) < 200


@pytest.mark.parametrize("name", drawings())
def test_tables_are_left_alone_and_pictures_are_the_same_twice(name):
    draw, *tables = drawings()[name]
    before = tables[0].copy(deep=True)
    pictures = [to_svg(draw(*tables, numbers=EN).get_figure(root=True)) for _ in range(2)]
    assert pictures[0] == pictures[1]
    pd.testing.assert_frame_equal(tables[0], before)


@pytest.mark.parametrize("name", drawings())
def test_what_can_not_be_drawn_is_refused(name):
    draw, table, *rest = drawings()[name]
    with pytest.raises(EmptyError):
        draw(table.head(0), *rest)
    with pytest.raises(ColumnError):
        draw(table[[]].assign(x=1.0), *rest)
    drawn = ("gap", "driver_value", "wallet", "volume_needed", "sales", "amount")
    amount = next(column for column in drawn if column in table)
    with pytest.raises(ValuesError):
        draw(table.assign(**{amount: np.inf}), *rest)


def _filled(ax) -> int:
    return sum(isinstance(p, Rectangle) and p.get_edgecolor()[:3] == (1.0, 1.0, 1.0) for p in ax.patches)


def test_a_blank_is_no_zero():
    table = cells(6, 4)
    inner = table[(table["account_id"] != "all") & (table["family"] != "all")]
    ax = plots.white_space(table, numbers=EN)
    assert _filled(ax) == len(inner) == 20
    assert sum(text.get_text() == "0" for text in drawn_texts(ax)) == int((inner["gap"] == 0).sum())


def test_a_small_gap_is_never_written_as_nothing():
    table = cells(6, 4)
    at = table.index[(table["account_id"] != "all") & (table["family"] != "all") & (table["gap"] > 0)][0]
    table.loc[at, "gap"] = 120.0
    assert "0.1" in {text.get_text() for text in drawn_texts(plots.white_space(table, numbers=EN))}


def test_a_cell_whose_sales_exceed_the_wallet_is_a_question_not_an_aim_reached():
    table = cells(6, 4).assign(above_wallet=False)
    inner = table.index[(table["account_id"] != "all") & (table["family"] != "all")]
    table.loc[inner[:2], ["gap", "above_wallet"]] = [0.0, True]
    texts = [text.get_text() for text in drawn_texts(plots.white_space(table, numbers=EN))]
    assert texts.count("?") == 2
    assert "blank: no need known; ?: sales exceed the wallet" in texts


@pytest.mark.parametrize(("size", "blocks"), [((7.2, 8.6), 1), ((12.8, 6.0), 2)])
def test_forty_by_ten_is_readable_on_a_page_and_on_a_slide(size, blocks):
    ax = plt.figure(figsize=size).add_axes((0, 0, 1, 1))
    plots.white_space(cells(), ax=ax, numbers=EN, names=LONG)
    texts = [text for text in drawn_texts(ax)]
    assert sum(text.get_text() == "sum" for text in texts) == blocks
    assert min(text.get_fontsize() for text in texts) >= 6.0
    assert not outside(ax)
    assert not overlapping(ax)


def test_the_ends_of_the_scale_are_labelled():
    texts = {text.get_text() for text in drawn_texts(plots.white_space(cells(), numbers=EN))}
    assert "0: aim reached" in texts
    assert any(text.startswith("largest: EUR") for text in texts)


def test_more_than_forty_customers_are_counted():
    texts = " ".join(text.get_text() for text in drawn_texts(plots.white_space(cells(60), numbers=EN)))
    assert "40 of 60 customers shown" in texts


def test_a_doubtful_wallet_comes_first_and_says_why():
    table = shares()
    ax = plots.share_of_wallet(table, offers.wallet_summary(table), numbers=EN, names={})
    texts = [text.get_text() for text in drawn_texts(ax)]
    assert texts.index(table.loc[1, "account_id"]) < texts.index(
        table.loc[table["wallet"].idxmax(), "account_id"]
    )
    assert "over 100%: hierarchy or wallet?" in texts


def test_confirmed_drivers_look_and_read_differently_from_our_estimates():
    ax = plots.value_stairs(stairs(), numbers=EN)
    texts = [text.get_text() for text in drawn_texts(ax)]
    assert texts.count("✓ confirmed") == 2
    assert texts.count("○ our estimate") == 2
    assert "Once, in no figure above" in texts
    assert any(text.startswith("our price") for text in texts)


def test_stairs_that_do_not_add_up_are_refused():
    wrong = stairs()
    wrong.loc[0, "amount"] += 1
    with pytest.raises(AllocationError):
        plots.value_stairs(wrong)


def test_messages_say_what_follows():
    assert "leaves" in plots.value_stairs.message(stairs(400_000), numbers=EN)
    assert "less than we ask" in plots.value_stairs.message(stairs(460_000), numbers=EN)
    assert "our price is not stated" in plots.value_stairs.message(stairs(None), numbers=EN)
    none = breaks().assign(never=True)
    assert "No volume makes up" in plots.discount_break_even.message(none, numbers=EN)
    reached = cells(6, 4).assign(gap=0.0, expected_value=0.0)
    assert plots.white_space.message(reached, numbers=EN).startswith("No white space")
    incomplete = stated().assign(standing="incomplete")
    assert plots.offer_value.message(incomplete, numbers=EN).startswith("None of 20 offers")


@pytest.mark.parametrize("factor", [1e-4, 1e4])
def test_small_and_large_money_fits(factor):
    ax = plots.white_space(cells(scale=factor), numbers=Numbers("SEK", "sv"), names=LONG)
    assert not outside(ax)
    assert not overlapping(ax)
