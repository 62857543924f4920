"""Pages that follow from the code: the method handbook, one page per part of ``kamkit.method``."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

PARTS = "kamkit.method"


class Part(NamedTuple):
    """One part of the method: the step it serves, and when a consultant reaches for it."""

    step: str
    when: str


HANDBOOK = {
    "markets": Part(
        "1", "How large are our markets, who else is in them, and is our growth ours or the market's?"
    ),
    "concentration": Part("2", "How much hangs on how few customers?"),
    "profitability": Part("2", "What does each customer bring after all that can be traced to it?"),
    "segmentation": Part("3", "Who needs what, and who pays for more than the lowest price?"),
    "scoring": Part("4", "Which accounts deserve to be chosen, and how sure is that ranking?"),
    "portfolio": Part("4", "Where do the accounts stand, and how many can we serve with the hours we have?"),
    "service": Part("5", "What does each group of customers get, and what does that cost?"),
    "strategies": Part("5", "What do we want of each segment, and who serves it?"),
    "investment": Part("5", "Does the investment return what we require, and where do the hours earn most?"),
    "offers": Part(
        "6", "What does the customer buy elsewhere, what is our offer worth to them, what may it cost?"
    ),
    "relationships": Part("7", "Who decides there, who of us knows them, and what leaves with one of ours?"),
    "opportunities": Part("8", "What are the open deals worth, and which deserve the hours?"),
    "programme": Part("9", "Does the programme pay, judged against accounts that are not in it?"),
    "risk": Part("9", "What would losing an account cost, and who may be about to leave?"),
    "capability": Part("10", "How mature is the programme, what goes wrong, what is done about it?"),
    "account_plan": Part("plans", "What does one account's plan say, and what has moved since the last one?"),
    "demand": Part("shared", "What does the market, or one customer, buy in all?"),
    "lines": Part("shared", "Sums over invoice lines, made in the engine that holds them."),
    "rollup": Part("shared", "The same by parent, industry, market or unit."),
    "exact": Part("shared", "Adding money so that the same input gives the same bytes."),
}
"""Every part of the method; a test holds that none is missing."""


def write_handbook(folder: Path) -> None:
    """One page per part, and a table of contents by step; the functions' pages are their docstrings."""
    folder.mkdir(exist_ok=True)
    for name in HANDBOOK:
        _write(folder / f"{name}.md", _page(name))
    _write(folder / "index.md", _contents())


def _page(name: str) -> str:
    part, module = HANDBOOK[name], import_module(f"{PARTS}.{name}")
    named = " · ".join(f"[`{n}`](#{PARTS}.{name}.{n})" for n in module.__all__ if _documented(module, n))
    return f"""# {name}

**{part.when}**

{named}

```{{eval-rst}}
.. automodule:: {PARTS}.{name}
   :members:
   :imported-members:
```
"""


def _documented(module: ModuleType, name: str) -> bool:
    """Whether a name is a function or class, which has a docstring of its own; constants have none."""
    thing = getattr(module, name)
    return callable(thing) and bool(thing.__doc__)


def _contents() -> str:
    rows = "\n".join(f"| {p.step} | [{name}]({name}.md) | {p.when} |" for name, p in HANDBOOK.items())
    tree = "\n".join(HANDBOOK)
    return f"""# Method handbook

Each function with its formula, shapes, units, errors, source and an example that is run by the tests. Tables go in, new tables come
out; nothing here reads a file or draws.

| Step | Part | The question it answers |
|---|---|---|
{rows}

```{{toctree}}
:hidden:

{tree}
```
"""


def _write(file: Path, text: str) -> None:
    """Leave an unchanged page alone, so that it is not built again."""
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")
