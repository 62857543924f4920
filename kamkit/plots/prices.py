"""From list price to the price that reaches the pocket."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from kamkit.locale import N_, _
from kamkit.locale.numbers import Numbers
from kamkit.plots.exhibit import exhibit
from kamkit.plots.waterfall import draw_waterfall, waterfall_height

__all__ = ["price_waterfall"]

STEP_NAMES = {
    "list_revenue": N_("List revenue"),
    "invoice_discount": N_("Discounts on the invoice"),
    "invoiced_revenue": N_("Invoiced revenue"),
    "deductions": N_("Rebates and deductions after it"),
    "pocket_revenue": N_("Pocket revenue"),
}


def _message(waterfall: pd.DataFrame, *, numbers: Numbers) -> str:
    rows = waterfall.set_index("step")
    amount, share = rows["amount"], rows["share"]
    parts = {
        "pocket": numbers.money(amount["pocket_revenue"]),
        "invoiced": numbers.money(amount["invoiced_revenue"]),
        "discount": numbers.money(-amount.get("invoice_discount", float("nan"))),
        "deductions": numbers.money(-amount["deductions"]),
        "share": numbers.percent(share["pocket_revenue"]),
    }
    if pd.isna(amount["pocket_revenue"]):
        return _(
            "Invoiced revenue is {invoiced}; what of it reaches the pocket is not assessed, "
            "for the deductions are not known."
        ).format(**parts)
    if not pd.notna(share["pocket_revenue"]) or amount["pocket_revenue"] <= 0:
        return _(
            "Pocket revenue is {pocket} after {deductions} of deductions: no share of it has a meaning."
        ).format(**parts)
    if _has_list(waterfall):
        return _(
            "{share} of list revenue reaches the pocket: "
            "{discount} goes on the invoice, {deductions} after it."
        ).format(**parts)
    return _(
        "{share} of invoiced revenue reaches the pocket; {deductions} goes after the invoice. "
        "Discounts on the invoice are not assessed: there are no list prices."
    ).format(**parts)


def _unit(waterfall: pd.DataFrame, *, numbers: Numbers) -> str:
    return numbers.scale(waterfall["amount"]).unit_label


def _height(waterfall: pd.DataFrame) -> float:
    return waterfall_height(_drawn(waterfall))


@exhibit(
    what=N_("price waterfall"),
    how=N_("Each bar starts where the one above it ends; what is left at the bottom is what we keep."),
    drawn=N_("Waterfall of horizontal bars from list revenue over invoiced revenue to pocket revenue."),
    tables={"waterfall": ("step", "kind", "amount", "share")},
    message=_message,
    unit=_unit,
    figsize=(7.2, 2.1),
    height=_height,
)
def price_waterfall(waterfall: pd.DataFrame, *, ax: Axes, numbers: Numbers) -> None:
    """Draw how much of the list price reaches the pocket (Marn & Rosiello, 1992).

    Parameters
    ----------
    waterfall : columns step, kind (total, change), amount (money, changes negative), share (of list
        revenue, or of invoiced revenue where there is no list), as ``method.profitability.price_waterfall``
        returns it. Where the list is NaN the picture starts from invoiced revenue.

    Raises
    ------
    AllocationError
        The steps don't add up to the totals.

    Examples
    --------
    >>> import pandas as pd
    >>> waterfall = pd.DataFrame({
    ...     "step": ["list_revenue", "invoice_discount", "invoiced_revenue", "deductions", "pocket_revenue"],
    ...     "kind": ["total", "change", "total", "change", "total"],
    ...     "amount": [1000.0, -150.0, 850.0, -50.0, 800.0], "share": [1, -0.15, 0.85, -0.05, 0.8]})
    >>> price_waterfall.message(waterfall)
    '80.0% of list revenue reaches the pocket: EUR 150 goes on the invoice, EUR 50.0 after it.'
    """
    steps = _drawn(waterfall)
    names = [_(STEP_NAMES.get(step, step)) for step in steps["step"]]
    of_what = _("% of list") if _has_list(waterfall) else _("% of invoiced")
    draw_waterfall(ax, steps, names, of_what, numbers, numbers.scale(steps["amount"]))


def _has_list(waterfall: pd.DataFrame) -> bool:
    return bool(waterfall.loc[waterfall["step"] == "list_revenue", "amount"].notna().any())


def _drawn(waterfall: pd.DataFrame) -> pd.DataFrame:
    """Without a list the waterfall starts from what was invoiced."""
    if _has_list(waterfall):
        return waterfall
    return waterfall[~waterfall["step"].isin(["list_revenue", "invoice_discount"])].reset_index(drop=True)
