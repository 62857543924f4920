"""Cells of heat maps on slides: shaded as on the page, and readable on each shade."""

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from kamkit.deliver.deck.lists import LISTS, pieces
from kamkit.deliver.deck.master import open_master
from kamkit.deliver.deck.pages import Pages
from kamkit.deliver.kept import Kept
from kamkit.locale.numbers import Numbers
from kamkit.palette import TEXT, contrast
from kamkit.plots.capability import shortfall_shade
from kamkit.plots.offers_heat import sales_shade
from kamkit.plots.segmentation import need_shade
from kamkit.plots.style import ink_on

EUR = Numbers("EUR")
NEEDS = pd.DataFrame(
    {
        "segment": ["Stock", "Stock", "Price", "Price"],
        "accounts": [7, 7, 5, 5],
        "text": ["Parts in stock", "A low price"] * 2,
        "item_id": ["stock", "price"] * 2,
        "importance": [1.8, -0.6, -0.4, 1.2],
    }
)
SALES = pd.DataFrame(
    {
        "account_id": ["10", "10", "10", "all"],
        "family": ["Pumps", "Valves", "all", "all"],
        "sales": [400_000.0, 0.0, 400_000.0, 900_000.0],
    }
)


def kept(draw, table):
    return Kept("exhibit", "03", f"03-{draw}", draw, (table,), {}, "Two groups.", "Acme · needs")


def rgb_of(cell):
    return f"#{cell.fill.fore_color.rgb}"


def test_the_cells_of_a_slide_have_the_colours_of_the_page():
    pages = Pages(open_master(), EUR)
    pages.exhibit(kept("segment_needs", NEEDS))
    table = next(shape.table for shape in pages.master.deck.slides[-1].shapes if shape.has_table)
    wanted = {(1, 1): 1.8, (2, 1): -0.6, (1, 2): -0.4, (2, 2): 1.2}
    assert {at: rgb_of(table.cell(*at)) for at in wanted} == {
        at: to_hex(need_shade(value, 1.8)).upper() for at, value in wanted.items()
    }
    strongest = table.cell(1, 1).text_frame.paragraphs[0].runs[0].font.color.rgb
    assert str(strongest) == "FFFFFF"
    assert table.cell(1, 0).fill.type.name == "BACKGROUND"


def test_sums_and_cells_without_sales_are_not_shaded():
    seen = LISTS["family_sales"](kept("family_sales", SALES), EUR)
    assert [[bool(fill) for fill in row] for row in seen.fills] == [[False, True, False, False], [False] * 4]
    assert [row[0] for row in seen.rows] == ["10", "All"]
    assert [piece.fills for piece in pieces(seen, 1)] == [(seen.fills[0],), (seen.fills[1],)]


@pytest.mark.parametrize("shade", [need_shade, sales_shade, lambda v, _most: shortfall_shade(3 * v)])
def test_writing_can_be_read_on_every_shade(shade):
    for part in range(101):
        fill = to_hex(shade(part / 100, 1.0)).upper()
        assert contrast(ink_on(fill), fill) >= TEXT, fill
