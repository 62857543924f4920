"""What one file more would answer: files that are missing, by how many questions wait for them alone."""

from __future__ import annotations

from kamkit.deliver.results import Gap, files_more


def _gap(what: str, *needs: str, reason: str = "") -> Gap:
    return Gap("02_customers", what, needs, reason)


def test_the_file_that_answers_most_by_itself_comes_first():
    gaps = [
        _gap("market size", "demand"),
        _gap("reconciliation", "ledger"),
        _gap("needs", "responses", "criteria"),
        _gap("criteria of the choice", "criteria"),
        _gap("scores", "responses"),
        _gap("ladder", "ledger"),
        _gap("ladder", "ledger"),
        _gap("stages", reason="no deal was decided"),
    ]
    assert [(more.tables, more.questions) for more in files_more(gaps)] == [
        (("ledger",), ("reconciliation", "ladder")),
        (("demand",), ("market size",)),
        (("criteria",), ("criteria of the choice",)),
        (("criteria", "responses"), ("needs", "scores")),
    ]


def test_a_file_whose_rows_refer_to_another_missing_one_is_of_no_use_alone():
    """Answers refer to their questions; where these are there, the answers are enough."""
    alone = [_gap("scores", "responses")]
    assert files_more(alone)[0].tables == ("responses",)
    assert files_more([*alone, _gap("criteria", "criteria")])[1].tables == ("criteria", "responses")


def test_three_questions_are_named_and_the_others_counted():
    more = files_more([_gap(f"q{i}", "ledger") for i in range(5)])
    assert str(more[0]) == "ledger: q0; q1; q2 and 2 questions more"
    assert str(files_more([_gap("a", "criteria", "responses")])[0]) == "criteria + responses: a"
    assert files_more([]) == []
