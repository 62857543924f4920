"""The investment in key accounts, judged as any other investment, and the hours spent on them."""

from kamkit.method.investment.cases import InvestmentCase, case_of, investment_case
from kamkit.method.investment.cash_flows import (
    break_even_table,
    break_even_uplift,
    discounted_payback,
    irr,
    npv,
    payback,
)
from kamkit.method.investment.decisions import investment_decisions
from kamkit.method.investment.effort import EffortPlan, allocate_effort, effort_plan
from kamkit.method.investment.plans import PlannedCases, planned_cases
from kamkit.method.investment.response import effort_judgements, hours_today, response_curves
from kamkit.method.investment.sensitivity import npv_histogram, simulation_record, tornado
from kamkit.method.investment.simulation import RANGES, CaseSimulation, Normal, simulate_case, simulate_cases

__all__ = [
    "RANGES",
    "CaseSimulation",
    "EffortPlan",
    "InvestmentCase",
    "Normal",
    "PlannedCases",
    "allocate_effort",
    "break_even_table",
    "break_even_uplift",
    "case_of",
    "discounted_payback",
    "effort_judgements",
    "effort_plan",
    "hours_today",
    "investment_case",
    "investment_decisions",
    "irr",
    "npv",
    "npv_histogram",
    "payback",
    "planned_cases",
    "response_curves",
    "simulate_case",
    "simulate_cases",
    "simulation_record",
    "tornado",
]
