"""What the gate and the checks say of the input, by pattern, so that each language can order its words.

A finding is kept as the English sentence that the command line shows. Where a client reads it, the pattern
it was made of is found again, and what stood in its fields, sentences themselves perhaps, is put into the
translated pattern.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kamkit.locale import N_, _, language
from kamkit.locale.numbers import Numbers, signs
from kamkit.locale.own_words import own_words

__all__ = ["PATTERNS", "said_of_input"]

PATTERNS = (
    N_("{settings}, header in row {row}"),
    N_("{settings}, header in row {row}, of two rows"),
    N_("encoding {codec}"),
    N_("delimiter {sign}"),
    N_("delimiter comma"),
    N_("delimiter semicolon"),
    N_("delimiter tab"),
    N_("delimiter pipe"),
    N_("sheet {sheet}"),
    N_("encoding {codec}: the other code page has no such letters"),
    N_("encoding cp1252; cp1257 would read the same text"),
    N_("encoding {codec}, by the words in it: {words}"),
    N_("encoding {codec}, seen from its zero bytes; it has no byte-order mark"),
    N_("the decimal sign is {sign}"),
    N_("the decimal sign is taken to be {sign}, as in the file's other columns"),
    N_("negative numbers written (x), x- or −x"),
    N_("percent was divided by 100"),
    N_("the column is listed as percent, but no value is above 1: are these fractions already?"),
    N_("take it out of percent under [read.{table}]"),
    N_("the currency {code} written with the number was left out"),
    N_("years of two digits were read as 1970–2069"),
    N_("dates are {order}: only so can every cell be read"),
    N_("dates are taken to be {order}, as in the file's other columns"),
    N_("days within the month were read as the month's first day"),
    N_("times with a time zone were read as the local day"),
    N_("numbers were read as Excel days of the {epoch} system: {value} is {day}{known}"),
    N_(" (the 1904 system would be four years and a day later)"),
    N_("cells with a mark for nothing were read as empty"),
    N_("a mark for nothing was read as empty"),
    N_("cells that say it were read as empty: several columns of the file do"),
    N_("this may stand for nothing, but was kept as text: no other column of the file says it"),
    N_("read as {word}"),
    N_("identifiers stand as numbers: leading zeros, if there were any, are lost"),
    N_("total rows were left out"),
    N_("total rows were left out: rows {rows}"),
    N_("cells right of the last header were left out"),
    N_("the header is repeated; these rows were left out: rows {rows}"),
    N_("columns that no table asks for were left out: {columns}"),
    N_("rows without a customer are kept as {unassigned}"),
    N_("probable doubles, not merged: {names} differ only by case, spaces or width"),
    N_("give the customer, product or person one identifier"),
    N_("the file is empty: not assessed"),
    N_("the table has no rows: not assessed"),
    N_("export it again, with its header"),
    N_("not read: no table is kept in such a file"),
    N_("not read: no table is called so"),
    N_("not read: the sheet has no rows, and {table} stands in {place}"),
    N_("sheets that no table is called like were not read: {sheets}"),
    N_("name it like a table, or write file = \"…\" under [read.TABLE]"),
    N_("{lines}, {money}, lie outside the period {span} and are left out"),
    N_("{size} of {first} to {last} lie outside the period, {span}: left out"),
    N_("{size} of {first} to {last} lie outside the months of the sales, {span}: left out"),
    N_("are sales of these months missing? otherwise write a [period] in engagement.toml"),
    N_("{rows}, revenue {money},"),
    N_("{n} lines"),
    N_("{n} line"),
    N_("{n} rows"),
    N_("{n} row"),
    N_("{n} months"),
    N_("{n} month"),
    N_("{start} to {end}"),
    N_("{some} and {n} more"),
    N_("no line in {months} between the first and the last: {which}"),
    N_("is a part of the export missing, or a year mistyped?"),
    N_("{rung} sums to {money}"),
    N_("the product cost sums to {money}"),
    N_("costs are positive, credit notes negative: turn the sign round"),
    N_("the lines at list price sum to {list}, below the {invoiced} invoiced"),
    N_("write the whole line at list price, not the price of one unit"),
    N_("{rung} misses the ledger over {span}: {difference}"),
    N_("{rung} misses the ledger in {months}: {shown}; {limits}"),
    N_("sales {sales}, ledger {ledger}, difference (ledger − sales) {difference}"),
    N_("allowed: {share} % of the ledger"),
    N_("no rows of rung revenue in the period: the sales can't be held against the client's accounts"),
    N_("no rows of cost beyond product cost in the period: nothing is taken off for serving customers"),
    N_("add the revenue accounts of the trial balance"),
    N_("add the cost accounts of the trial balance, as {rungs}"),
    N_("the ledger holds product cost, the sales don't: margin and profit by customer are not known"),
    N_("add the column product_cost to the sales"),
    N_("{lines} of {all} hold no product cost: their customers' profit is not known"),
    N_("fill in the product cost; 0 only where it really is 0"),
    N_("the sales hold product cost, the ledger doesn't: it can't be held against the client's accounts"),
    N_("add rows of rung product_cost"),
    N_("capital_rate is {rate}, but {customers} sales and no payment_days ({shown})"),
    N_("1 customer has"),
    N_("{n} customers have"),
    N_("their capital charge is not known: fill in payment_days, or leave capital_rate out"),
    N_("{lines} in months that lie in the future"),
    N_("lies in the future"),
    N_("correct the date; were day and month swapped, or digits of the year?"),
    N_("without a [period] in engagement.toml the analysis reaches as far as these"),
    N_("closed before it was created on {day}"),
    N_("correct the dates; were day and month swapped?"),
    N_("the deal is {outcome}, but the day is missing: it counts in no period"),
    N_("fill in the day it closed"),
    N_("the deal is open, but has a day of closing"),
    N_("write won or lost, or empty the day; a hoped-for day is expected_close"),
    N_("no customer stands on the {n} deals: all are kept as unassigned"),
    N_("name the customer of each deal"),
    N_("{n} of {all} deals without a customer, kept as unassigned"),
    N_("they stay in every total; fill in the customer where it is known"),
    N_("{families}: no family of the products; these deals stand apart from them"),
    N_("write the families as in products"),
    N_("no deal says it, for want of the column {column}: {outcome}"),
    N_("empty in {n} of {all} deals: {outcome}"),
    N_("fill it in where it is known"),
    N_("their age, and so what is still to come of them, can't be assessed"),
    N_("their probability by stage can't be assessed"),
    N_("their value can't be assessed"),
    N_("would be read as a competitor's name"),
    N_("{who} exceed the total of {cell}: {sums}, a share above 1"),
    N_("the total is too small, or belongs to another customer or year"),
    N_("our own sales"),
    N_("all suppliers together"),
    N_("transfers don't net to zero: {money} over the period ({months})"),
    N_("add the missing side"),
    N_("book both sides in the same month"),
    N_("the team has no cost in the ledger: what its activities cost is not known"),
    N_("write the same team here and on its rows of the ledger"),
    N_("team {team} has cost but no practical_minutes in {months}: its rate is then too high"),
    N_("write the minutes of every month"),
    N_("the same name stands under {n} numbers: {numbers}; they are kept apart"),
    N_(
        "if they are one, write the same account_id everywhere; if they are units of one group, give them a "
        "parent_id"
    ),
    N_("{n} product name(s) stand under several numbers; they are kept apart"),
    N_("{n} more groups of probable doubles like those above"),
    N_("mend the ones above, then check again"),
    N_("{account} has a kam_start, and is called considered, not chosen"),
    N_("keep one of the two"),
    N_("not found in {place}: {outcome}"),
    N_("{values}not found in {place}: {outcome}"),
    N_("{values}not found in {place}: {size}{outcome}"),
    N_("add them to {place}"),
    N_("{guesses} otherwise add the missing ones to {place}"),
    N_("{size} without a customer, kept as unassigned"),
    N_("these customers then stand without a parent"),
    N_("these amounts are kept as unassigned"),
    N_("these people then belong to no customer"),
    N_("these relationships then count for no customer"),
    N_("this work then counts for no customer"),
    N_("these deals are kept as unassigned"),
    N_("kept as unassigned"),
    N_("their family is then not known"),
    N_("their cost is kept as unassigned"),
    N_("nobody can tell how many minutes they took"),
    N_("voting {session} of {day}"),
    N_("{n} answers of {people} people to {instrument} come from {session}"),
    N_("{answers} are replaced by {session}"),
    N_("{n} earlier answers to {instrument} about {subjects} subject(s)"),
    N_("{n} row(s) of responses are votes of {session} already; they are counted once"),
    N_("{n} row(s) of responses are votes of {session} with another value"),
    N_("further columns that this file seems to hold: {columns}"),
    N_("where it is so, write it under [columns.{table}], a line for each"),
    N_("{theirs} was read as {ours}, as {section} says"),
    N_("{section} maps {words}, which no cell says"),
    N_("look for a slip, or take it away"),
    N_("{section} is not used: the file has no such column"),
    N_("name its header under {section}, or take the section away"),
    N_("a day before {year} or after 2099"),
    N_("check the year"),
    N_(
        "the total row {label} says {amount} in {column}, the rows above it sum to {sum}: a difference of "
        "{rest}"
    ),
    N_("ask the client which rows are missing, or were added"),
    N_("not read: the table {table} comes from {place}"),
    N_("take the file away"),
    N_("[ledger] {table} is not read: the engine is {engine}"),
    N_("{line}; the other lines are kept"),
    N_("the last line was not written to its end"),
    N_("this line can't be read as a decision"),
    N_("if the decision still holds, record it again"),
    N_("the decision {id} stands in the log twice; this line is not counted"),
    N_("take the line out"),
    N_("this line of the votes can't be read, or was not written to its end; the others are kept"),
    N_(
        "{session} ended after its blind round, while other answers to {instrument} are a consensus: scores "
        "take the consensus alone, so what was voted is shown and not scored"
    ),
    N_("hold the second round"),
    N_("if that is not meant: {command}"),
    N_("not found in accounts.account_id: this demand then counts for no customer"),
    N_("{guess} write the customer number; for a whole market scope is market"),
    N_("write the customer number; for a whole market scope is market"),
    N_("write {word}, in small letters"),
    N_("add {column}"),
    N_("{part} of {whole}"),
    N_("{month}: {rest}"),
    N_("{difference} = {share} % of the ledger"),
    N_("{limit}; no absolute limit is set"),
    N_("{limit} and {money}"),
    N_("and {n} more"),
    N_("look whether both sides take the month from the same date, then for missing or double lines"),
    N_("reads as {colour} (hue {value}° away, at least {least}° needed)"),
    N_("has a contrast of {value} : 1 to {colour}, at least {least} : 1 needed"),
    N_("in grey print has a contrast of {value} : 1 to {colour}, at least {least} : 1 needed"),
    N_("is too much like {colour} (CIELAB difference {value}, at least {least} needed)"),
    N_("{colour} for readers with {kind} colour blindness"),
    N_("the green that means good"),
    N_("the red that means bad"),
    N_("the grey of the previous year"),
    N_("It is used for headings and rules only; in exhibits kamkit's own blue stands"),
    N_("{question}: {mean} of {high} (n = {n})"),
    N_("'{cell}'"),
)  # fmt: skip
"""The warnings and notes that a report prints, and the parts they are put together from."""

_FIELD = re.compile(r"\{(\w+)\}")
_DAY, _NUMBER, _DECIMAL = r"\d{4}-\d\d(?:-\d\d)?", r"\d[\d,]*", r"[−-]?\d[\d,]*(?:\.\d+)?"
_AMOUNT = r"[A-Z]{3} [−-]?\d[\d,]*\.\d+"
_BETWEEN = re.compile(r"(?<='), (?=')|(?<=\"), (?=\")|; ")
_HELD = {
    "n": _NUMBER,
    "all": _NUMBER,
    "row": _NUMBER,
    "start": _DAY,
    "end": _DAY,
    "first": _DAY,
    "last": _DAY,
    "month": _DAY,
    "mean": _DECIMAL,
    "high": _DECIMAL,
    "value": _DECIMAL,
    "least": _DECIMAL,
    "share": _DECIMAL,
    "cell": "[^']*",
    "part": _AMOUNT,
    "whole": _AMOUNT,
    "difference": "[^;]+",
    "limit": "[^;]+",
    "rest": "[^;]+",
    "section": r"\[[^\]]+\]",
}
"""What may stand in a field, where that is not any text."""
_MONEY = re.compile(r"([A-Z]{3}) ([−-]?)(\d[\d,]*\.\d+)")


def said_of_input(text: str) -> str:
    """A finding in the language in force; one of no known pattern stays as it is.

    >>> said_of_input("the decimal sign is '.'")
    "the decimal sign is '.'"
    """
    if language() == "en" or not text:
        return text
    for pattern, expression in _expressions():
        found = expression.fullmatch(text)
        if found:
            held = {name: said_of_input(value) for name, value in found.groupdict().items()}
            return _(pattern).format(**held)
    parts = _BETWEEN.split(text)
    if len(parts) > 1:
        return "".join(
            said_of_input(part) + sign
            for part, sign in zip(parts, [*_BETWEEN.findall(text), ""], strict=True)
        )
    return _figure(own_words().get(text, text))


def _figure(text: str) -> str:
    """A number or an amount with the signs, and in the order, of the language."""
    money = _MONEY.fullmatch(text)
    if money:
        currency, minus, amount = money.groups()
        return Numbers(currency, language()).ordered(minus + amount.translate(signs(language())))
    return text.translate(signs(language())) if re.fullmatch(_DECIMAL, text) else text


@lru_cache
def _expressions() -> list[tuple[str, re.Pattern[str]]]:
    """The patterns as regular expressions, those with most words of their own first."""
    ranked = sorted(PATTERNS, key=lambda pattern: -len(_FIELD.sub("", pattern)))
    return [(pattern, re.compile(_expression(pattern), re.DOTALL)) for pattern in ranked]


def _expression(pattern: str) -> str:
    parts = _FIELD.split(pattern)
    return "".join(
        f"(?P<{part}>{_HELD.get(part, '.+?')})" if i % 2 else re.escape(part) for i, part in enumerate(parts)
    )
