"""Reports of runs in every state, as files and in a real browser."""

import re

import pytest
from report_samples import KID, LINES, OTHER_KID

from ct2xkeras.evaluation.report import check_different, read_run, render_report
from ct2xkeras.training.run_folder import RunError


def test_a_report_says_what_the_run_noted(make_run, gallery):
    report = read_run(make_run("full", tone=3), lambda run, recipe: gallery)
    page = render_report([report], data_licence="CC BY 4.0, by <nobody>")
    for text in (
        "full",
        "tone 3",
        "0.1234",
        "0.1000 to 0.2000",
        "0.5678",
        "Loss of the generator",
        "CC BY 4.0, by &lt;nobody&gt;",
        "Not for diagnosis",
        "By realism",
        "-90°",
    ):
        assert text in page
    assert page.count("data:image/png") == 2 * 3 * 2 + 2 * 13 + 2 * 8


def test_a_page_holds_everything_it_shows(make_run, gallery):
    page = render_report([read_run(make_run("full"), lambda run, recipe: gallery)])
    links = re.findall(r"""(?:src|href)\s*=\s*["']([^"']*)""", page)
    assert all(link.startswith(("data:", "#")) for link in links)
    assert "default-src 'none'" in page
    assert "<script" not in page


@pytest.mark.parametrize("state", ["killed", "stopped", "failed"])
def test_an_unfinished_run_says_so(make_run, state):
    page = render_report([read_run(make_run("half", state=state))])
    assert f"did not come to its end ({state})" in page
    assert "of 16 images" in page
    assert "Not trained to the end: half" in page


def test_a_finished_run_does_not(make_run):
    assert "come to its end" not in render_report([read_run(make_run("whole", state="finished"))])


@pytest.mark.parametrize("kinds", [(), ("train",), ("style",), ("evaluation",)])
def test_kinds_of_lines_may_be_missing(make_run, kinds):
    lines = [line for line in LINES if line["kind"] in kinds]
    page = render_report([read_run(make_run("some", lines))])
    assert ("Nothing was measured yet" in page) == ("evaluation" not in kinds)
    assert ("Nothing was logged yet" in page) == (not {"train", "style"} & set(kinds))


def test_a_damaged_run_is_reported_with_what_is_left(make_run):
    path = make_run("damaged")
    (path / "recipe.yaml").write_text("name: [")
    (path / "versions.json").unlink()
    with (path / "metrics.jsonl").open("a") as file:
        file.write('{"kind": "train", "ima')
    page = render_report([read_run(path, lambda run, recipe: pytest.fail("without a recipe"))])
    assert "The recipe cannot be read" in page
    assert "0.1234" in page


@pytest.mark.parametrize("error", [RunError, AssertionError])  # none yet; of another version
def test_pictures_that_cannot_be_made_are_a_note(make_run, error):
    def gallery(run, recipe):
        raise error("no such checkpoint")

    page = render_report([read_run(make_run("early"), gallery)])
    assert "No pictures: no such checkpoint" in page
    assert "0.1234" in page


def test_runs_are_compared(make_run):
    longer = [{"kind": "evaluation", "images": 8, KID: 0.05}]
    other = [{"kind": "evaluation", "images": 8, OTHER_KID: 0.01}]
    runs = [make_run("full"), make_run("no_tone", longer, tone=0), make_run("few", other)]
    page = render_report([read_run(path) for path in runs])
    comparison = page[page.index('id="comparison"') : page.index('id="run-1"')]
    assert "losses.tone" in comparison
    assert re.search(r'class="number best" data-label="no_tone">0.0500', comparison)
    assert "0.0100" not in comparison  # on another number of pictures
    apart = render_report([read_run(runs[0]), read_run(runs[2])])
    assert "Not compared" in apart
    assert "--cases" in apart


def test_what_is_no_run_is_refused(make_run, tmp_path):
    with pytest.raises(RunError, match="not a run folder"):
        read_run(tmp_path)
    path = make_run("one")
    with pytest.raises(RunError, match="is given twice"):
        check_different([path, path / ".." / "one"])


@pytest.fixture
def address(make_run, gallery, tmp_path):
    runs = [make_run("full", state="killed"), make_run("no_tone", tone=0)]
    reports = [read_run(path, lambda run, recipe: gallery) for path in runs]
    (tmp_path / "report.html").write_text(render_report(reports))
    return (tmp_path / "report.html").as_uri()


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_page_fits_the_screen(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("heading", name="Model card").is_visible()
    for image in page.locator("img").all():
        assert image.get_attribute("alt")
    assert page.evaluate("[...document.images].every(image => image.naturalWidth)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_lines_stand_out(open_page, contrast, scheme):
    page = open_page(color_scheme=scheme)
    for pair in ("text panel", "soft panel", "soft ground", "accent panel", "text note"):
        assert contrast(page, *pair.split()) >= 4.5  # WCAG 2.1, AA
    for index in range(6):
        assert contrast(page, f"colour-{index}", "panel") >= 3  # of graphics


def test_links_lead_to_their_parts_and_the_page_prints(open_page):
    page = open_page()
    for link in page.locator("nav a").all():
        assert page.locator(link.get_attribute("href")).count() == 1
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(format="A4").startswith(b"%PDF")
