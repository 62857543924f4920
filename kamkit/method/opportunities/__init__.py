"""All customer opportunities: what the open deals are worth, how sure that is, which deserve our hours."""

from kamkit.method.opportunities.counted import (
    PipelineSummary,
    open_pipeline,
    pipeline_lines,
    pipeline_summary,
    valued,
)
from kamkit.method.opportunities.deals import completeness, deal_amounts, deal_table, reference_day
from kamkit.method.opportunities.doubles import double_booked
from kamkit.method.opportunities.judgement import (
    SellerAccuracy,
    judged_deals,
    seller_accuracy,
    seller_calibration,
)
from kamkit.method.opportunities.pipeline import (
    WeightedPipeline,
    coverage_ratio,
    velocity,
    weighted_pipeline,
    won_in_last_year,
)
from kamkit.method.opportunities.ranking import (
    EFFORT_HOURS,
    PrioritySummary,
    deal_hours,
    hours_there,
    prioritise,
    priority_summary,
    ranked_deals,
)
from kamkit.method.opportunities.rates import efron_morris, win_rates, win_rates_by
from kamkit.method.opportunities.simulation import PipelineSimulation, pipeline_histogram, simulate_pipeline
from kamkit.method.opportunities.stages import age_effect, deal_probability, incidence, stage_probabilities
from kamkit.method.opportunities.timing import ageing, slippage

__all__ = [
    "EFFORT_HOURS",
    "PipelineSimulation",
    "PipelineSummary",
    "PrioritySummary",
    "SellerAccuracy",
    "WeightedPipeline",
    "age_effect",
    "ageing",
    "completeness",
    "coverage_ratio",
    "deal_amounts",
    "deal_hours",
    "deal_probability",
    "deal_table",
    "double_booked",
    "efron_morris",
    "hours_there",
    "incidence",
    "judged_deals",
    "open_pipeline",
    "pipeline_histogram",
    "pipeline_lines",
    "pipeline_summary",
    "prioritise",
    "priority_summary",
    "ranked_deals",
    "reference_day",
    "seller_accuracy",
    "seller_calibration",
    "simulate_pipeline",
    "slippage",
    "stage_probabilities",
    "valued",
    "velocity",
    "weighted_pipeline",
    "win_rates",
    "win_rates_by",
    "won_in_last_year",
]
