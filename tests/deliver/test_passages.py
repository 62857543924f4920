"""Questions that wait for data are told once, at the end of the step; the rest stays where it was."""

from markupsafe import Markup

from kamkit.deliver.passages import Passage, told


def gap(what: str, sentence: str, asked: str = "") -> Markup:
    request = f'<p class="kk-request-line">{asked}</p>' if asked else ""
    return Markup(
        f'<aside class="kk-gap"><p class="kk-message"><strong>{what}.</strong> {sentence}</p>{request}</aside>'
    )


FIGURE = Markup("<figure>curve</figure>")
DEMAND, COST = "Not assessed: needs demand", "Not assessed: no cost"


def test_questions_with_the_same_want_stand_together_behind_what_is_answered():
    html = told([
        Passage("## How large?\n\nLong words.", [gap("Size", DEMAND)], 1),
        Passage("## Who earns?\n\nProse.", [FIGURE]),
        Passage("## How fast?", [gap("Growth", DEMAND), gap("Split", DEMAND)], 2),
        Passage("## What is left?", [gap("Profit", COST)], 1),
    ])  # fmt: skip
    assert html.index("curve") < html.index("How large?")
    assert "How large? · How fast?" in html
    assert html.count(DEMAND) == 1
    assert html.count(COST) == 1
    assert "Long words" not in html


def test_a_gap_beside_an_answer_stays_beside_it():
    html = told([Passage("## Who earns?\n\nProse.", [FIGURE, gap("Share", COST)], 1)])
    assert "Not answered yet" not in html
    assert html.index("Prose") < html.index("curve") < html.index(COST)


def test_a_heading_above_nothing_is_left_out_and_prose_is_not():
    assert told([Passage("## Handed on"), Passage("Only prose.")]) == told([Passage("Only prose.")])


def test_a_missing_table_is_asked_for_once():
    shown = [FIGURE, gap("A", DEMAND, "We ask for demand"), gap("B", COST, "We ask for demand")]
    assert told([Passage("## One", shown, 2)]).count("We ask for demand") == 1
