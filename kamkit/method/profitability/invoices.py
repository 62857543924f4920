"""What invoices alone tell about the cost to serve, where no cost is known."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from kamkit.method.frames import collected
from kamkit.method.lines import line_frame, line_sums

__all__ = ["invoice_pattern"]


def invoice_pattern(sales: Any) -> pd.DataFrame:
    """How small, how scattered and how often corrected each customer's invoices are.

    | ``lines_per_order = lines / orders; value_per_order = net amount / orders``
    | ``value_per_line = net amount / lines; credit_share = lines with a negative amount / lines``

    Parameters
    ----------
    sales : account_id, net_amount; order_id. Any frame Narwhals supports.

    Returns
    -------
    DataFrame
        Indexed by account_id: orders, lines, lines_per_order, value_per_line, value_per_order (money),
        credit_lines, credit_share (fraction of lines). Credit notes count as lines and orders. What
        needs order_id is NaN where one of the account's lines lacks it.

    Raises
    ------
    ValuesError, ColumnError, EmptyError
        NaN in a required column, a missing column, no rows.

    Notes
    -----
    Source: the usual low-data stand-in for cost to serve; it ranks customers by effort, it does not
    price the effort.

    Examples
    --------
    >>> import pandas as pd
    >>> sales = pd.DataFrame({"account_id": ["a", "a", "a"], "order_id": ["1", "1", "2"],
    ...                       "net_amount": [60.0, 40.0, -10.0]})
    >>> invoice_pattern(sales)[["orders", "lines_per_order", "value_per_line", "credit_lines"]]
                orders  lines_per_order  value_per_line  credit_lines
    account_id
    a              2.0              1.5            30.0             1
    """
    lines = line_frame(sales, "sales", ["account_id", "net_amount"])
    lines = lines.with_columns(credit_lines=(nw.col("net_amount") < 0).cast(nw.Int64))
    sums = line_sums(lines, "sales", ["account_id"], ["net_amount"], blank_is_none=["credit_lines"])
    table = sums.set_index("account_id")
    orders = _orders(lines).reindex(table.index)
    return pd.DataFrame(
        {
            "orders": orders,
            "lines": table["lines"].astype("int64"),
            "lines_per_order": table["lines"] / orders,
            "value_per_line": table["net_amount"] / table["lines"],
            "value_per_order": table["net_amount"] / orders,
            "credit_lines": table["credit_lines"].round().astype("int64"),
            "credit_share": table["credit_lines"] / table["lines"],
        }
    )


def _orders(lines: nw.LazyFrame) -> pd.Series:
    """Number of orders by account, NaN where a line has none."""
    if "order_id" not in lines.collect_schema().names():
        return pd.Series(np.nan, index=pd.Index([], dtype="str"), dtype="float64")
    by_account = lines.select("account_id", "order_id").group_by("account_id")
    counts = collected(
        by_account.agg(
            nw.len().alias("lines"),
            nw.col("order_id").count().alias("known"),
            nw.col("order_id").n_unique().alias("orders"),
        )
    )
    orders = counts["orders"].astype("float64").where(counts["known"] == counts["lines"])
    return orders.set_axis(counts["account_id"].astype(str).to_numpy())
