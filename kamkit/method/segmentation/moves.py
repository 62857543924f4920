"""From one classification to another: how many moved where, and who they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import ValuesError
from kamkit.method.frames import as_pandas
from kamkit.method.segmentation.profiles import NOT_ASKED

__all__ = ["migration", "migration_cells"]


def migration(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """How many accounts of each old class stand in each new one.

    Parameters
    ----------
    before, after : by account_id, the old and the new class.

    Returns
    -------
    DataFrame
        Old × new classes, accounts. All accounts of both are counted; those without a class stand under
        "not_asked".

    Raises
    ------
    ValuesError
        Accounts that stand twice.

    Notes
    -----
    Source: cross-classification.

    Examples
    --------
    >>> import pandas as pd
    >>> migration(pd.Series({"a": "A", "b": "A"}), pd.Series({"a": "stock", "b": "price"}))
    after   price  stock
    before
    A           1      1
    """
    pairs = _pairs(before, after)
    counts = pd.crosstab(pairs["before"], pairs["after"])
    rows, columns = (
        sorted(names, key=lambda n: (n == NOT_ASKED, n)) for names in (counts.index, counts.columns)
    )
    return counts.loc[rows, columns]


def _pairs(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    for name, series in (("before", before), ("after", after)):
        if series.index.has_duplicates:
            raise ValuesError(
                f"{name} has accounts that stand twice", where=name, remedy="one class for each account"
            )
    index = before.index.union(after.index)
    columns = {"before": before, "after": after}
    return pd.DataFrame(
        {
            n: s.reindex(index).astype("object").where(lambda v: v.notna(), NOT_ASKED)
            for n, s in columns.items()
        }
    ).astype("str")


def migration_cells(
    before: pd.Series,
    after: pd.Series,
    revenue: pd.DataFrame | None = None,
    accounts: Any = None,
    most: int = 3,
) -> pd.DataFrame:
    """The migration table with names: who they are, and what they buy.

    Parameters
    ----------
    before, after : by account_id, the old and the new class.
    revenue : as :func:`account_revenue` returns it; orders the names, the largest first.
    accounts : account_id, name.
    most : how many accounts to name in a cell.

    Returns
    -------
    DataFrame
        before, after, accounts, share (of the accounts of the old class), revenue (money, NaN where not
        given), names (the largest, separated by "; "). A row per cell that holds an account.

    Raises
    ------
    ValuesError
        Accounts that stand twice.

    Notes
    -----
    Source: cross-classification, with names.

    Examples
    --------
    >>> import pandas as pd
    >>> migration_cells(pd.Series({"a": "A", "b": "A"}), pd.Series({"a": "stock", "b": "stock"}))
      before  after  accounts  share  revenue names
    0      A  stock         2    1.0      NaN  a; b
    """
    pairs = _pairs(before, after)
    pairs = pairs.assign(revenue=np.nan if revenue is None else revenue["revenue"].reindex(pairs.index))
    called = {} if accounts is None else _names(accounts)
    pairs = pairs.assign(name=[called.get(str(key), str(key)) for key in pairs.index])
    pairs = pairs.sort_values("revenue", ascending=False, kind="stable")
    groups = pairs.groupby(["before", "after"], sort=True)
    cells = pd.DataFrame(
        {
            "accounts": groups.size(),
            "revenue": groups["revenue"].sum(min_count=1),
            "names": groups["name"].agg(lambda names: "; ".join(names.head(most))),
        }
    ).reset_index()
    cells["share"] = cells["accounts"] / cells.groupby("before")["accounts"].transform("sum")
    order = {f"{c}_last": (cells[c] == NOT_ASKED).astype(int) for c in ("before", "after")}
    ranked = cells.assign(**order).sort_values(
        ["before_last", "before", "after_last", "after"], ignore_index=True
    )
    return ranked[["before", "after", "accounts", "share", "revenue", "names"]]


def _names(accounts: Any) -> dict[str, str]:
    table = as_pandas(accounts, "accounts", ["account_id", "name"])
    return {str(a): str(n) for a, n in zip(table["account_id"], table["name"], strict=True) if pd.notna(n)}
