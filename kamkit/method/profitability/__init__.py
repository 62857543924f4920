"""Customer profitability: the contribution ladder, cost to serve, whale curve and price levers."""

from kamkit.method.profitability.costing import capacity_rates, capacity_use, cost_to_serve
from kamkit.method.profitability.customers import known_customers, largest_losses
from kamkit.method.profitability.invoices import invoice_pattern
from kamkit.method.profitability.ladder import ProfitBasis, customer_pnl, gross_margin, profit_basis
from kamkit.method.profitability.levers import break_even_volume, clv_multiple, price_levers
from kamkit.method.profitability.terms import Terms, changed_terms, order_values, served_cost
from kamkit.method.profitability.tie_out import (
    allocation_check,
    reconcile,
    require_allocated,
    unassigned_cost,
)
from kamkit.method.profitability.views import (
    contribution_ladder,
    cost_views,
    price_cost_matrix,
    price_waterfall,
)
from kamkit.method.profitability.whale import WhaleSummary, whale_curve, whale_summary

__all__ = [
    "ProfitBasis",
    "Terms",
    "WhaleSummary",
    "allocation_check",
    "break_even_volume",
    "capacity_rates",
    "capacity_use",
    "changed_terms",
    "clv_multiple",
    "contribution_ladder",
    "cost_to_serve",
    "cost_views",
    "customer_pnl",
    "gross_margin",
    "invoice_pattern",
    "known_customers",
    "largest_losses",
    "order_values",
    "price_cost_matrix",
    "price_levers",
    "price_waterfall",
    "profit_basis",
    "reconcile",
    "require_allocated",
    "served_cost",
    "whale_curve",
    "whale_summary",
    "unassigned_cost",
]
