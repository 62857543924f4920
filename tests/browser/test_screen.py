"""The page of the screen in a real browser, with a stand-in of one slider: reload, a killed kernel, a lost server."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.workshop.screen_client import Screen, opened

SHOWS = "value => document.querySelector('.kk-picture')?.innerText.trim() === value"


@pytest.fixture(scope="module")
def screen(tmp_path_factory):
    one = opened(tmp_path_factory.mktemp("browser") / "acme")
    yield one
    one.running.stop()


@pytest.fixture
def shown(page: Any, screen: Screen) -> Any:
    page.goto(screen.running.address)
    page.wait_for_selector(".kk-picture")
    return page


def test_the_token_leaves_the_address_and_nothing_is_asked_of_anybody_else(shown: Any, screen: Screen):
    assert shown.url == f"{screen.origin}/"
    assert shown.title()
    strangers = [
        a for a in shown.asked if not a.startswith((screen.origin, f"ws://{screen.host}", "data:", "blob:"))
    ]
    assert not strangers
    assert not shown.problems
    assert shown.evaluate("document.cookie") == ""


def test_keys_move_the_picture_and_a_reload_keeps_it(shown: Any):
    before = int(shown.inner_text(".kk-picture"))
    shown.locator(".kk-slider .noUi-handle").focus()
    shown.keyboard.press("ArrowRight")
    shown.wait_for_function(SHOWS, arg=str(before + 1))
    shown.reload()
    shown.wait_for_function(SHOWS, arg=str(before + 1))


def test_a_killed_kernel_shows_a_message_and_a_reload_brings_the_values_back(shown: Any, screen: Screen):
    wait_for(lambda: len(screen.kernels()) == 2, "one is on standby")
    record(screen.folder, 42)
    screen.kernels()[0].kill()
    shown.wait_for_selector("#workshop-trouble:not([hidden])", timeout=4000)
    assert "stopped" in shown.inner_text("#workshop-trouble")
    began = time.monotonic()
    shown.click("#workshop-trouble a")
    shown.wait_for_function(SHOWS, arg="42")
    assert time.monotonic() - began < 2 * slowness()
    assert shown.locator("#workshop-trouble").is_hidden()


def test_start_anew_goes_back_to_the_log_and_tells_the_other_tab(shown: Any, screen: Screen):
    record(screen.folder, 17)
    other = shown.context.new_page()
    other.goto(f"{screen.origin}/")
    other.wait_for_selector(".kk-picture")
    other.click("nav >> text=Start anew")
    other.wait_for_function(SHOWS, arg="17")
    shown.wait_for_selector("#workshop-trouble:not([hidden])")
    assert "elsewhere" in shown.inner_text("#workshop-trouble") or "stopped" in shown.inner_text(
        "#workshop-trouble"
    )


def test_new_data_are_told_without_disturbing(shown: Any, screen: Screen):
    assert shown.inner_text("#workshop-state") == ""
    with (screen.folder / "engagement.toml").open("a") as file:
        file.write("# looked at\n")
    shown.wait_for_function("document.getElementById('workshop-state').innerText.includes('start anew')")
    assert shown.locator("#workshop-trouble").is_hidden()


def test_a_lost_server_is_told_and_what_is_shown_is_not_to_be_moved(page: Any, tmp_path: Path):
    screen = opened(tmp_path / "acme")
    page.goto(screen.running.address)
    page.wait_for_selector(".kk-picture")
    screen.running.stop()
    page.wait_for_selector("#workshop-trouble:not([hidden])")
    assert "No connection" in page.inner_text("#workshop-trouble")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('#rendered_cells')).pointerEvents") == "none"
    )
    again = Screen(screen.folder, port=screen.port)
    try:
        page.wait_for_function(
            "document.querySelector('#workshop-trouble').innerText.includes('started again')"
        )
        page.goto(again.running.address)
        page.wait_for_selector(".kk-picture")
        assert page.locator("#workshop-trouble").is_hidden()
    finally:
        again.running.stop()


def record(folder: Path, value: int) -> None:
    """A line of the log, as the stand-in reads it."""
    with (folder / "decisions.jsonl").open("a") as log:
        log.write(json.dumps({"value": value}) + "\n")


def slowness() -> float:
    """How much slower this machine is now than a quiet one of two cores; at least 1."""
    began = time.process_time(), time.monotonic()
    sum(range(3_000_000))
    spent, passed = time.process_time() - began[0], time.monotonic() - began[1]
    return max(1.0, passed / max(spent, 1e-9)) * max(1.0, spent / 0.06)


def wait_for(true, what: str, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.05)
