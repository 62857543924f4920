"""Blind voting from end to end: a real server, people who vote, rounds, results, and the next run."""

from __future__ import annotations

import json

import numpy as np
import pytest

import kamkit
from kamkit.engagement import votes
from kamkit.errors import KamkitError
from kamkit.workshop.voting import start
from kamkit.workshop.voting.ballot import make_ballot

from .voting_client import BALLOT, Room, begun, free_port, small_engagement

SUBJECTS = ("00123", "1E5")
ROLES = {"Ann": "Sales", "Bo": "Finance", "Cy": "Technical", "Di": "Sales"}
GROWTH = {"Ann": (5, 2), "Bo": (4, 1), "Cy": (5, 2), "Di": (2, 4)}
"""Blind scores of growth for the two accounts."""


@pytest.fixture
def room(tmp_path):
    opened = Room(begun(small_engagement(tmp_path / "acme")))
    yield opened
    opened.stop()


def score(
    room: Room, tokens: dict[str, str], round: str, growth: dict[str, tuple[int, int]], seq: int
) -> None:
    for name, token in tokens.items():
        for subject, value in zip(SUBJECTS, growth[name], strict=True):
            assert room.vote(token, subject, "growth", value, seq, round)[0] == 200
            assert room.vote(token, subject, "fit", 1, seq, round)[0] == 200


def test_two_rounds_are_voted_shown_and_used_by_the_next_run(room):
    tokens = {name: room.join(name, role) for name, role in ROLES.items()}
    assert room.vote(tokens["Ann"], "00123", "growth", 5)[0] == 409, "no round is open"
    assert room.facilitate("open", "consensus")[0] == 409, "the blind round comes first"
    assert room.facilitate("open", "blind")[0] == 200
    score(room, tokens, "blind", GROWTH, 1)
    assert {p["name"]: p["given"] for p in room.status()["people"]} == dict.fromkeys(ROLES, 4)
    assert room.facilitate("close", "blind")[0] == 200

    found = room.results()[1]["results"]
    growth = next(i for i in found["items"] if i["item_id"] == "growth")
    by_hand = np.mean([np.std([5, 4, 5, 2], ddof=1), np.std([2, 1, 2, 4], ddof=1)])
    assert growth["blind_spread"] == pytest.approx(by_hand, abs=1e-6)
    ranks = np.array([[2, 1], [2, 1], [2, 1], [1, 2]])
    sums = ranks.sum(axis=0)
    assert growth["blind_w"] == pytest.approx(12 * ((sums - sums.mean()) ** 2).sum() / (16 * (8 - 2)))
    widest = found["cells"][0]
    assert (widest["subject"], widest["item"], widest["counts"]) == (
        "00123",
        "growth",
        [[2, 1], [4, 1], [5, 2]],
    )

    assert room.facilitate("open", "consensus")[0] == 200
    assert room.vote(tokens["Ann"], "00123", "growth", 1, 2, "blind")[0] == 409, (
        "the blind round stays closed"
    )
    score(room, tokens, "consensus", dict.fromkeys(ROLES, (4, 2)), 2)
    assert room.facilitate("close", "consensus")[0] == 200
    assert room.status()["finished"]
    done = next(i for i in room.results()[1]["results"]["items"] if i["item_id"] == "growth")
    assert (done["consensus_spread"], done["consensus_w"]) == (0, 1)

    answers = kamkit.open(room.folder).table("responses")
    agreed = answers[(answers["round"] == "consensus") & (answers["item_id"] == "growth")]
    assert agreed.groupby("subject_id")["value"].mean().to_dict() == {"00123": 4, "1E5": 2}
    assert set(answers["respondent_role"]) == {"Sales", "Finance", "Technical"}
    assert "M1" not in set(answers["respondent"]), "what was answered earlier about the same is replaced"
    assert not {"Ann", "Bo"} & set(answers["respondent"]), "names are not handed on"


def test_before_a_round_closes_nothing_but_who_has_voted_leaves_the_server(room):
    """The votes of one voter are changed; every answer that anybody else gets stays the same."""
    ann, bo = room.join("Ann"), room.join("Bo")
    room.facilitate("open", "blind")

    def what_others_see() -> str:
        mine = [room.ask(f"/api/{path}", X_Vote_Token=bo) for path in ("state", "ballot")]
        return json.dumps([mine, room.status(), room.results(), room.ask("/api/state")])

    room.vote(ann, "00123", "growth", 1, 1, comment="secret reason")
    before = what_others_see()
    room.vote(ann, "00123", "growth", 5, 2, comment="secret reason")
    assert what_others_see() == before
    assert "secret" not in before
    assert room.results()[0] == 409
    assert room.ask("/api/facilitator/results", X_Vote_Token=bo)[0] == 401


def test_a_voter_sees_their_own_votes_again(room):
    ann = room.join("Ann")
    room.facilitate("open", "blind")
    room.vote(ann, "00123", "growth", 4, 7, comment="new mill")
    [mine] = room.ask("/api/ballot", X_Vote_Token=ann)[1]["mine"]
    assert (mine["value"], mine["comment"], mine["seq"]) == (4, "new mill", 7)


def test_a_vote_sent_twice_or_overtaken_counts_once(room):
    ann = room.join("Ann")
    room.facilitate("open", "blind")
    for seq, value in ((5, 4), (5, 2), (3, 1)):
        assert room.vote(ann, "00123", "growth", value, seq)[0] == 200
    assert [v["value"] for v in room.ask("/api/ballot", X_Vote_Token=ann)[1]["mine"]] == [4]
    room.vote(ann, "00123", "growth", None, 6)
    assert room.status()["people"][0]["given"] == 0


WRONG = [
    {"value": 6}, {"value": 0}, {"value": "4"}, {"value": True}, {"value": [4]}, {"item": "no"}, {"subject": "no"},
    {"subject_type": "competitor"}, {"round": "consensus"}, {"round": None}, {"seq": -1}, {"seq": 1.5},
    {"seq": None}, {"seq": True}, {"item": ["growth"]}, {"subject": {"id": "00123"}}, {"seq": 2**60},
]  # fmt: skip


def test_a_vote_that_is_none_is_refused_and_changes_nothing(room):
    ann = room.join("Ann")
    room.facilitate("open", "blind")
    size = (room.folder / votes.FILE).stat().st_size
    body = {
        "round": "blind",
        "subject_type": "account",
        "subject": "00123",
        "item": "growth",
        "value": 4,
        "seq": 1,
    }
    for wrong in WRONG:
        status, answer = room.ask("/api/vote", body | wrong, X_Vote_Token=ann)
        assert status in (400, 409), wrong
        assert answer["error"]
    assert (room.folder / votes.FILE).stat().st_size == size


def test_names_and_reasons_stay_text_of_one_line_and_bounded_length(room):
    ann = room.join("A\u202enn\n<script>alert(1)</script>" + "x" * 100, "\ud800 role")
    [person] = room.status()["people"]
    assert person["name"].startswith("Ann <script>alert(1)</script>")
    assert len(person["name"]) == 60
    room.facilitate("open", "blind")
    room.vote(ann, "00123", "growth", 4, 1, comment="a\nb" * 1000)
    [mine] = room.ask("/api/ballot", X_Vote_Token=ann)[1]["mine"]
    assert "\n" not in mine["comment"]
    assert len(mine["comment"]) == 500


def test_one_name_votes_once_and_moves_to_another_device_only_when_let(room):
    first = room.join("Ann")
    room.facilitate("open", "blind")
    room.vote(first, "00123", "growth", 4)
    again = {"code": room.code, "name": " aNN ", "role": "Sales"}
    assert room.ask("/api/join", again)[0] == 409
    [person] = room.status()["people"]
    assert room.facilitate("released", person["id"])[0] == 200
    status, joined = room.ask("/api/join", again)
    assert status == 200
    assert room.ask("/api/ballot", X_Vote_Token=joined["token"])[1]["mine"][0]["value"] == 4
    assert room.ask("/api/ballot", X_Vote_Token=first)[0] == 401, "the old device votes no more"
    assert len(room.status()["people"]) == 1


def test_who_is_removed_does_not_count(room):
    tokens = [room.join(name) for name in ("Ann", "Bo", "Cy")]
    room.facilitate("open", "blind")
    for token, value in zip(tokens, (5, 5, 1), strict=True):
        room.vote(token, "00123", "growth", value)
    gone = room.status()["people"][2]["id"]
    assert room.facilitate("removed", gone)[0] == 200
    assert room.vote(tokens[2], "00123", "growth", 2, 9)[0] == 401
    room.facilitate("close", "blind")
    assert [c["counts"] for c in room.results()[1]["results"]["cells"]] == [[[5, 2]]]
    assert room.facilitate("finish")[0] == 200
    answers = kamkit.open(room.folder).table("responses")
    assert answers[answers["respondent"].str.startswith("W1")]["value"].tolist() == [5, 5]


def test_a_closed_round_without_votes_says_so(room):
    room.facilitate("open", "blind")
    room.facilitate("close", "blind")
    status, answer = room.results()
    assert status == 200
    assert answer["results"]["items"] == []


def test_the_ballot_holds_what_was_scored_before_or_the_subjects_that_are_named(tmp_path):
    opened = kamkit.open(small_engagement(tmp_path / "acme"))
    assert make_ballot(opened, "attractiveness") == BALLOT
    named = make_ballot(opened, "attractiveness", ("7", "00123"))
    assert [s["id"] for s in named["subjects"]] == ["7", "00123"]


def test_a_voting_begins_with_a_ballot_of_its_own(tmp_path):
    room = Room(small_engagement(tmp_path / "acme"))
    try:
        ballot = room.ask("/api/ballot", X_Vote_Token=room.join("Ann"))[1]
        assert ballot.items() >= BALLOT.items()
        assert not room.running.addressed.resumed
    finally:
        room.stop()


@pytest.mark.parametrize(
    ("options", "said"),
    [({"instrument": "no"}, "attractiveness"), ({"subjects": ("no",)}, "no"), ({"address": "x", "lan": True}, "address")],
)  # fmt: skip
def test_what_can_not_be_voted_on_is_a_sentence(tmp_path, options, said):
    folder = small_engagement(tmp_path / "acme")
    with pytest.raises(KamkitError, match=said):
        start(folder, port=free_port(), **options)


def test_a_port_that_is_taken_and_a_second_voting_are_refused(room, tmp_path):
    with pytest.raises(KamkitError, match="port"):
        start(small_engagement(tmp_path / "other"), port=room.options["port"])
    with pytest.raises(KamkitError, match="another voting"):
        start(begun(room.folder), port=free_port())
