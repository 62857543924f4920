"""Bars as pictures that are kept: the steps of a loss, what one account more brings."""

from __future__ import annotations

from typing import Any

from kamkit.locale import _
from kamkit.locale.numbers import Numbers
from kamkit.plots.layout import widest
from kamkit.plots.style import PALETTE
from kamkit.workshop.panels.choice import Marginal
from kamkit.workshop.panels.loss import LossSteps
from kamkit.workshop.panels.stage import LINE, NOTE, SIZE, Stage

__all__ = ["draw_marginal", "draw_steps"]

_HEAD, _ROW, _BAR = 44.0, 46.0, 30.0
_NAME = 345.0


def draw_steps(stage: Stage, steps: LossSteps, numbers: Numbers) -> None:
    """EBIT today, what each loss takes of it, and EBIT after; below, how busy the teams then are.

    Where nobody is lost: EBIT today, and what each account alone would take of it.
    """
    if steps.alone:
        _draw_alone(stage, steps, numbers)
        return
    levels = [0.0, steps.amounts[0]]
    for change in steps.amounts[1:-1]:
        levels.append(levels[-1] + change)
    scale = numbers.scale(steps.amounts)
    texts = [numbers.scaled(a, scale) for a in steps.amounts]
    low, high = min(0.0, *levels), max(0.0, *levels)
    after = widest(texts, SIZE, bold=True) + 16
    left, right = _NAME + (after if low < 0 else 10), stage.width - after - 8
    per = (right - left) / ((high - low) or 1.0)
    zero = left - low * per
    stage.text(zero, 18, scale.unit_label, fontsize=NOTE, color=PALETTE["muted"])
    last = len(steps.names) - 1
    for row, (name, amount, text) in enumerate(zip(steps.names, steps.amounts, texts, strict=True)):
        total = row in (0, last)
        start, end = (0.0, amount) if total else (levels[row], levels[row + 1])
        y = _HEAD + row * _ROW
        face = "actual" if total and amount >= 0 else "bad"
        stage.text(6, y + _BAR / 2, name, _NAME - 16, fontweight="bold" if total else "normal")
        x0, x1 = sorted((zero + start * per, zero + end * per))
        stage.bar(x0, y, x1 - x0, _BAR, facecolor=PALETTE[face], zorder=3)
        stage.text(x1 + 10, y + _BAR / 2, text, fontweight="bold" if total else "normal", halo=True, zorder=5)
    bottom = _HEAD + (last + 1) * _ROW - 8
    stage.line((zero, zero), (_HEAD - 8, bottom), linewidth=1.5, zorder=4)
    _draw_teams(stage, steps, bottom + 30, numbers)


def _draw_alone(stage: Stage, steps: LossSteps, numbers: Numbers) -> None:
    rows = [(steps.names[0], steps.amounts[0], "actual"), *((n, v, "bad") for n, v in steps.alone)]
    amounts = [amount for _name, amount, _face in rows]
    scale = numbers.scale(amounts)
    texts = [numbers.scaled(amount, scale) for amount in amounts]
    low, high, beside = min(0.0, *amounts), max(0.0, *amounts), widest(texts, SIZE, bold=True) + 16
    per = (stage.width - _NAME - beside - 18) / ((high - low) or 1.0)
    zero = _NAME + 10 - low * per
    head = _("{unit}: EBIT today, and what each alone would take of it").format(unit=scale.unit_label)
    stage.text(6, 18, head, stage.width - 12, fontsize=NOTE, color=PALETTE["muted"])
    for row, ((name, amount, face), text) in enumerate(zip(rows, texts, strict=True)):
        y, weight = _HEAD + row * _ROW + (12 if row else 0), "normal" if row else "bold"
        x0, x1 = sorted((zero, zero + amount * per))
        stage.text(6, y + _BAR / 2, name, _NAME - 16, fontweight=weight)
        stage.bar(x0, y, x1 - x0, _BAR, facecolor=PALETTE[face if amount >= 0 or row else "bad"])
        stage.text(x1 + 10, y + _BAR / 2, text, fontweight=weight)
    stage.line((zero, zero), (_HEAD - 8, _HEAD + len(rows) * _ROW + 8), linewidth=1.5)


def _draw_teams(stage: Stage, steps: LossSteps, top: float, numbers: Numbers) -> None:
    """Each team's use before, as an outline, and after."""
    rows = int((stage.height - top - 2 * LINE) // _ROW)
    if not steps.teams or rows < 1:
        return
    full = stage.width - _NAME - 230
    bold: dict[str, Any] = {"fontweight": "bold", "fontsize": NOTE}
    stage.text(6, top, _("How busy the teams are: outlined before, filled after"), **bold)
    for row, (team, before, after) in enumerate(steps.teams[:rows]):
        y = top + LINE + row * _ROW
        stage.text(6, y + _BAR / 2, team, _NAME - 16)
        stage.bar(_NAME, y, min(after, 1.2) * full, _BAR, facecolor=PALETTE["second"])
        outline: dict[str, Any] = {
            "facecolor": "none",
            "edgecolor": PALETTE["actual"],
            "linewidth": 2,
            "zorder": 4,
        }
        stage.bar(_NAME, y, min(before, 1.2) * full, _BAR, **outline)
        use = f"{numbers.percent(before, decimals=0)} → {numbers.percent(after, decimals=0)}"
        stage.text(_NAME + max(before, after) * full + 12, y + _BAR / 2, use)


def _taken(curve: Marginal, numbers: Numbers) -> str:
    """How much of each limit the choice takes: what is nearly used up is what binds."""
    (hours, there_are), (cost, budget), (places, sponsors) = curve.hours, curve.budget, curve.sponsors
    said = _("takes {hours} of {all_hours} hours, {cost} of {budget}, {n} of {sponsors} sponsors")
    return said.format(
        hours=numbers.count(hours),
        all_hours=numbers.count(there_are),
        cost=numbers.money(cost),
        budget=numbers.money(budget),
        n=numbers.count(places),
        sponsors=numbers.count(sponsors),
    )


def draw_marginal(stage: Stage, curve: Marginal, numbers: Numbers) -> None:
    """A column for each number of accounts: filled up to the number chosen, outlined beyond."""
    left, right, top, foot = 12.0, stage.width - 12.0, 144.0, stage.height - 84
    bold: dict[str, Any] = {"fontweight": "bold", "fontsize": SIZE}
    stage.text(left, 88, _taken(curve, numbers), right - left, fontsize=NOTE)
    if not len(curve.accounts):
        stage.text(stage.width / 2, stage.height / 2, _("nothing to add"), ha="center", **bold)
        return
    scale = numbers.scale(curve.marginal)
    low, high = min(0.0, float(curve.marginal.min())), max(0.0, float(curve.marginal.max()))
    step = (right - left) / len(curve.accounts)
    texts = [numbers.scaled(v, scale) for v in curve.marginal]
    counts = [numbers.count(count) for count in curve.accounts]
    every, each = (1 + int(widest(written, NOTE) // step) for written in (texts, counts))
    per = (foot - top) / ((high - low) or 1.0)
    zero = foot + low * per
    for i, (count, value, text) in enumerate(zip(curve.accounts, curve.marginal, texts, strict=True)):
        x, tall = left + (i + 0.14) * step, abs(value) * per
        y = zero - max(value, 0.0) * per
        face = PALETTE["actual"] if count <= curve.chosen else "white"
        rim: dict[str, Any] = {"facecolor": face, "edgecolor": PALETTE["actual"], "linewidth": 2}
        stage.bar(x, y, 0.72 * step, tall, **rim)
        middle = x + 0.36 * step
        if i % every == 0:
            stage.text(middle, y - 18, text, ha="center", fontsize=NOTE)
        if i % each == 0:
            stage.text(middle, foot + 24, counts[i], ha="center", fontsize=NOTE)
    stage.line((left, right), (zero, zero), linewidth=1.5)
    stage.text(left, 20, _("{unit} a year, added by one account more").format(unit=scale.unit_label), **bold)
    said = _("filled: chosen, outlined: beyond the limits")
    stage.text(left, 54, said, fontsize=NOTE, color=PALETTE["muted"])
    stage.text(
        right,
        foot + 58,
        _("number of key accounts →"),
        ha="right",
        fontsize=NOTE,
        color=PALETTE["muted"],
    )
