"""The page of the development server, in a real browser: upload, turn, download."""

import io
import re

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.slow

WAIT = 120_000  # ms; two busy cores may need many seconds for a first picture


@pytest.fixture(scope="module")
def address(exported, start_server):
    return start_server(exported.parent.parent).rest + "/"


@pytest.fixture
def page(browser, address):
    """The page with its first pictures; at the end it has asked for nothing elsewhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    troubles = []
    context.on("weberror", lambda error: troubles.append(str(error.error)))
    context.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((address, "data:", "blob:"))
            else troubles.append(request.url)
        ),
    )
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.goto(address)
    shown(page, 0, 0)
    yield page
    context.close()
    assert not troubles


@pytest.fixture(scope="module")
def ct_file(save_phantom, tmp_path_factory):
    return save_phantom(tmp_path_factory.mktemp("ct") / "my patient.nii.gz")


def shown(page, primary, secondary):
    page.wait_for_selector(f"#xray[data-view='{primary}/{secondary}']")


def sources(page):
    return [page.locator(f"#{name}").get_attribute("src") for name in ("drr", "xray")]


def kept(page, kind, form):
    with page.expect_download() as download:
        page.locator(f"[data-kind={kind}][data-format={form}]").click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_upload_turn_and_keep(page, ct_file):
    pydicom = pytest.importorskip("pydicom")
    phantom = sources(page)
    page.locator("#ct-file").set_input_files(ct_file)
    page.get_by_text("my_patient, 24 x 40 x 40 voxels").wait_for()
    page.wait_for_function("old => document.querySelector('#drr').src !== old", arg=phantom[0])
    straight = sources(page)
    page.get_by_label("Round the patient").fill("90")
    shown(page, 90, 0)
    page.get_by_label("Towards head or feet").fill("-20")
    shown(page, 90, -20)
    assert not set(sources(page)) & set(straight)
    assert page.locator("#primary-text").inner_text() == "LAO 90°"
    assert page.locator("#secondary-text").inner_text() == "caudal 20°"

    name, png = kept(page, "xray", "png")
    assert name == "my_patient_lao90_cau20_xray.png"
    pixels = np.asarray(Image.open(io.BytesIO(png)))
    assert (pixels.shape, pixels.max() > 255) == ((32, 32), True)
    name, content = kept(page, "xray", "dicom")
    assert name == "my_patient_lao90_cau20_xray.dcm"
    dataset = pydicom.dcmread(io.BytesIO(content))
    np.testing.assert_array_equal(dataset.pixel_array, pixels)
    angles = (dataset.PositionerPrimaryAngle, dataset.PositionerSecondaryAngle)
    assert angles == (90, -20)


def test_styles_change_the_xray_and_not_the_drr(page, tmp_path, rng):
    drr, xray = sources(page)
    page.get_by_label("Style", exact=True).select_option("film")
    page.wait_for_function("old => document.querySelector('#xray').src !== old", arg=xray)
    assert sources(page)[0] == drr
    film = sources(page)[1]
    picture = rng.integers(0, 255, (8, 8)).astype(np.uint8)
    Image.fromarray(picture).resize((80, 80)).save(tmp_path / "mine.png")
    page.locator("#style-file").set_input_files(tmp_path / "mine.png")
    page.evaluate("document.querySelector('#style').value = 'own'")
    page.locator("#style-file").dispatch_event("change")
    page.wait_for_function("old => document.querySelector('#xray').src !== old", arg=film)


def test_a_file_that_is_no_ct_is_explained_and_what_was_there_stays(page, tmp_path):
    before = sources(page)
    (tmp_path / "broken.nii").write_bytes(b"no CT")
    page.locator("#ct-file").set_input_files(tmp_path / "broken.nii")
    message = page.locator("#status.wrong")
    message.get_by_text(re.compile(r"broken\.nii: expected")).or_(message).first.wait_for()
    assert message.inner_text().startswith("broken.nii: expected")
    assert "/tmp" not in message.inner_text()
    assert sources(page) == before


def test_a_dropped_file_is_taken(page, ct_file):
    content = list(ct_file.read_bytes())
    page.evaluate(
        """content => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(content)], "dropped.nii.gz"));
            const event = new DragEvent("drop", {dataTransfer: transfer, bubbles: true});
            document.querySelector("#drop").dispatchEvent(event);
        }""",
        content,
    )
    page.get_by_text("dropped, 24 x 40 x 40 voxels").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_can_be_read(page, contrast, scheme):
    page.emulate_media(color_scheme=scheme)
    for width, height in ((390, 844), (360, 640), (844, 390), (1280, 860)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for control in page.locator("button:visible, select:visible, input[type=range]").all():
            assert control.bounding_box()["height"] >= 44
    for color in ("text", "soft", "wrong"):
        assert contrast(page, color, "ground") >= 4.5  # WCAG 2.1, AA
