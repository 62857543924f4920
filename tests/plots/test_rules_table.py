"""The seventeen rules of an exhibit, and what holds each: a test by name, or a look where no program sees it."""

from __future__ import annotations

import importlib

import pytest

_PICTURE, _NOTATION, _MEDIA = "plots.test_rules:", "plots.test_rules_notation:", "plots.test_rules_media:"
_PAGE = f"{_MEDIA}test_the_page_shows_message_block_picture_reading_and_source_of_every_exhibit"
_ONE_SCALE = f"{_NOTATION}test_4_and_15_one_scale_of_money_in_a_picture"
_SLIDE = f"{_MEDIA}test_1_and_6_a_slide_has_message_block_and_source"

RULES = {
    1: [
        f"{_PICTURE}test_1_message_and_title_block_are_two_and_take_few_lines",
        _PAGE,
        _SLIDE,
    ],
    2: [
        f"{_PICTURE}test_2_colours_are_those_of_the_palette_or_tints_of_them",
        f"{_PICTURE}test_2_red_and_green_are_never_alone",
        f"{_NOTATION}test_2_a_plus_sign_stands_at_variances_only",
        f"{_NOTATION}test_2_plans_are_outlined_and_all_else_is_not",
        f"{_NOTATION}test_2_the_outcome_of_a_menu_is_outlined_beside_the_profit_of_today",
        "plots.test_rules_colours:test_scenarios_follow_the_clients_colour_and_forget_it",
        f"{_MEDIA}test_2_charts_hold_no_colour_but_those_of_the_palette",
        f"{_MEDIA}test_2_plans_are_outlined_on_slides_too",
    ],
    3: [
        f"{_NOTATION}test_3_time_runs_to_the_right_and_structure_runs_down",
        f"{_NOTATION}test_3_rows_are_sorted_by_value",
        f"{_MEDIA}test_3_bars_of_slides_are_sorted_and_upright_only_over_time_and_classes",
    ],
    4: [
        f"{_PICTURE}test_4_axes_are_linear_and_bars_start_at_zero",
        f"{_NOTATION}test_4_classes_are_equal",
        _ONE_SCALE,
        f"{_MEDIA}test_4_scales_are_linear_and_bars_start_at_zero",
        f"{_MEDIA}test_4_scales_under_lines_hold_the_lines_and_start_where_they_do",
    ],
    5: [
        f"{_PICTURE}test_5_no_pie_no_second_axis_no_third_dimension_no_legend_box",
        f"{_MEDIA}test_5_no_pie_no_third_dimension_no_second_axis_and_names_at_the_marks",
        f"{_MEDIA}test_5_where_there_is_no_key_every_series_says_its_name",
    ],
    6: [f"{_PICTURE}test_6_the_source_line_says_tables_period_and_run", _SLIDE, _PAGE],
    7: [
        f"{_NOTATION}test_7_the_whale_curve_marks_peak_and_erosion_and_names_three_groups",
        "plots.test_whale:test_no_percentage_is_shown_where_the_total_is_not_positive",
        f"{_MEDIA}test_7_the_slide_of_the_whale_curve_says_the_same",
    ],
    8: [
        f"{_NOTATION}test_8_totals_stand_on_zero_and_changes_on_what_stood_before_with_a_line_between",
        f"{_NOTATION}test_8_a_sum_that_does_not_hold_is_refused",
        "deliver.test_deck:test_a_waterfall_stands_on_a_base_that_is_not_seen",
    ],
    9: [
        f"{_NOTATION}test_9_area_is_sales_with_a_key_and_labelled_cuts",
        f"{_NOTATION}test_9_what_flips_is_dashed_and_arrows_lead_to_the_horizon",
        f"{_PICTURE}test_all_text_stands_inside_the_picture_and_none_on_another",
        f"{_MEDIA}test_9_bubbles_of_slides_are_sales_by_area_and_axes_cross_at_the_cuts",
    ],
    10: [f"{_NOTATION}test_10_no_exhibit_is_a_mekko"],
    11: [
        f"{_NOTATION}test_11_the_tornado_is_sorted_by_span_around_the_base_with_ranges_at_its_bars",
        f"{_MEDIA}test_11_the_tornado_of_the_slide_is_sorted_with_its_ranges",
    ],
    12: [f"{_NOTATION}test_12_arrows_stand_in_two_exhibits_that_say_what_they_mean"],
    13: [
        f"{_NOTATION}test_13_a_heat_map_has_numbers_in_its_cells_and_labelled_ends_of_its_scale",
        "plots.test_offers:test_a_blank_is_no_zero",
        "plots.test_segmentation:test_a_need_that_is_not_known_stays_blank_and_zero_does_not",
        "plots.test_capability:test_a_cell_nobody_rated_stays_empty",
    ],
    14: [
        f"{_NOTATION}test_14_power_is_size_attitude_is_colour_and_sign_depth_is_width_and_more_wanted_is_dashed",
        "plots.test_relationships:test_a_line_is_wider_for_depth_and_dashed_where_more_is_wanted",
        "plots.test_relationships:test_power_is_size_and_attitude_is_shape_colour_and_sign",
    ],
    15: [
        f"{_PICTURE}test_15_no_number_has_more_digits_than_a_reader_keeps",
        _ONE_SCALE,
        f"{_MEDIA}test_15_the_block_of_a_slide_names_the_scale_of_its_chart",
        "whole.test_figures:test_totals_of_the_workbook_are_those_of_the_contribution_ladder",
    ],
    16: [
        f"{_PICTURE}test_16_the_alternative_text_says_the_message",
        "whole.test_figures:test_every_numeral_of_messages_findings_and_alternative_texts_is_a_cell",
        f"{_MEDIA}test_16_every_chart_and_picture_says_its_message",
        "deliver.test_pdf:test_it_is_tagged_and_carries_every_alternative_text",
    ],
    17: [
        f"{_PICTURE}test_17_no_text_is_read_as_mathematics",
        f"{_PICTURE}test_17_a_name_that_looks_like_code_is_drawn_as_typed",
        "whole.test_ugly:test_22_hostile_names_stand_on_the_page_as_typed",
        "whole.test_ugly:test_24_the_deck_opens_and_shows_names_as_typed",
        "whole.test_ugly:test_21_text_is_text_in_the_workbook",
    ],
}
"""By rule, the tests that hold it: in pictures, on the page, on slides, in the workbook and in the PDF."""

LOOKED_AT = {
    1: "that a message says what follows from the figure, and not what the figure is",
    2: "that good and bad are found first, in colour and in grey",
    9: "that an account is found among its neighbours",
    14: "that the ties of a large customer can be told apart",
}
"""By rule, what no program sees: every picture, page and slide is looked at before a release."""


def test_each_of_the_seventeen_rules_is_held():
    assert sorted(RULES) == list(range(1, 18))
    assert all(RULES.values())
    assert set(LOOKED_AT) <= set(RULES)


@pytest.mark.parametrize(("rule", "test"), [(rule, test) for rule, tests in RULES.items() for test in tests])
def test_what_holds_a_rule_is_there(rule, test):
    module, _colon, name = test.partition(":")
    assert callable(getattr(importlib.import_module(f"tests.{module}"), name)), (rule, test)
