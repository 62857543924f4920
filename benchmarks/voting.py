"""Blind voting: how long until a vote is on the disk and acknowledged, and how much memory it takes.

Thirty people give twenty votes each to a real server over HTTP; each vote is synced to the disk before it
is acknowledged. First as quick people do, with up to a second between two votes; then all at once, each
sending the next vote as soon as the last is acknowledged. Beside it, what the
syncs alone would take if thirty people waited in a line for one each.
The people share the machine with the server, so their own work is in the figures.

    python benchmarks/voting.py [PEOPLE] [VOTES]
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from kamkit.engagement import journal, votes
from kamkit.workshop.voting import start
from kamkit.workshop.voting.running import Running

LIMIT_MILLISECONDS, LIMIT_MEGABYTES = 50, 150


def engagement(folder: Path, subjects: int) -> Path:
    """An engagement whose voting has begun: five items about so many subjects."""
    items = [{"id": f"i{n}", "text": f"Item {n}", "direction": "max", "low": 1.0, "high": 5.0, "weight": 0.2,
              "anchor_low": "", "anchor_high": ""} for n in range(5)]  # fmt: skip
    about = [{"type": "account", "id": str(n), "name": f"Account {n}"} for n in range(subjects)]
    ballot = {
        "client": "Bench",
        "language": "en",
        "instrument": "attractiveness",
        "roles": [],
        "items": items,
        "subjects": about,
    }
    begun = {"event": "session", "session": "W1", "at": "2026-01-01T00:00:00+00:00", "earlier": "replaced"}
    line = {**begun, "instrument": "attractiveness", "ballot": ballot}
    (folder / "engagement.toml").write_text('client = "Bench"\ncurrency = "EUR"\n')
    (folder / votes.FILE).write_text(json.dumps(line) + "\n")
    return folder


async def post(client: AsyncHTTPClient, origin: str, path: str, body: dict, **headers: str) -> dict:
    """One request as a browser sends it."""
    sent = {"Origin": origin, "Content-Type": "application/json", **headers}
    request = HTTPRequest(origin + path, "POST", sent, json.dumps(body), request_timeout=60)
    return json.loads((await client.fetch(request)).body)


async def vote(client: AsyncHTTPClient, origin: str, token: str, number: int, round: str) -> float:
    """Seconds until a vote is acknowledged."""
    began = time.perf_counter()
    about = {"subject_type": "account", "subject": str(number // 5), "item": f"i{number % 5}"}
    body = {"round": round, **about, "value": 1 + number % 5, "seq": number}
    await post(client, origin, "/api/vote", body, **{"X-Vote-Token": token})
    return time.perf_counter() - began


async def voting(running: Running, people: int, each: int, pause: float) -> list[float]:
    """All votes of all people; each person thinks for up to ``pause`` seconds before a vote."""
    client, at = AsyncHTTPClient(max_clients=people), running.addressed
    facilitator = {"X-Facilitator-Token": at.facilitator.split("#")[1]}
    joined = [
        await post(client, at.voters, "/api/join", {"code": at.code, "name": f"N{n} {pause}", "role": "r"})
        for n in range(people)
    ]
    if not pause:
        await post(
            client, at.voters, "/api/facilitator/do", {"what": "close", "which": "blind"}, **facilitator
        )
    round = "blind" if pause else "consensus"
    await post(client, at.voters, "/api/facilitator/do", {"what": "open", "which": round}, **facilitator)

    async def person(token: str) -> list[float]:
        times = []
        for number in range(each):
            await asyncio.sleep(random.uniform(0, pause))
            times.append(await vote(client, at.voters, token, number, round))
        return times

    times = await asyncio.gather(*(person(j["token"]) for j in joined))
    return [seconds for one in times for seconds in one]


def one_by_one(folder: Path, people: int, each: int) -> list[float]:
    """The naive way: thirty wait in a line for one sync each."""
    times = []
    for _ in range(each):
        waited = 0.0
        for _person in range(people):
            began = time.perf_counter()
            journal.write_lines(folder / "naive.jsonl", b"x" * 300 + b"\n")
            waited += time.perf_counter() - began
            times.append(waited)
    return times


def megabytes(process: int) -> float:
    """The most memory a process has held; NaN where the system does not tell."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return float("nan")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def percentile(times: list[float], percent: int) -> float:
    """In milliseconds."""
    return statistics.quantiles(times, n=100)[percent - 1] * 1000


def told(name: str, times: list[float]) -> None:
    """One line of figures."""
    middle, most = percentile(times, 50), percentile(times, 95)
    print(f"{name:32} median {middle:6.1f} ms, 95th percentile {most:6.1f} ms (limit {LIMIT_MILLISECONDS})")


def main() -> None:
    """Measure and print."""
    people, each = (int(a) for a in (*sys.argv[1:3], *("30", "20")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as name:
        folder = engagement(Path(name), -(-each // 5))
        with start(folder, port=8799) as running:
            thinking = asyncio.run(voting(running, people, each, 1.0))
            at_once = asyncio.run(voting(running, people, each, 0.0))
            memory = megabytes(running.process.pid)
        kept = len(votes.read(folder)[0]["W1"].votes)
        naive = one_by_one(folder, people, each)
    told("as quick people vote", thinking)
    told("all at once", at_once)
    told("the syncs alone, one each", naive)
    kept_all = f"{len(thinking) + len(at_once)} votes acknowledged, {kept} on the disk"
    print(f"{kept_all}; the server holds {memory:.0f} MB (limit {LIMIT_MEGABYTES})")


if __name__ == "__main__":
    main()
