"""The pages in a real browser: joined and voted by keyboard, through a server that dies, and what both sides see."""

from __future__ import annotations

import asyncio
import signal

import pytest

from .browser import CHROMIUM, Browser
from .voting_client import Room, begun, small_engagement

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

CHECKED = "document.querySelector('#items fieldset:nth-of-type({}) input:checked')?.value"


@pytest.fixture
def room(tmp_path):
    opened = Room(begun(small_engagement(tmp_path / "acme")))
    yield opened
    opened.stop()


async def join_by_keyboard(page: Browser, room: Room) -> None:
    await page.open(f"{room.origin}/#{room.code.lower()}")
    await page.until("document.activeElement.id", "code")
    await page.press("Enter")
    await page.until("document.activeElement.id", "name")
    await page.press("M", "i", "a", "Tab", " ", "ArrowDown", "Enter")
    await page.until("document.getElementById('wait').hidden", False)


def test_a_phone_votes_by_keyboard_through_a_killed_server(room, tmp_path):
    async def scene() -> None:
        async with Browser(tmp_path / "phone") as page:
            await join_by_keyboard(page, room)
            assert room.status()["people"][0]["role"] == "Sales"
            room.facilitate("open", "blind")
            await page.until("document.getElementById('ballot').hidden", False)
            assert await page.text("subject") == "Åkerlund & <b>Söner</b>"
            assert await page.js("document.documentElement.scrollWidth <= 360")
            await page.js("document.querySelector('.scale input').focus()")
            await page.press(" ", "ArrowRight", "ArrowRight")
            await page.until("document.getElementById('note-growth').textContent", "Saved")
            assert room.status()["people"][0]["given"] == 1

            room.running.process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
            room.running.process.wait()
            await page.js("document.querySelectorAll('.scale')[1].querySelectorAll('input')[1].click()")
            await page.until("document.getElementById('status').textContent", "No connection")
            await page.until("document.getElementById('note-fit').textContent", "Not sent yet")
            room.running.stop()
            room.again()
            await page.until("document.getElementById('note-fit').textContent", "Saved")
            assert room.status()["people"][0]["given"] == 2

            room.facilitate("close", "blind")
            await page.until("document.getElementById('wait-text').textContent", "closed")
            assert not page.errors

    asyncio.run(scene())


def test_in_the_second_round_the_first_scores_are_seen_and_kept_with_one_press(room, tmp_path):
    async def scene() -> None:
        async with Browser(tmp_path / "phone") as page:
            await join_by_keyboard(page, room)
            room.facilitate("open", "blind")
            await page.until("document.getElementById('ballot').hidden", False)
            await page.js(
                "document.querySelectorAll('.scale').forEach(s => s.querySelectorAll('input')[1].click())"
            )
            await page.until("document.getElementById('progress').textContent", "2 of 4")
            await page.until("document.getElementById('note-fit').textContent", "Saved")
            room.facilitate("close", "blind")
            room.facilitate("open", "consensus")
            await page.until("document.getElementById('round').textContent", "Round 2")
            assert await page.js(CHECKED.format(1)) is None, "nothing is voted that nobody has voted"
            assert "Round 1: 2" in await page.text("note-growth")
            await page.js("document.getElementById('keep').click()")
            await page.until("document.getElementById('note-fit').textContent", "Saved")
            assert await page.js(CHECKED.format(1)) == "2"
            assert room.status()["people"][0]["given"] == 2
            assert not page.errors

    asyncio.run(scene())


def test_the_facilitators_page_opens_closes_and_shows_what_was_voted(room, tmp_path):
    async def scene() -> None:
        async with Browser(tmp_path / "desk", 1440, 900) as page:
            await page.open(room.running.addressed.facilitator)
            await page.until("document.getElementById('code').textContent", room.code[:3])
            assert "#" not in await page.js("location.href"), "the token does not stand on the wall"
            assert await page.js("document.getElementById('qr').naturalWidth > 0")
            tokens = [room.join(f"<img src=x onerror=alert({n})>", "Sales") for n in range(2)]
            await page.js("document.getElementById('act').click()")
            await page.until("document.getElementById('state').textContent", "Round 1 is open")
            for token, value in zip(tokens, (1, 5), strict=True):
                for subject in ("00123", "1E5"):
                    room.vote(token, subject, "growth", value, comment="<b>why</b>")
                    room.vote(token, subject, "fit", 1)
            await page.until("document.getElementById('count').textContent", "2 are done")
            assert await page.js("document.getElementById('results').hidden")
            await page.js("document.getElementById('act').click()")
            await page.until("document.getElementById('act').textContent", "Sure?")
            assert room.status()["round"] == "blind", "closing is asked twice"
            await page.js("document.getElementById('act').click()")
            await page.until("document.querySelectorAll('#figures tr').length", 2)
            assert "Growth <i>soon</i>" in await page.text("figures")
            assert "2.83" in await page.text("figures"), "standard deviation of 1 and 5"
            assert "<b>why</b>" in await page.text("comments")
            assert await page.js("document.querySelectorAll('main b, main i, #people img').length") == 0
            assert not page.errors

    asyncio.run(scene())
