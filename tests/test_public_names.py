"""Names and parameters that consultants' notebooks are written against."""

from __future__ import annotations

import importlib
import inspect

import pytest

SIGNATURES = {
    "kamkit.method.concentration": {
        "top_share": ["values", "top"],
        "lorenz": ["values"],
        "gini": ["values", "form"],
        "hhi": ["values"],
        "effective_number": ["values"],
        "abc_classes": ["values", "cuts"],
    },
    "kamkit.method.account_plan": {
        "planned_accounts": ["accounts", "decided", "chosen"],
        "account_goals": ["plan_items", "account_id"],
        "account_actions": ["plan_items", "account_id", "today"],
        "account_risks": ["plan_items", "account_id"],
        "account_case": ["plan_items", "account_id", "rate"],
        "account_ladder": ["pnl", "account_id"],
        "account_room": ["white_space", "account_id"],
        "account_deals": ["deals", "account_id"],
    },
    "kamkit.method.markets": {
        "cagr": ["first", "last", "years"],
        "market_share": ["demand"],
        "growth_split": ["demand"],
        "supplier_concentration": ["demand"],
        "profit_pool": ["demand", "margin"],
    },
    "kamkit.method.portfolio": {
        "relative_strength": ["responses", "criteria", "instrument"],
        "place": ["attractiveness", "strength", "cuts", "horizon"],
        "treatment": ["placed", "pnl", "gate_failed"],
        "choose_accounts": [
            "value", "hours", "capacity", "budget", "cost", "mandatory", "excluded", "sponsors", "industry",
            "industry_cap", "points", "tolerance",
        ],
    },
    "kamkit.method.scoring": {
        "utilities": ["values", "criteria"],
        "weighted_score": ["values", "criteria"],
        "roc_weights": ["n"],
        "ahp_weights": ["matrix"],
        "topsis": ["values", "criteria"],
        "weight_flips": ["values", "criteria"],
        "rank_acceptability": ["values", "criteria", "draws", "seed"],
        "kendalls_w": ["ranks"],
        "score_change": ["before", "after", "criteria"],
    },
    "kamkit.method.profitability": {
        "capacity_rates": ["ledger"],
        "cost_to_serve": ["ledger", "activities", "activity_use", "by"],
        "capacity_use": ["ledger", "activities", "activity_use"],
        "customer_pnl": [
            "sales",
            "ledger",
            "activities",
            "activity_use",
            "accounts",
            "by",
            "absorb",
            "capital_rate",
        ],
        "reconcile": ["pnl", "ledger", "tolerance", "absolute"],
        "whale_curve": ["profit"],
        "whale_summary": ["profit"],
        "price_levers": ["revenue", "variable_cost", "fixed_cost", "change"],
        "break_even_volume": ["price_change", "margin_rate"],
        "clv_multiple": ["retention", "discount_rate", "growth", "first"],
    },
    "kamkit.method.segmentation": {
        "within_respondent": ["responses"],
        "derived_importance": ["ratings", "outcome"],
        "needs_segments": ["needs", "k", "seed"],
        "stability": ["needs", "labels", "draws", "seed"],
        "migration": ["before", "after"],
        "willingness_to_pay": ["too_cheap", "cheap", "expensive", "too_expensive"],
        "needs_from": ["responses", "criteria", "instrument"],
        "segments_by_rule": ["needs", "themes", "most"],
        "importance_map": ["responses", "criteria", "needs", "satisfaction", "outcome", "draws", "seed"],
        "price_premium": ["sales"],
    },
    "kamkit.method.opportunities": {
        "weighted_pipeline": ["opportunities"],
        "coverage_ratio": ["open_value", "target", "won"],
        "velocity": ["opportunities"],
        "win_rates": ["opportunities", "by", "shrink"],
        "simulate_pipeline": ["opportunities", "draws", "seed", "correlation", "target"],
        "ageing": ["opportunities", "today"],
        "slippage": ["opportunities", "today"],
        "prioritise": ["opportunities", "capacity", "effort", "multiple"],
        "double_booked": ["opportunities", "days", "tolerance", "outcome"],
        "stage_probabilities": ["opportunities", "today", "crm"],
    },
    "kamkit.method.investment": {
        "npv": ["cash_flows", "rate"],
        "irr": ["cash_flows"],
        "payback": ["cash_flows"],
        "discounted_payback": ["cash_flows", "rate"],
        "break_even_uplift": ["programme_cost", "margin_rate", "revenue"],
        "investment_case": [
            "revenue", "uplift", "margin_rate", "programme_cost", "rate", "counterfactual", "years", "initial",
            "ramp", "retention", "required_return",
        ],
        "simulate_case": ["case", "uplift", "retention", "ramp", "cost", "draws", "seed"],
        "tornado": ["case", "uplift", "retention", "ramp", "cost"],
        "allocate_effort": ["response_curves", "hours"],
        "planned_cases": ["plan_items", "rate", "required_return", "pnl", "counterfactual", "years"],
        "effort_plan": ["responses", "assignments", "pnl", "hours"],
    },
    "kamkit.method.relationships": {
        "coverage": ["contacts", "relationships", "depth"],
        "support": ["contacts"],
        "thread_risk": ["contacts", "relationships"],
        "staleness": ["relationships", "today"],
        "level_match": ["contacts", "relationships", "assignments", "roles"],
        "raci_defects": ["assignments"],
        "role_agreement": ["assignments"],
        "relationship_map": ["contacts", "relationships", "account_id", "most"],
        "without_names": ["contacts", "words"],
    },
    "kamkit.method.capability": {
        "maturity": ["responses", "criteria", "instrument"],
        "skill_gaps": ["responses", "criteria", "assignments", "instrument"],
        "brier_score": ["probability", "outcome"],
        "eight_problems": [
            "accounts", "criteria", "responses", "assignments", "opportunities", "plan_items",
            "relationship_coverage", "raci_defects", "role_agreement", "double_booked", "conflicts",
            "group_results", "skill_gaps", "limits",
        ],
        "five_practices": [
            "accounts", "plan_items", "assignments", "opportunities", "pnl", "raci_defects", "role_agreement",
            "maturity", "today", "limits",
        ],
        "programme_charter": [
            "accounts", "pnl", "plan_items", "assignments", "maturity", "executive_roles",
        ],
        "backlog": ["problems", "practices", "plan_items", "before", "decided", "today"],
    },
    "kamkit.method.programme": {
        "difference_in_differences": ["panel", "treated", "post"],
        "group_time_effects": ["panel", "starts", "base", "controls", "bins", "draws", "seed"],
        "matched_effect": ["panel", "starts", "industry", "considered", "matches", "base"],
        "permutation_p": ["panel", "treated", "post", "base", "draws", "seed"],
        "pre_trend": ["panel", "starts", "controls", "least"],
        "placebo_start": ["panel", "starts", "early", "controls"],
        "evaluate_programme": ["sales", "accounts", "until", "draws", "seed"],
        "programme_worth": ["sales", "evaluation", "pnl", "since", "until"],
        "key_account_multiple": ["pnl", "is_key", "matches", "draws", "seed"],
        "growth_against_market": ["sales", "demand", "is_key", "draws", "seed"],
        "tenfold_accounts": ["sales", "until", "times"],
    },
    "kamkit.method.offers": {
        "share_of_wallet": ["sales", "demand", "strict"],
        "wallet_allocation": ["rank", "brands"],
        "white_space": ["sales", "demand", "target_share", "fit", "certainty", "probability"],
        "economic_value": ["reference_price", "drivers", "switching_cost", "price", "our_cost"],
        "stated_value": ["plan_items", "pnl"],
        "value_drivers": ["plan_items"],
        "account_levers": ["pnl", "change"],
        "discount_break_even": ["pnl", "discount"],
    },
    "kamkit.method.risk": {
        "loss_impact": ["revenue", "contribution_rate", "ebit", "avoidable_cost", "stranded_cost", "share"],
        "stress": [
            "pnl", "accounts", "ebit", "avoidable_cost", "stranded_cost", "minutes", "capacity", "won_a_month",
        ],
        "expected_loss": ["probability", "impact"],
        "simulate_losses": ["impact", "probability", "ebit", "correlation", "draws", "seed"],
        "early_warnings": ["sales", "today", "accounts", "level", "least_fall"],
    },
    "kamkit.method.service": {
        "service_menu": ["pnl", "menu"],
        "segment_strategies": ["treatment", "pnl", "segments"],
        "service_levels": ["decided"],
    },
}  # fmt: skip


@pytest.mark.parametrize(("module", "name"), [(m, n) for m, names in SIGNATURES.items() for n in names])
def test_public_functions_keep_their_parameters(module, name):
    function = getattr(importlib.import_module(module), name)
    assert list(inspect.signature(function).parameters) == SIGNATURES[module][name]


def test_engagement_keeps_its_names():
    import kamkit
    from kamkit.engagement import Engagement, Step

    assert callable(kamkit.open)
    assert {"table", "sales", "decision", "decide", "step"} <= set(dir(Engagement))
    assert {"read", "write", "finding", "not_assessed"} <= set(dir(Step))


def test_errors_are_one_family():
    from kamkit import errors

    family = [c for c in vars(errors).values() if inspect.isclass(c) and issubclass(c, Exception)]
    assert all(issubclass(c, errors.KamkitError) and issubclass(c, ValueError) for c in family)
