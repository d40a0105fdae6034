"""A real browser, for pages."""

import shutil

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip(f"none of the browsers {', '.join(BROWSERS)} is installed")
    with playwright.sync_playwright() as session:
        browser = session.chromium.launch(executable_path=program)
        yield browser
        browser.close()


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


@pytest.fixture(scope="session")
def contrast():
    """Contrast (WCAG 2.1) of two of a page's CSS variables, named without their dashes."""

    def luminance(color):
        values = [int(color.strip()[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def between(page, *names):
        script = "name => getComputedStyle(document.documentElement).getPropertyValue(name)"
        pair = [luminance(page.evaluate(script, f"--{name}")) for name in names]
        return (max(pair) + 0.05) / (min(pair) + 0.05)

    return between
