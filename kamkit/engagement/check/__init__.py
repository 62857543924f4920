"""What must hold between the tables: one short function per check, all of them listed in :data:`CHECKS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import narwhals as nw
import pandas as pd

from kamkit.engagement.check import (
    branding,
    control,
    currency,
    dates,
    deals,
    demand,
    ledger,
    names,
    people,
    plausible,
    references,
    scales,
)
from kamkit.engagement.check.given import Given
from kamkit.engagement.config import Config
from kamkit.engagement.problems import Problem

__all__ = ["CHECKS", "check_tables"]

CHECKS: tuple[Callable[[Given], Iterator[Problem]], ...] = (
    names.reserved_account,
    names.same_name_twice,
    names.same_product_twice,
    names.parents_in_a_loop,
    references.known_in_tables,
    references.known_in_sales,
    references.known_in_activity_use,
    references.subjects,
    references.sales_without_account,
    currency.rates_missing,
    currency.own_rate,
    control.totals,
    control.months,
    control.revenue_rows,
    control.cost_rows,
    control.product_cost,
    control.outside_period,
    plausible.ledger_outside,
    plausible.use_outside,
    plausible.months_without_sales,
    plausible.costs_below_zero,
    plausible.list_below_invoiced,
    control.payment_days,
    ledger.transfers,
    ledger.one_rung_per_team,
    ledger.team_in_ledger,
    ledger.activity_rung,
    ledger.minutes_of_a_team,
    ledger.minutes_once,
    ledger.minutes_there,
    scales.bounds,
    scales.gates,
    scales.weights,
    scales.items,
    scales.values,
    demand.account_scopes,
    demand.reserved_suppliers,
    demand.parts_of_the_whole,
    people.key_account_and_candidate,
    deals.deals_in_order,
    deals.closed_without_day,
    deals.open_with_day,
    deals.without_account,
    deals.what_deals_do_not_say,
    deals.families,
    dates.in_the_future,
    branding.colour_in_exhibits,
)
"""Every check, in the order in which a reader wants to hear of the faults."""


def check_tables(
    tables: Mapping[str, pd.DataFrame],
    sales: nw.LazyFrame | None,
    activity_use: nw.LazyFrame | None,
    config: Config,
    files: Mapping[str, str],
    rates: pd.DataFrame | None = None,
) -> list[Problem]:
    """All that does not fit together between the tables, one problem per kind of fault.

    Parameters
    ----------
    tables : the account-level tables as the gate gave them, by name.
    sales, activity_use : the large tables, lazy, as the client wrote them; only aggregates are collected.
    config : the engagement's configuration.
    files : name of the file that each table came from, by table.
    rates : month, currency, rate; None where there is no rates file.

    Returns
    -------
    Problems, in the order of :data:`CHECKS`; empty where everything fits.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": ["1", "2"], "name": ["Acme", "Bolt"], "parent_id": ["2", "1"]})
    >>> config = Config(client="Us", currency="EUR")
    >>> [p.what for p in check_tables({"accounts": accounts}, None, None, config, {})]
    ['parents in a loop: 1 → 2 → 1']
    """
    given = Given(tables, sales, activity_use, config, files, rates)
    return [problem for check in CHECKS for problem in check(given)]
