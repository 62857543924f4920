"""What the sheets of the workbook are called."""

from __future__ import annotations

from kamkit.engagement.gaps import title_of
from kamkit.locale import N_, _

__all__ = ["sheet_title"]

_TITLES = {
    "agreement": N_("Agreement on the order of the accounts"),
    "choice_curve": N_("what one key account more brings"),
    "conflicts": N_("accounts that are good for the group and bad for a unit"),
    "consensus": N_("Agreement by criterion"),
    "contact_issues": N_("Contacts to be mended"),
    "development_paths": N_("Development paths by background"),
    "group_results": N_("Results by account and unit"),
    "leaver_loss": N_("what we lose if one of us leaves"),
    "line_measures": N_("Above and below the line"),
    "relationship_coverage": N_("how much of the power we reach, and how it stands towards us"),
    "relationship_map": N_("Contacts and ties"),
    "rules_of_thumb": N_("Rules of thumb, for context"),
    "scorecard_parts": N_("Parts of the scorecards"),
    "seller_calibration": N_("Sellers' forecasts, step by step"),
    "share_of_wallet": N_("Share of wallet"),
    "skill_gaps": N_("skills required and present"),
    "thread_risk": N_("Power that hangs on one of us"),
    "unfilled_roles": N_("Roles without a person"),
    "value_drivers": N_("Value drivers"),
    "value_stairs": N_("One offer, step by step"),
    "wallet_coverage": N_("Sales with and without a wallet"),
    "wallet_summary": N_("Share of wallet, in figures"),
    "whale_summary": N_("Who earns the money, in figures"),
    "white_space": N_("White space"),
}
"""Titles of the tables that share the one of their method with others."""


def sheet_title(table: str) -> str:
    """Title of a result table, different from that of every other table.

    >>> sheet_title("leaver_loss"), sheet_title("capacity_use")
    ('What we lose if one of us leaves', "Use of the teams' capacity")
    """
    title = _(_TITLES[table]) if table in _TITLES else title_of(table)
    return title[:1].upper() + title[1:]
