"""What could not be assessed, and which table would mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kamkit.engagement.schemas import TABLES
from kamkit.locale import N_, _
from kamkit.locale.sentences import from_data, to_data

__all__ = ["NotAssessed", "gap_data", "gap_from", "known", "subject_of", "title_of"]

_TITLES = {
    "abc": N_("Customers by class of revenue"),
    "abc_by_revenue": N_("A, B and C by revenue"),
    "abc_by_treatment": N_("Classes by revenue beside the new treatment"),
    "abc_classes": N_("A, B and C by revenue"),
    "abc_profiles": N_("Classes by revenue"),
    "abc_treatment": N_("Classes by revenue beside the new treatment"),
    "account_changes": N_("What changed since the last run"),
    "account_growth": N_("Growth of the accounts"),
    "account_levers": N_("What a lower price must bring back"),
    "account_losses": N_("What losing an account would cost"),
    "account_revenue": N_("Revenue of the customers"),
    "account_satisfaction": N_("Satisfaction of the customers"),
    "account_scorecard": N_("Scorecards of the accounts"),
    "accountable_load": N_("Roles on the accounts"),
    "age_effect": N_("Age of the deals"),
    "ageing": N_("Age of the deals"),
    "agreement": N_("Agreement of those who scored"),
    "agreement_by_account": N_("Roles on the accounts"),
    "allocation": N_("Allocation of cost to customers"),
    "allocation_check": N_("Allocation of cost to customers"),
    "assumptions": N_("Assumptions and what is seen"),
    "attractiveness": N_("Attractiveness of the accounts"),
    "attractiveness_horizon": N_("Attractiveness at the horizon"),
    "backlog": N_("Improvements"),
    "break_even_table": N_("What a programme must bring"),
    "candidates": N_("How many key accounts"),
    "capacity_use": N_("Use of the teams' capacity"),
    "charter": N_("The programme's charter"),
    "choice_certainty": N_("How sure the choice is"),
    "choice_curve": N_("How many key accounts"),
    "choice_sheet": N_("Choice of key accounts"),
    "choose_accounts": N_("How many key accounts"),
    "chosen_accounts": N_("Chosen accounts"),
    "complete": N_("Scores of the accounts"),
    "completeness": N_("What the deals say"),
    "concentration": N_("Concentration of revenue"),
    "concentration_summary": N_("Concentration of revenue"),
    "conflicts": N_("Group against unit"),
    "consensus": N_("Agreement of those who scored"),
    "contact_issues": N_("People at the key accounts"),
    "contacts_per_owner": N_("People at the key accounts"),
    "contribution_ladder": N_("Contribution ladder"),
    "cost_views": N_("Profit with all cost absorbed"),
    "customer_pnl": N_("Profit and loss of the customers"),
    "customer_value": N_("Value of the offers to the customer"),
    "deal_amounts": N_("Money in the deals"),
    "deal_completeness": N_("What the deals say"),
    "deal_hours": N_("Which deals deserve the hours"),
    "deal_probability": N_("Probability of the open deals"),
    "deal_table": N_("Opportunities"),
    "deals": N_("The open deals"),
    "decision_changes": N_("Decisions since the last run"),
    "decisions_log": N_("Decisions"),
    "decisions_reviewed": N_("Decisions against outcomes"),
    "decisions_since": N_("Decisions since the last run"),
    "depth_gaps": N_("Depth of the ties"),
    "development_paths": N_("Skills of our people"),
    "discount_break_even": N_("What a lower price must bring back"),
    "double_booked": N_("Deals booked twice"),
    "duplicates": N_("People at the key accounts"),
    "early_warnings": N_("Early warnings in the invoices"),
    "effect_panel": N_("Sales of key accounts and others"),
    "effort": N_("Where the hours should go"),
    "effort_plan": N_("Where the hours should go"),
    "eight_problems": N_("The eight usual problems"),
    "evaluate_programme": N_("What the programme has brought"),
    "event_study": N_("What the programme has brought"),
    "executives_without_counterpart": N_("Executives and their counterparts"),
    "expected_gap": N_("White space"),
    "failed_gates": N_("Gates of the accounts"),
    "family_map": N_("What customers buy from us"),
    "family_sales": N_("What customers buy from us"),
    "family_shares": N_("Shares by product family"),
    "find_segments": N_("Segments by need"),
    "first_answered": N_("Attractiveness at the horizon"),
    "five_practices": N_("The five practices"),
    "flips": N_("What flips easily"),
    "group_results": N_("Group against unit"),
    "growth_against_market": N_("Published figures beside the client's own"),
    "growth_split": N_("Where growth came from"),
    "growth_worth": N_("What growth with an account is worth"),
    "hours_plan": N_("Hours of the key accounts"),
    "hours_there": N_("Which deals deserve the hours"),
    "importance": N_("Spoken and unspoken needs"),
    "importance_map": N_("Spoken and unspoken needs"),
    "improvements": N_("Improvements"),
    "instrument_criteria": N_("Criteria of the choice"),
    "investment_cases": N_("Investment in key accounts"),
    "investment_certainty": N_("How sure the investments are"),
    "investment_decisions": N_("What to decide on each account"),
    "investment_simulation": N_("Ranges and seed of the simulation"),
    "invoice_pattern": N_("Cost to serve in the invoices"),
    "issue_counts": N_("People at the key accounts"),
    "issues_message": N_("People at the key accounts"),
    "joint_losses": N_("What losing several accounts would cost"),
    "judged_deals": N_("How good the sellers' forecasts are"),
    "judged_scores": N_("Scores of the accounts"),
    "judged_values": N_("Scores of the accounts"),
    "key_account_figures": N_("Published figures beside the client's own"),
    "key_account_multiple": N_("Published figures beside the client's own"),
    "key_contacts": N_("People at the key accounts"),
    "known_customers": N_("Customers"),
    "largest_effects": N_("Effect of the service menu"),
    "largest_losses": N_("The largest losses"),
    "last_whole_year": N_("Share of wallet and white space"),
    "leaver_loss": N_("People at the key accounts"),
    "level_match": N_("Executives and their counterparts"),
    "line_measures": N_("Group against unit"),
    "lorenz": N_("Concentration of revenue"),
    "loss_histogram": N_("What losing several accounts would cost"),
    "loss_history": N_("How many customers leave"),
    "loss_impact": N_("What losing an account would cost"),
    "loss_register": N_("What losing an account would cost"),
    "map_to_see": N_("People at the key accounts"),
    "market_shares": N_("Market shares"),
    "matrix_table": N_("Attractiveness and strength"),
    "maturity": N_("Maturity of the programme"),
    "menu_effect": N_("Effect of the service menu"),
    "menu_of": N_("Effect of the service menu"),
    "migration": N_("Classes by revenue against segments by need"),
    "migration_cells": N_("Classes by revenue against segments by need"),
    "needs_by_segment": N_("Segments by need"),
    "needs_coverage": N_("Needs of the customers"),
    "needs_from": N_("Needs of the customers"),
    "needs_segments": N_("Number of segments"),
    "npv_histogram": N_("How sure the investment is"),
    "offer_to_show": N_("Value of the offers to the customer"),
    "offer_value": N_("Value of the offers to the customer"),
    "open_pipeline": N_("The open deals"),
    "operating_result": N_("EBIT"),
    "our_roles": N_("Roles on the accounts"),
    "pace_so_far": N_("How fast white space was filled so far"),
    "panel_agreement": N_("Agreement of those who scored"),
    "passing": N_("Accounts that pass the gates"),
    "period_changes": N_("What changed since the last run"),
    "pipeline": N_("The pipeline in figures"),
    "pipeline_histogram": N_("What the pipeline will bring"),
    "pipeline_lines": N_("The pipeline in figures"),
    "pipeline_simulation": N_("What the pipeline will bring"),
    "pipeline_summary": N_("The pipeline in figures"),
    "place": N_("Attractiveness and strength"),
    "placement": N_("Attractiveness and strength"),
    "placement_flips": N_("What flips easily"),
    "plan_figures": N_("Figures of the plan"),
    "plan_state": N_("Items of the plan"),
    "planned_cases": N_("Investment in key accounts"),
    "pool": N_("Market size, growth and share"),
    "premium_accounts": N_("Price level at equal mix"),
    "premium_by_segment": N_("Price level at equal mix"),
    "price_answers": N_("Willingness to pay"),
    "price_cost_matrix": N_("Net price against cost to serve"),
    "price_curves": N_("Willingness to pay"),
    "price_levers": N_("What one per cent is worth"),
    "price_premium": N_("Price level at equal mix"),
    "price_waterfall": N_("From list price to pocket price"),
    "priced": N_("How many key accounts"),
    "prioritise": N_("Which deals deserve the hours"),
    "priority_summary": N_("Which deals deserve the hours"),
    "profit_basis": N_("Profit of the customers"),
    "programme_assumptions": N_("Assumptions and what is seen"),
    "programme_charter": N_("The programme's charter"),
    "programme_effect": N_("What the programme has brought"),
    "programme_effects": N_("What the programme has brought"),
    "programme_paths": N_("What the programme has brought"),
    "programme_worth": N_("What the programme has brought"),
    "published_figures": N_("Published figures beside the client's own"),
    "raci_defects": N_("Roles on the accounts"),
    "raci_message": N_("Roles on the accounts"),
    "rank_acceptability": N_("How sure the ranking is"),
    "ranked_deals": N_("The open deals"),
    "rating_agreement": N_("Skills of our people"),
    "reconcile": N_("Reconciliation to the ledger"),
    "reconciliation": N_("Reconciliation to the ledger"),
    "reference_day": N_("Age of the deals"),
    "relationship_coverage": N_("People at the key accounts"),
    "relationship_map": N_("People at the key accounts"),
    "relative_strength": N_("Our strength as the customer sees it"),
    "role_agreement": N_("Agreement on roles"),
    "rules_of_thumb": N_("How many key accounts"),
    "satisfaction": N_("Satisfaction"),
    "scorecard": N_("Scorecard of the programme"),
    "scorecard_parts": N_("Scorecards of the accounts"),
    "scored_worth": N_("What growth with an account is worth"),
    "segment_choice": N_("Number of segments"),
    "segment_needs": N_("Segments by need"),
    "segment_profiles": N_("What the segments are worth"),
    "segment_strategies": N_("Strategies by segment"),
    "segments": N_("Segments of the customers"),
    "seller_accuracy": N_("How good the sellers' forecasts are"),
    "seller_calibration": N_("How good the sellers' forecasts are"),
    "service_costs": N_("Cost of one unit of service"),
    "service_menu": N_("Effect of the service menu"),
    "share_of_wallet": N_("Share of wallet and white space"),
    "simulate_case": N_("How sure the investment is"),
    "simulate_cases": N_("How sure the investment is"),
    "simulate_losses": N_("What losing several accounts would cost"),
    "simulate_pipeline": N_("What the pipeline will bring"),
    "simulation_record": N_("How sure the investment is"),
    "since_last_time": N_("What changed since the last run"),
    "skill_agreement": N_("Own view of skills against the manager's"),
    "skill_gaps": N_("Skills of our people"),
    "slippage": N_("Delay of the deals"),
    "stage_probabilities": N_("Probability of winning by stage"),
    "stale_message": N_("Ties that rest"),
    "stale_ties": N_("Ties that rest"),
    "stated_value": N_("Value of the offers to the customer"),
    "strength": N_("Our strength as the customer sees it"),
    "supplier_concentration": N_("Concentration of suppliers"),
    "tenfold_accounts": N_("Published figures beside the client's own"),
    "thread_risk": N_("People at the key accounts"),
    "tornado": N_("What the investment hangs on"),
    "transfer_sweep": N_("Transfer prices between units"),
    "treatment": N_("Treatment of the accounts"),
    "unassigned_cost": N_("Cost that reaches no customer"),
    "unfilled_roles": N_("Roles on the accounts"),
    "value_drivers": N_("Value of the offers to the customer"),
    "value_stairs": N_("Value of the offers to the customer"),
    "valued": N_("Value of the open deals"),
    "wallet_coverage": N_("Share of wallet and white space"),
    "wallet_summary": N_("Share of wallet and white space"),
    "weighted_score": N_("Scores of the accounts"),
    "whale_curve": N_("Who earns the money"),
    "whale_summary": N_("Who earns the money"),
    "white_space": N_("Share of wallet and white space"),
    "white_space_map": N_("Share of wallet and white space"),
    "white_space_pace": N_("How fast white space was filled so far"),
    "willingness_to_pay": N_("Willingness to pay"),
    "win_rates": N_("Win rates"),
    "win_rates_by": N_("Win rates"),
    "won_in_last_year": N_("What was won in the last twelve months"),
}


def title_of(function: str, otherwise: str = "") -> str:
    """What a method function assesses, as a client reads it; ``otherwise`` for one without a title.

    >>> title_of("capacity_use"), title_of("some_new_method")
    ("Use of the teams' capacity", 'some new method')
    """
    return _(subject_of(function, otherwise))


def subject_of(function: str, otherwise: str = "") -> str:
    """The same, to be translated where it is read."""
    return _TITLES.get(function) or otherwise or function.replace("_", " ")


@dataclass(frozen=True)
class NotAssessed:
    """Stands where a result would stand; false, and carried through what is computed from it.

    ``needs`` names the tables that are missing; ``reason`` says why the figure does not exist, where
    the tables are there and the figure still can't be given. What stands here is translated where it is
    read.
    """

    what: str
    needs: tuple[str, ...] = ()
    reason: str = ""

    def __bool__(self) -> bool:
        return False

    @property
    def sentence(self) -> str:
        """The gap in one sentence, in the client's language."""
        if self.needs:
            return _("Not assessed: needs {tables}").format(tables=_listed(self.needs))
        return _("Not assessed: {reason}").format(reason=_(self.reason))

    def __getattr__(self, name: str) -> NotAssessed:
        """Whatever is asked of a gap is the same gap, so that a notebook needs no conditions."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: object, **options: object) -> NotAssessed:
        return self

    def __getitem__(self, key: object) -> NotAssessed:
        return self

    __iter__ = None
    """A gap has no rows; without this, Python would ask for item after item without end."""

    def __format__(self, spec: str) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return f"**{_(self.what)}.** {self.sentence}"

    def __str__(self) -> str:
        return f"{_(self.what)}: {self.sentence}"


def known(**results: Any) -> dict[str, Any]:
    """Of the results those that are there, for a function that can do without the others.

    >>> list(known(pnl=NotAssessed("Profit"), premium=0.1))
    ['premium']
    """
    return {name: result for name, result in results.items() if not isinstance(result, NotAssessed)}


def gap_data(gap: NotAssessed) -> dict[str, Any]:
    """A gap as JSON holds it."""
    return {"what": to_data(gap.what), "needs": list(gap.needs), "reason": to_data(gap.reason)}


def gap_from(data: Mapping[str, Any]) -> NotAssessed:
    """The gap that :func:`gap_data` has made data of."""
    return NotAssessed(from_data(data["what"]), tuple(data["needs"]), from_data(data["reason"]))


def _listed(tables: Sequence[str]) -> str:
    return ", ".join(f"{t} ({_(TABLES[t].purpose)})" if t in TABLES else t for t in tables)
