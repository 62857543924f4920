"""What a voting withstands: other pages, guessing, odd requests, a killed server, a disk that refuses."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import socket
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from kamkit.engagement import journal, votes
from kamkit.errors import KamkitError, LockedError, ParameterError
from kamkit.workshop.voting import network
from kamkit.workshop.voting.guard import Guesses, kept_secrets, tidy_code
from kamkit.workshop.voting.network import Addresses
from kamkit.workshop.voting.options import Options
from kamkit.workshop.voting.pages import read_pages
from kamkit.workshop.voting.room import Room as Session
from kamkit.workshop.voting.store import Store

from .voting_client import BALLOT, Room, begun, small_engagement


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """One server for all requests that change nothing."""
    opened = Room(begun(small_engagement(tmp_path_factory.mktemp("safe") / "acme")))
    yield opened
    opened.stop()


@pytest.fixture
def fresh(tmp_path):
    opened = Room(begun(small_engagement(tmp_path / "acme")))
    yield opened
    opened.stop()


# -- requests --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:8780", ""]
)
def test_another_host_is_refused_on_every_page(room, host):
    with socket.create_connection(("127.0.0.1", room.options["port"]), timeout=5) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = connection.recv(2000)
    assert answer.startswith((b"HTTP/1.1 403", b"HTTP/1.1 400"))


@pytest.mark.parametrize(
    "headers",
    [{"Origin": ""}, {"Origin": "null"}, {"Origin": "http://evil.example"}, {"Origin": "https://127.0.0.1"},
     {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}],
)  # fmt: skip
def test_another_origin_can_neither_join_nor_vote_nor_close(room, headers):
    for path in ("/api/join", "/api/check", "/api/vote", "/api/facilitator/do"):
        status, _ = room.ask(path, {"code": room.code}, X_Facilitator_Token=room.facilitator_token, **headers)
        assert status == 403, path


def test_a_form_of_another_page_is_refused_by_its_content_type(room):
    assert room.ask("/api/check", {"code": room.code}, Content_Type="text/plain")[0] == 415


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"\xff", b"[" * 9000, b"null"])
def test_a_body_that_is_no_object_is_refused(room, body):
    assert room.ask("/api/check", body)[0] in (400, 403)


def test_a_body_that_is_too_large_is_cut_off(room):
    try:
        status = room.ask("/api/check", b"x" * 200_000)[0]
    except OSError:
        status = 0
    assert status in (0, 400, 413)


@pytest.mark.parametrize(
    "path",
    ["/facilitator/x", "/../../etc/passwd", "/static/app.py", "/api", "/%2e%2e/votes.jsonl", "/votes.jsonl"],
)
def test_there_is_nothing_but_the_pages(room, path):
    assert room.ask(path)[0] == 404


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 5000])
def test_the_facilitators_page_needs_its_token(room, token):
    for path, body in (("state", None), ("results", None), ("do", {"what": "open", "which": "blind"})):
        headers = {"X_Facilitator_Token": token.encode("utf-8").decode("latin-1")}
        assert room.ask(f"/api/facilitator/{path}", body, **headers)[0] in (401, 429), path
    assert votes.read(room.folder)[0]["W1"].open == ""


def test_every_answer_forbids_what_the_pages_do_not_need(room):
    for path in ("/", "/facilitator", "/voter.js", "/api/state", "/nothing"):
        request = urllib.request.Request(room.origin + path)
        try:
            headers = urllib.request.urlopen(request).headers
        except urllib.error.HTTPError as error:
            headers = error.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Server"] is None
        assert headers["Access-Control-Allow-Origin"] is None


def test_the_pages_ask_nothing_of_the_internet_and_hold_no_secret(room):
    for path, page in read_pages().items():
        text = page.content.decode()
        assert not re.findall(r"(?:https?:)?//[\w.]+\.\w+", text), path
        assert "innerHTML" not in text
        assert "<script>" not in text
        assert not re.search(r'\son\w+="', text), path
        served = urllib.request.urlopen(room.origin + path).read().decode()
        assert room.code not in served
        assert room.facilitator_token not in served


def test_guessing_codes_is_stopped_and_those_inside_vote_on(fresh):
    ann = fresh.join("Ann")
    fresh.facilitate("open", "blind")
    statuses = [
        fresh.ask("/api/join", {"code": f"WRONG{i}", "name": "Eve", "role": "x"})[0] for i in range(12)
    ]
    assert statuses[:8] == [403] * 8
    assert set(statuses[8:]) == {429}
    assert fresh.ask("/api/check", {"code": fresh.code})[0] == 429, "the right code is not answered either"
    assert fresh.vote(ann, "00123", "growth", 4)[0] == 200


def test_guesses_are_forgotten_after_a_while_and_counted_in_all():
    now = [0.0]
    guesses = Guesses(each=2, all=5, seconds=60, clock=lambda: now[0])
    for address in ("a", "a"):
        guesses.wrong(address)
    assert guesses.too_many("a")
    assert not guesses.too_many("b")
    now[0] = 61
    assert not guesses.too_many("a")
    for number in range(5):
        guesses.wrong(str(number))
    assert guesses.too_many("new")
    assert not guesses.too_many("new", alone=True), "others' guesses do not lock the facilitator out"


def test_a_code_is_the_same_however_it_is_typed():
    assert {tidy_code(c) for c in ("K7Q4MX", "k7q 4mx", " K7Q-4MX\n")} == {"K7Q4MX"}


def test_secrets_stay_after_a_restart_and_change_with_the_session(tmp_path):
    first = kept_secrets(tmp_path, "W1 a")
    assert kept_secrets(tmp_path, "W1 a") == first
    other = kept_secrets(tmp_path, "W2 b")
    assert other.code != first.code
    assert other.facilitator != first.facilitator
    if os.name == "posix":
        assert (tmp_path / ".kamkit" / "voting.json").stat().st_mode & 0o077 == 0
    (tmp_path / ".kamkit" / "voting.json").write_text("torn")
    assert len(kept_secrets(tmp_path, "W2 b").code) == 6


def test_the_log_of_votes_holds_no_token_and_no_code(fresh):
    token = fresh.join("Ann")
    text = (fresh.folder / votes.FILE).read_text()
    assert token not in text
    assert fresh.code not in text
    assert fresh.facilitator_token not in text


# -- the network -----------------------------------------------------------------------------------


def test_by_default_only_this_machine_is_listened_to(room):
    assert room.origin.startswith("http://127.0.0.1:")
    opened = network.listening_sockets(Addresses(0))
    assert [one.getsockname()[0] for one in opened] == ["127.0.0.1"]
    for one in opened:
        one.close()


def test_hosts_are_the_room_and_this_machine_and_the_facilitator_only_this_machine():
    at = Addresses(8780, "192.168.1.20")
    assert at.hosts == {"127.0.0.1:8780", "localhost:8780", "192.168.1.20:8780"}
    assert at.own_hosts == {"127.0.0.1:8780", "localhost:8780"}
    assert (at.voters, at.own) == ("http://192.168.1.20:8780", "http://127.0.0.1:8780")


def room_address() -> str:
    try:
        return network.room_address()
    except KamkitError:
        return ""


def is_ours(address: str) -> bool:
    with socket.socket() as one:
        try:
            one.bind((address, 0))
        except OSError:
            return False
        return True


@pytest.mark.parametrize("address", ["", "127.0.0.2"], ids=["the network's", "another of this machine"])
def test_in_the_room_voters_get_in_and_the_facilitators_page_does_not_answer(tmp_path, address):
    here = address or room_address()
    if not here or not is_ours(here):
        pytest.skip("this machine has no such address")
    opened = Room(begun(small_engagement(tmp_path / "acme")), lan=True, address=address)
    try:
        assert opened.origin == f"http://{here}:{opened.options['port']}"
        assert opened.join("Ann")
        assert opened.ask("/api/facilitator/state", X_Facilitator_Token=opened.facilitator_token)[0] == 403
        assert opened.ask("/", Host=f"rebound.example:{opened.options['port']}")[0] == 403
    finally:
        opened.stop()


@pytest.mark.parametrize("address", ["0.0.0.0", "example.com", "224.0.0.1", "999.1.1.1"])
def test_addresses_that_are_no_machine_are_refused(address):
    with pytest.raises(ParameterError):
        network.room_address(address)


@pytest.mark.parametrize("wrong", [{"port": 0}, {"port": 70_000}, {"earlier": "both"}])
def test_options_that_can_not_be_are_refused(tmp_path, wrong):
    with pytest.raises(ParameterError):
        Options(tmp_path, **wrong)


# -- the disk --------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_killed_at_any_moment_no_acknowledged_vote_is_lost_and_all_go_on(fresh):
    """Thirty people vote without pause; the server is killed three times, and started again."""
    tokens = [fresh.join(f"N{n}") for n in range(30)]
    fresh.facilitate("open", "blind")
    code, acknowledged = fresh.code, dict[int, tuple[int, int]]()
    for times in range(3):
        stop = threading.Event()

        def vote_on(number: int, stop: threading.Event = stop, times: int = times) -> None:
            rng, seq = random.Random(number), times * 10_000
            while not stop.is_set():
                seq, value = seq + 1, rng.randint(1, 5)
                try:
                    if fresh.vote(tokens[number], "00123", "growth", value, seq)[0] == 200:
                        acknowledged[number] = (seq, value)
                except OSError:
                    return

        people = [threading.Thread(target=vote_on, args=(n,)) for n in range(30)]
        for person in people:
            person.start()
        time.sleep(0.4 + 0.13 * times)
        fresh.running.process.send_signal(signal.SIGKILL)
        fresh.running.process.wait()
        stop.set()
        for person in people:
            person.join(30)
        kept = votes.read(fresh.folder)[0]["W1"].votes
        for number, (seq, value) in acknowledged.items():
            vote = kept[("blind", f"W1-{number + 1:02}", "account", "00123", "growth")]
            assert vote.seq > seq or (vote.seq, vote.value) == (seq, value)
        fresh.running.stop()
        fresh.again()
        assert fresh.code == code, "a printed code stays right"
    assert len(acknowledged) == 30
    assert fresh.vote(tokens[0], "1E5", "growth", 3, 99_999)[0] == 200, "phones go on with their token"


def test_the_server_ends_with_the_process_that_started_it(fresh):
    fresh.running.process.stdin.close()
    assert fresh.running.process.wait(10) == 0
    fresh.running.stop()


def test_a_disk_that_refuses_is_told_and_nothing_takes_effect(tmp_path, monkeypatch):
    folder = begun(small_engagement(tmp_path / "acme"))
    event = {"event": "opened", "session": "W1", "round": "blind"}

    async def refused_then_well() -> str:
        store = Store(folder)
        with monkeypatch.context() as patched:
            patched.setattr(
                journal, "write_lines", lambda path, lines: (_ for _ in ()).throw(OSError(28, "full"))
            )
            with pytest.raises(OSError, match="full"):
                await store.add(event)
        before = store.sessions["W1"].open
        await store.add(event)
        await store.close()
        return before + store.sessions["W1"].open

    assert asyncio.run(refused_then_well()) == "blind"


def test_votes_that_arrive_together_are_synced_together_in_order(tmp_path, monkeypatch):
    folder = begun(small_engagement(tmp_path / "acme"))
    written: list[bytes] = []
    real = journal.write_lines

    def slow(path: Path, lines: bytes) -> None:
        time.sleep(0.05)
        written.append(lines)
        real(path, lines)

    async def many() -> None:
        store = Store(folder)
        session = Session(store, "W1")
        await session.open("blind")
        _, voter = await session.join("Ann", "Sales")
        body = {"round": "blind", "subject_type": "account", "subject": "00123", "item": "growth", "value": 4}
        await asyncio.gather(*(session.vote(voter, body | {"seq": n}) for n in range(50)))
        await store.close()

    monkeypatch.setattr(journal, "write_lines", slow)
    asyncio.run(many())
    assert len(written) <= 4
    seqs = [json.loads(line)["seq"] for lines in written[2:] for line in lines.splitlines()]
    assert seqs == list(range(50))


def test_a_vote_is_synced_and_in_effect_before_it_is_acknowledged(tmp_path, monkeypatch):
    folder = begun(small_engagement(tmp_path / "acme"))
    happened: list[str] = []
    real_sync, real_apply = os.fsync, votes.apply
    monkeypatch.setattr(os, "fsync", lambda handle: (real_sync(handle), happened.append("synced"))[0])
    monkeypatch.setattr(votes, "apply", lambda *given: (real_apply(*given), happened.append("in effect"))[0])

    async def one() -> None:
        store = Store(folder)
        happened.clear()
        await store.add({"event": "opened", "session": "W1", "round": "blind"})
        happened.append("acknowledged")
        await store.close()

    asyncio.run(one())
    assert happened == ["synced", "in effect", "acknowledged"]


def test_a_vote_after_close_was_pressed_is_late(tmp_path, monkeypatch):
    """The round counts as closed from the press, not from the moment the disk has it."""
    folder = begun(small_engagement(tmp_path / "acme"))

    async def late() -> None:
        store = Store(folder)
        session = Session(store, "W1")
        await session.open("blind")
        _, voter = await session.join("Ann", "Sales")
        closing = asyncio.create_task(session.close("blind"))
        await asyncio.sleep(0)
        body = {
            "round": "blind",
            "subject_type": "account",
            "subject": "00123",
            "item": "growth",
            "value": 4,
            "seq": 1,
        }
        with pytest.raises(Exception, match="closed"):
            await session.vote(voter, body)
        await closing
        await store.close()

    asyncio.run(late())
    assert not votes.read(folder)[0]["W1"].votes


def test_two_stores_on_one_file_are_refused(tmp_path):
    folder = begun(small_engagement(tmp_path / "acme"))
    store = Store(folder)
    with pytest.raises(LockedError, match="another voting"):
        Store(folder)
    asyncio.run(store.close())
    asyncio.run(Store(folder).close())
    assert BALLOT["instrument"] == "attractiveness"
