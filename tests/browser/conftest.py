"""A real Chromium, where the machine has one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from kamkit.deliver.chromium import find_chromium

REQUIRED = os.environ.get("KAMKIT_BROWSER") == "required"
_SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser; without one the test is skipped, or fails where a browser was promised.

    Its driver keeps an event loop running in this thread, so it ends with the file: coroutines of the
    tests that follow could not be run beside it.
    """
    found = find_chromium()
    if found is None and not REQUIRED:
        pytest.skip("no Chromium is installed: kamkit doctor says what to do")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(_SWITCHES))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A page as large as a projector shows, which remembers what went wrong on it."""
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    opened.problems, opened.asked = [], []
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.on("request", lambda request: opened.asked.append(request.url))
    yield opened
    context.close()
