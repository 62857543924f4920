"""Votes as answers: counted once, only when finished, and what they replace is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kamkit
from kamkit.engagement import votes
from kamkit.errors import ParameterError

from .test_open import ACCOUNTS, SALES, engagement

CRITERIA = "instrument,item_id,text,scale_min,scale_max,direction\nattr,growth,Growth,1,5,max\nattr,fit,Fit,1,5,max\n"
EARLIER = (
    "instrument,item_id,subject_type,subject_id,respondent,value,round\n"
    "attr,growth,account,00123,M1,2,consensus\nattr,growth,account,1E5,M1,4,consensus\nattr,fit,account,00123,M1,3,\n"
)
BALLOT = {"items": [{"id": "growth"}, {"id": "fit"}], "subjects": [{"type": "account", "id": "00123"}]}


class Log:
    """Writes a file of votes line by line."""

    def __init__(self, folder: Path, session: str = "W1", **more) -> None:
        self.folder, self.session, self.seq = folder, session, 0
        self.line(
            "session",
            instrument="attr",
            ballot=BALLOT,
            at="2026-11-21T10:00:00+00:00",
            **({"earlier": "replaced"} | more),
        )

    def line(self, event: str, **more) -> None:
        with (self.folder / votes.FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"event": event, "session": self.session, **more}) + "\n")

    def join(self, *numbers: int) -> None:
        for n in numbers:
            self.line("joined", voter=f"{self.session}-{n:02}", name=f"N{n}", role="Sales", token=str(n))

    def vote(
        self, round: str, voter: int, value: float | None, item: str = "growth", seq: int | None = None
    ) -> None:
        self.seq += 1
        self.line(
            "vote", round=round, voter=f"{self.session}-{voter:02}", subject_type="account", subject="00123",
            item=item, value=value, seq=seq or self.seq, at="2026-11-21T10:05:00+00:00", comment="new mill",
        )  # fmt: skip

    def whole(self, *values: float) -> None:
        """Both rounds, finished: blind 1, then the values."""
        self.join(*range(1, len(values) + 1))
        for round, given in (("blind", [1] * len(values)), ("consensus", values)):
            self.line("opened", round=round)
            for n, value in enumerate(given, start=1):
                self.vote(round, n, value)
            self.line("closed", round=round)
        self.line("finished")


@pytest.fixture
def acme(tmp_path):
    return engagement(tmp_path / "acme", accounts=ACCOUNTS, sales=SALES, criteria=CRITERIA, responses=EARLIER)


def answers(folder: Path):
    return kamkit.open(folder).table("responses")


def said(folder: Path, severity: str) -> list[str]:
    return [p.what for p in kamkit.open(folder).check() if p.file == votes.FILE and p.severity == severity]


def test_a_finished_voting_replaces_what_was_answered_about_the_same_and_nothing_else(acme):
    Log(acme).whole(4, 5)
    found = answers(acme)
    mine = found[found["respondent"].str.startswith("W1")]
    assert sorted(mine["value"]) == [1, 1, 4, 5]
    assert set(mine["round"]) == {"blind", "consensus"}
    assert set(mine["respondent_role"]) == {"Sales"}
    assert set(mine["comment"]) == {"new mill"}
    assert str(mine["date"].iloc[0])[:10] == "2026-11-21"
    kept = found[found["respondent"] == "M1"][["item_id", "subject_id"]]
    assert kept.to_numpy().tolist() == [["growth", "1E5"], ["fit", "00123"]]
    notes = said(acme, "note")
    assert any("1 earlier answers" in n and "replaced" in n for n in notes)
    assert any("4 answers of 2 people" in n for n in notes)


def test_a_voting_that_adds_to_earlier_answers_replaces_none(acme):
    Log(acme, earlier="kept").whole(4, 5)
    assert len(answers(acme)) == 3 + 4


def test_a_voting_under_way_or_discarded_counts_for_nothing(acme):
    before = kamkit.open(acme).fingerprint()
    log = Log(acme)
    log.join(1)
    log.line("opened", round="blind")
    log.vote("blind", 1, 5)
    assert len(answers(acme)) == 3
    assert kamkit.open(acme).fingerprint() == before, "a run is not disturbed by a voting"
    log.line("closed", round="blind")
    log.line("finished")
    assert kamkit.open(acme).fingerprint() != before
    votes.discard(acme, "W1", by="A. Tamm", why="trial", at="2026-11-22")
    assert len(answers(acme)) == 3
    assert kamkit.open(acme).fingerprint() == before
    with pytest.raises(ParameterError):
        votes.discard(acme, "W1", by="A. Tamm", why="twice", at="2026-11-22")


def test_the_later_of_two_votings_counts(acme):
    Log(acme).whole(4, 5)
    Log(acme, "W2").whole(2)
    found = answers(acme)
    about = found[(found["item_id"] == "growth") & (found["subject_id"] == "00123")]
    assert set(about["respondent"]) == {"W2-01"}


def test_votes_that_stand_in_the_file_already_are_counted_once(acme):
    Log(acme, earlier="kept").whole(4, 5)
    exported = "attr,growth,account,00123,W1-01,4,consensus\n"
    (acme / "data" / "responses.csv").write_text(EARLIER + exported)
    assert len(answers(acme)) == 3 + 4
    assert any("counted once" in n for n in said(acme, "note"))
    (acme / "data" / "responses.csv").write_text(EARLIER + exported.replace(",4,", ",3,"))
    assert any("another value" in n for n in said(acme, "fatal"))


def test_late_repeated_withdrawn_and_removed_votes(acme):
    log = Log(acme, earlier="kept")
    log.join(1, 2, 3)
    log.line("opened", round="blind")
    log.vote("blind", 1, 2, seq=5)
    log.vote("blind", 1, 3, seq=5)  # sent twice
    log.vote("blind", 1, 1, seq=4)  # overtaken on the way
    log.vote("blind", 2, 4)
    log.vote("blind", 2, None)  # taken back
    log.vote("blind", 3, 5)
    log.vote("consensus", 1, 5)  # of a round that is not open
    log.line("removed", voter="W1-03")
    log.line("closed", round="blind")
    log.vote("blind", 2, 5)  # late
    log.line("finished")
    found = answers(acme)
    assert found[found["respondent"].str.startswith("W1")][["respondent", "value"]].to_numpy().tolist() == [
        ["W1-01", 2.0]
    ]


def test_votes_alone_make_the_table(tmp_path):
    folder = engagement(tmp_path / "acme", accounts=ACCOUNTS, sales=SALES, criteria=CRITERIA)
    Log(folder).whole(4, 5)
    opened = kamkit.open(folder)
    assert opened.has("responses")
    assert opened.table("responses")["value"].tolist() == [1, 1, 4, 5]
    opened.require_sound()


def test_a_voting_that_ended_blind_beside_a_consensus_is_a_warning(acme):
    log = Log(acme)
    log.join(1)
    log.line("opened", round="blind")
    log.vote("blind", 1, 5)
    log.line("closed", round="blind")
    log.line("finished")
    assert any("ended after its blind round" in w for w in said(acme, "warning"))


def test_a_line_torn_off_is_named_and_the_others_count(acme):
    Log(acme).whole(4, 5)
    with (acme / votes.FILE).open("ab") as file:
        file.write(b'{"event": "vote", "sess')
    assert len(said(acme, "warning")) == 1
    assert len(answers(acme)) == 2 + 4


def test_the_votes_question_a_decision_that_rests_on_them(acme):
    from kamkit.engagement.decisions.standing import standing

    kamkit.open(acme).decide("choice.cuts", [0.6, 0.0], by="B", why="y")
    Log(acme).whole(4, 5)
    [found] = standing(kamkit.open(acme))
    assert found.changed == (votes.FILE,)
