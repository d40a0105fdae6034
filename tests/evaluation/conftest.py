"""Pages in a real browser, and the small data set of the tests of data."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
from data_samples import make_spec, sources  # noqa: F401


@pytest.fixture
def open_page(browser, address):
    """Opens the page at `address`, a fixture of each test file; at the end nothing may have been
    reported or asked for."""
    troubles, contexts = [], []

    def note_request(request):
        if request.url != address and not request.url.startswith(("data:", "blob:")):
            troubles.append(f"request for {request.url}")

    def open_one(**settings):
        context = browser.new_context(**settings)
        contexts.append(context)
        context.on("request", note_request)
        context.on("console", lambda message: troubles.append(message.text))
        context.on("weberror", lambda error: troubles.append(str(error.error)))
        page = context.new_page()
        page.set_default_timeout(20000)
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not troubles
