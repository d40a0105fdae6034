import numpy as np
import pytest
from data_samples import chest_picture, save_picture
from PIL import Image

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.preparation import apply_window, border_box, crop_box, prepare_radiograph
from ct2xkeras.data.radiographs import Radiograph, read_radiograph


def test_every_pixel_type_reads_the_same_picture(tmp_path):
    pixels = chest_picture()
    grey = np.rint(pixels * 255).astype(np.uint8)
    Image.fromarray(grey).save(tmp_path / "grey.png")
    Image.fromarray(np.stack([grey] * 3, -1)).save(tmp_path / "colour.png")
    Image.fromarray(np.rint(pixels * 65535).astype(np.uint16)).save(tmp_path / "deep.png")
    Image.fromarray(grey).save(tmp_path / "lossy.jpg", quality=95)
    for name, tolerance in (("grey", 1), ("colour", 1), ("deep", 1), ("lossy", 8)):
        path = next(tmp_path.glob(f"{name}.*"))
        found = read_radiograph(path)
        assert found.pixels.dtype == np.float32
        assert found.name == name
        assert np.abs(found.pixels - pixels).max() <= tolerance / 255


def test_inverted_files_come_out_with_bones_bright(tmp_path):
    path = save_picture(tmp_path / "x.png", 1 - chest_picture())
    radiograph = read_radiograph(path, inverted=True)
    assert radiograph.inverted
    assert np.abs(radiograph.pixels - chest_picture()).max() < 0.01


def missing(path):
    return path


def text(path):
    path.write_text("no picture")


def truncated(path):
    save_picture(path, chest_picture())
    path.write_bytes(path.read_bytes()[:1500])


def one_pixel(path):
    save_picture(path, np.full((1, 1), 0.5))


def constant(path):
    save_picture(path, np.full((64, 64), 0.5))


BAD = {
    missing: "no such file",
    text: "cannot be decoded",
    truncated: "cannot be decoded",
    one_pixel: "1 x 1 pixels",
    constant: "holds no picture",
}


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
def test_a_bad_file_ends_in_one_line_that_names_it(tmp_path, make):
    path = tmp_path / "bad.png"
    make(path)
    with pytest.raises(DataError) as caught:
        read_radiograph(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: expected ")
    assert "\n" not in message
    assert BAD[make] in message


def framed(value, tilt=0):
    """A picture of 160 x 200 whose middle 120 x 140 is the radiograph; the frame may lean."""
    frame = np.full((160, 200), value)
    frame[20:140, 30:170] = chest_picture((120, 140))
    for row in range(tilt):
        frame[20 + row, 30 : 170 - (tilt - row) * 140 // tilt] = value
    return frame


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_border_is_cut_and_the_picture_kept(value):
    rows, columns = border_box(framed(value))
    assert 20 <= rows.start <= 26
    assert 134 <= rows.stop <= 140
    assert 30 <= columns.start <= 38
    assert 162 <= columns.stop <= 170


def test_of_a_leaning_border_at_most_a_fifth_of_a_line_is_left():
    pixels = framed(0.0, tilt=16)
    inner = pixels[border_box(pixels)]
    assert (inner < 0.01).mean(1).max() <= 0.2


def test_a_picture_without_border_loses_little():
    rows, columns = border_box(chest_picture((200, 200)))
    assert (rows.stop - rows.start) * (columns.stop - columns.start) > 0.8 * 200**2


def test_at_least_half_of_each_side_is_left():
    rng = np.random.default_rng(0)
    for _ in range(20):
        pixels = np.where(rng.random((60, 80)) < 0.5, 0.0, rng.random((60, 80)))
        rows, columns = border_box(pixels)
        assert rows.stop - rows.start >= 30
        assert columns.stop - columns.start >= 40


def test_the_window_puts_its_percentiles_at_the_ends():
    windowed = apply_window(np.linspace(0.2, 0.6, 1001), (1, 99))
    assert windowed.min() == -1
    assert windowed.max() == 1
    assert (windowed == -1).mean() == pytest.approx(0.01, abs=0.002)


def test_the_crop_is_central_and_of_the_models_proportions():
    assert crop_box((100, 60), (32, 32), 0.5) == (slice(35, 65), slice(15, 45))
    assert crop_box((100, 60), (64, 32)) == (slice(0, 100), slice(5, 55))


def test_a_brighter_exposure_gives_the_same_prepared_picture():
    pixels = chest_picture((120, 120)).astype(np.float32)
    first, second = (
        prepare_radiograph(Radiograph(p, "x"), (48, 48), crop=0.7) for p in (pixels, pixels * 0.3)
    )
    assert first.shape == (48, 48)
    np.testing.assert_allclose(first, second, atol=1e-4)


def test_a_picture_that_is_flat_inside_its_border_is_refused_by_name():
    with pytest.raises(DataError, match=r"^flat: expected a radiograph"):
        prepare_radiograph(Radiograph(np.full((64, 64), 0.5, np.float32), "flat"), (32, 32))
