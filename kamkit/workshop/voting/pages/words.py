"""What the scripts of the pages say, translated."""

from __future__ import annotations

from kamkit.locale import _

__all__ = ["facilitator_words", "voter_words"]


def _shared() -> dict[str, str]:
    return {
        "offline": _("No connection. Your votes are kept on this device and sent as soon as it is back."),
        "blind": _("Round 1: on your own"),
        "consensus": _("Round 2: after the discussion"),
        "broken": _("This did not work."),
    }


def voter_words() -> dict[str, str]:
    """Words of the voters' page."""
    return _shared() | {
        "saved": _("Saved"),
        "saving": _("Saving …"),
        "unsent": _("Not sent yet"),
        "progress": _("{given} of {all} scored"),
        "subject": _("{number} of {all}"),
        "first": _("Round 1: {value}"),
        "reason": _("Reason (optional)"),
        "again": _("Take back"),
        "other": _("Another role"),
        "waiting": _("You are in. The facilitator opens the round."),
        "discuss": _("Round 1 is closed. Look at the screen and discuss."),
        "over": _("The voting is over. Thank you."),
        "keep": _("Keep my first scores for what is still open"),
        "all_done": _("Everything is scored. You can still change it until the round closes."),
        "next_open": _("Go to the next open one"),
        "low": _("{value} = {meaning}"),
    }


def facilitator_words() -> dict[str, str]:
    """Words of the facilitator's page."""
    return _shared() | {
        "wrong": _("Open this page with the address that kamkit vote has shown."),
        "open_blind": _("Open round 1 (everyone alone)"),
        "close_blind": _("Close round 1"),
        "open_consensus": _("Open round 2 (after the discussion)"),
        "close_consensus": _("Close round 2 and end the voting"),
        "finish": _("End without a second round"),
        "sure": _("Sure? A closed round stays closed. Press again."),
        "nobody": _("Nobody has joined yet."),
        "given": _("{given} of {all}"),
        "people": _("{n} have joined, {done} are done"),
        "release": _("New device"),
        "remove": _("Remove"),
        "released": _("may join again on another device"),
        "before": _("Scan the code, or open {address} and type {code}."),
        "loopback": _("Only this machine can reach the page. For phones in the room start it with --lan."),
        "room": _("Everyone in this network who has the code can join. The connection is not encrypted: "
                  "use a network that you trust."),
        "over": _("The voting is over. The next run uses it."),
        "spread": _("Spread, round 1"),
        "spread2": _("Spread, round 2"),
        "item": _("Criterion"),
        "w": _("Agreement (W), round 1"),
        "w2": _("Agreement (W), round 2"),
        "outlier": _("Who sees it otherwise"),
        "higher": _("{role}, {points} points higher"),
        "lower": _("{role}, {points} points lower"),
        "judges": _("{judges} of {people} people scored everything: agreement on the order {w} of 1"),
        "undefined": _("Agreement can't be told: {why}"),
        "discuss_blind": _("Discuss first: where people are furthest apart"),
        "discuss_consensus": _("Where people are still furthest apart"),
        "cell": _("{subject}: {item}"),
        "mean": _("mean {mean}"),
        "votes": _("{n} × {value}"),
        "comments": _("Reasons"),
        "role_said": _("{role}, {value}"),
        "computing": _("Making the figures …"),
        "empty": _("Nobody has voted."),
        "state_none": _("No round is open."),
        "open_is_blind": _("Round 1 is open: everyone scores alone."),
        "open_is_consensus": _("Round 2 is open: everyone scores again."),
        "closed_is_blind": _("Round 1 is closed. Discuss, then open round 2."),
        "closed_is_consensus": _("Round 2 is closed."),
    }  # fmt: skip
