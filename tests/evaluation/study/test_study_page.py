"""The page in a real browser, with real keys and clicks."""

import csv
import hashlib
import io
import json
from importlib.resources import files

import pytest

from ct2xkeras.evaluation.study import read_results

NUM_ITEMS = 12


@pytest.fixture(scope="module")
def address(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page") / "study"
    study.write(folder)
    return (folder / "index.html").as_uri()


def start(page, rater=""):
    page.get_by_label("A made-up name").fill(rater)
    page.get_by_role("button", name="Start", exact=True).click()


def wait_for(page, number):
    """Until the item with this number, from 1, is on the screen and can be rated."""
    page.wait_for_function(
        "text => document.querySelector('#count').textContent === text"
        " && !document.querySelector('#rating').classList.contains('loading')",
        arg=f"{number} of {NUM_ITEMS}",
    )


def rate_by_keys(page, scores, first=1):
    for number, score in enumerate(scores, start=first):
        wait_for(page, number)
        page.keyboard.press(str(score))


def saved(page, name, folder):
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_pass_by_keys_gives_a_result_that_is_accepted(open_page, study, tmp_path):
    page = open_page()
    start(page, "kim_1")
    scores = [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2]
    rate_by_keys(page, scores)
    page.get_by_role("heading", name="Thank you").wait_for()
    path = saved(page, "Save the result", tmp_path)
    assert path.name == f"ct2xkeras-study-{study.key.study}-kim_1.json"
    (result,) = read_results([path], study.key)
    assert result.rater == "kim_1"
    assert [rating.score for rating in result.ratings] == scores
    assert set(json.loads(path.read_text())) == {"format", "study", "rater", "ratings", "checksum"}
    table = saved(page, "Save as a table (CSV) too", tmp_path).read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [int(row["score"]) for row in rows] == scores
    assert [row["item"] for row in rows] == [rating.item for rating in result.ratings]


def test_clicks_on_a_phone_going_back_and_mending_a_score(open_page, study, tmp_path):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    start(page)
    for number in range(1, NUM_ITEMS + 1):
        wait_for(page, number)
        page.get_by_role("button", name="3", exact=True).tap()
        if number == 2:
            wait_for(page, 3)
            page.get_by_role("button", name="Back").tap()
            wait_for(page, 2)
            assert page.get_by_role("button", name="3").get_attribute("aria-pressed") == "true"
            page.get_by_role("button", name="5, just like one").tap()
    page.get_by_role("heading", name="Thank you").wait_for()
    (result,) = read_results([saved(page, "Save the result", tmp_path)], study.key)
    assert result.rater.startswith("rater-")
    assert [rating.score for rating in result.ratings] == [3, 5] + [3] * 10


def test_keys_go_back_and_forward_but_not_past_what_is_not_rated(open_page):
    page = open_page()
    start(page)
    rate_by_keys(page, [1, 2])
    wait_for(page, 3)
    for key, number in (("ArrowRight", 3), ("ArrowLeft", 2), ("Backspace", 1), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        wait_for(page, number)
    page.keyboard.press("ArrowRight")
    wait_for(page, 2)
    assert page.locator("[aria-pressed=true]").inner_text() == "2"


def test_a_reload_goes_on_where_it_stopped(open_page, study, tmp_path):
    page = open_page()
    start(page, "lee")
    rate_by_keys(page, [5, 4, 3])
    wait_for(page, 4)
    shown = page.locator("#picture").get_attribute("src")
    page.reload()
    page.get_by_text(f"Welcome back, lee: 3 of {NUM_ITEMS} pictures are rated.").wait_for()
    page.get_by_role("button", name="Go on").click()
    wait_for(page, 4)
    assert page.locator("#picture").get_attribute("src") == shown
    part = saved(page, "Save what I have so far", tmp_path)
    (result,) = read_results([part], study.key, allow_incomplete=True)
    assert [rating.score for rating in result.ratings] == [5, 4, 3]
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_role("button", name="Start over").click()
    assert page.get_by_role("button", name="Start", exact=True).is_visible()


def test_the_page_fits_the_screen_and_its_controls_a_finger(open_page):
    sizes = ((1280, 800), (390, 844), (390, 664), (360, 640), (844, 390))
    page = open_page()
    start(page)
    wait_for(page, 1)
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for box in [item.bounding_box() for item in page.locator("#scale button").all()]:
            assert box["height"] >= 44
            assert box["width"] >= 24
            assert box["y"] + box["height"] <= height


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_ground(open_page, contrast, scheme):
    page = open_page(color_scheme=scheme)
    for pair in ("text ground", "soft ground", "on-accent accent", "text note"):
        assert contrast(page, *pair.split()) >= 4.5  # WCAG 2.1, AA


def test_a_name_that_could_be_told_apart_by_files_is_not_taken(open_page):
    page = open_page()
    start(page, "Kim Lee")
    assert page.get_by_role("button", name="Start", exact=True).is_visible()


def test_without_storage_the_page_says_so_and_works(open_page):
    page = open_page()
    page.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }})"
    )
    page.reload()
    page.get_by_text("This browser keeps no progress").wait_for()
    start(page)
    rate_by_keys(page, [2])
    wait_for(page, 2)


def test_the_pages_sha256_is_sha256(browser):
    texts = ["", "abc", *("x" * length for length in (55, 56, 63, 64, 119)), "long " * 500]
    script = files("ct2xkeras.evaluation.study").joinpath("page/sha256.js").read_text()
    page = browser.new_page()
    found = page.evaluate(f"texts => {{ {script}; return texts.map(sha256); }}", texts)
    page.close()
    assert found == [hashlib.sha256(text.encode()).hexdigest() for text in texts]
