"""``kamkit vote`` on the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import kamkit as library
from kamkit.workshop.voting.command import said
from kamkit.workshop.voting.options import Options
from kamkit.workshop.voting.running import Addressed
from tests.test_cli import kamkit

from .voting_client import begun, free_port, small_engagement

AT = Addressed("http://127.0.0.1:1/facilitator#t", "http://10.0.0.2:1", "K7Q4MX", "W1", resumed=False)


def test_it_says_clearly_who_can_reach_the_page(tmp_path):
    alone = "\n".join(said(Options(tmp_path), AT))
    assert "this machine alone" in alone
    assert "EVERYONE" not in alone
    room = "\n".join(said(Options(tmp_path, lan=True), AT))
    assert "EVERYONE in the room's network can reach that page, and the connection is not encrypted" in room
    assert "replace earlier answers" in room


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent otherwise on this system")
def test_it_serves_until_interrupted_and_goes_on_afterwards(tmp_path):
    folder = begun(small_engagement(tmp_path / "acme"))
    command = [sys.executable, "-m", "kamkit.cli", "vote", str(folder), "--port", str(free_port())]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"}
    for _ in range(2):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        lines = [process.stdout.readline() for _ in range(4)]
        assert any("W1 goes on" in line for line in lines)
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=20)[0]
        assert process.returncode == 0
        assert "Every vote that was acknowledged is in votes.jsonl" in rest


def test_a_voting_is_discarded_with_a_reason(tmp_path):
    folder = begun(small_engagement(tmp_path / "acme"))
    with (folder / "votes.jsonl").open("a") as file:
        for event in ("finished",):
            file.write(json.dumps({"event": event, "session": "W1"}) + "\n")
    without = kamkit("vote", "acme", "--discard", "W1", cwd=tmp_path)
    assert without.returncode == 1
    assert "reason" in without.stderr
    done = kamkit("vote", "acme", "--discard", "W1", "--by", "A", "--why", "trial", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "W1 counts for nothing" in done.stdout
    assert library.open(folder).fingerprint().keys() == {
        "engagement.toml",
        "accounts",
        "sales",
        "criteria",
        "responses",
    }


@pytest.mark.parametrize("words", [("nowhere",), ("acme", "--port", "0"), ("acme", "--instrument", "no")])
def test_mistakes_are_sentences(tmp_path, words):
    small_engagement(tmp_path / "acme")
    done = kamkit("vote", *words, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip()
