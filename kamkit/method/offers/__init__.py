"""Step 6: share of wallet, white space, the value of an offer to the customer, and what a discount costs."""

from kamkit.method.offers.allocation import estimated_wallets, wallet_allocation
from kamkit.method.offers.discounts import account_levers, discount_break_even
from kamkit.method.offers.plans import STANDINGS, offer_to_show, offer_value, stated_value, value_drivers
from kamkit.method.offers.shares import WalletSummary, share_of_wallet, wallet_coverage, wallet_summary
from kamkit.method.offers.value import EconomicValue, economic_value, value_stairs
from kamkit.method.offers.wallet import GRADES, family_sales, last_whole_year, wallet_cells
from kamkit.method.offers.white_space import (
    CERTAINTY,
    Pace,
    expected_gap,
    family_map,
    pace_so_far,
    white_space,
    white_space_map,
)

__all__ = [
    "CERTAINTY",
    "GRADES",
    "STANDINGS",
    "EconomicValue",
    "Pace",
    "WalletSummary",
    "account_levers",
    "discount_break_even",
    "economic_value",
    "estimated_wallets",
    "expected_gap",
    "family_map",
    "family_sales",
    "last_whole_year",
    "offer_to_show",
    "offer_value",
    "pace_so_far",
    "share_of_wallet",
    "stated_value",
    "value_drivers",
    "value_stairs",
    "wallet_allocation",
    "wallet_cells",
    "wallet_coverage",
    "wallet_summary",
    "white_space",
    "white_space_map",
]
