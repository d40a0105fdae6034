import numpy as np
import pytest
from data_samples import chest_picture

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.resampling import resample_image
from ct2xkeras.data.xray.borders import border_box, letterbox_box
from ct2xkeras.data.xray.preparation import (
    apply_window,
    crop_box,
    prepare_radiograph,
)
from ct2xkeras.data.xray.radiographs import Radiograph

WHOLE = (slice(0, 120), slice(0, 140))


def radiograph(pixels, **fields) -> Radiograph:
    return Radiograph(np.asarray(pixels, np.float32), "x", **fields)


def bars(top, bottom, left, right, value):
    """A chest of 120 x 140 in bars of one grey."""
    picture = chest_picture((120, 140))
    return np.pad(picture, ((top, bottom), (left, right)), constant_values=value)


@pytest.mark.parametrize("value", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("widths", [(0, 0, 90, 110), (70, 0, 0, 0), (9, 8, 7, 6), (0, 0, 0, 0)])
def test_a_letterbox_is_found_to_the_pixel_however_wide(value, widths):
    top, _, left, _ = widths
    box = letterbox_box(bars(*widths, value))
    assert box == (slice(top, top + 120), slice(left, left + 140))


def test_bars_of_two_greys_around_each_other_are_letterbox():
    pixels = np.pad(bars(10, 10, 0, 0, 1.0), ((0, 0), (30, 30)))
    assert letterbox_box(pixels) == (slice(10, 130), slice(30, 170))


def test_a_flat_picture_has_no_letterbox():
    assert letterbox_box(np.full((120, 140), 0.3)) == WHOLE


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


@pytest.mark.parametrize(("times", "step"), [(8, 2), (13, 3)])
def test_the_border_of_a_large_picture_is_that_of_a_small_one(times, step):
    pixels = framed(0.0)
    large = np.kron(pixels, np.ones((times, times)))
    for found, small in zip(border_box(large), border_box(pixels), strict=True):
        assert 0 <= found.start - times * small.start < step
        assert 0 <= times * small.stop - found.stop < step


def test_a_large_picture_without_border_keeps_its_last_lines():
    pixels = np.random.default_rng(0).uniform(0.3, 0.6, (1400, 1401))
    assert border_box(pixels) == (slice(0, 1400), slice(0, 1401))


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


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_bars_change_nothing_in_the_prepared_picture(value):
    plain, barred = (
        prepare_radiograph(radiograph(bars(*widths, value)), (48, 48))
        for widths in ((0, 0, 0, 0), (20, 10, 60, 90))
    )
    np.testing.assert_array_equal(plain, barred)


def test_turning_greys_over_turns_the_window_over():
    pixels = chest_picture()
    np.testing.assert_allclose(apply_window(1 - pixels), -apply_window(pixels), atol=1e-5)


def test_resizing_keeps_the_mean():
    pixels = chest_picture((120, 140))
    for size in ((40, 70), (17, 23)):
        assert resample_image(pixels, size).mean() == pytest.approx(pixels.mean(), abs=2e-3)


def test_the_crop_of_pixels_that_are_not_square_has_the_models_proportions_in_mm():
    rows, columns = crop_box((1000, 1000), (64, 32), 0.4, aspect=2.0)
    assert (rows.stop - rows.start) * 2.0 == pytest.approx(2 * (columns.stop - columns.start))
    assert columns == slice(300, 700)
    assert crop_box((100, 60), (32, 32), aspect=0.5) == (slice(0, 100), slice(5, 55))


@pytest.mark.parametrize("spacing", [(0.4, 0.2), (0.1, 0.2)])
def test_shapes_are_kept_where_pixels_are_not_square(spacing):
    """The same picture, stored with pixels twice or half as high as wide."""
    square = chest_picture((240, 240)).astype(np.float32)
    stored = resample_image(square, (round(240 * spacing[1] / spacing[0]), 240))
    expected = prepare_radiograph(radiograph(square), (48, 48), crop=0.7)
    known = radiograph(stored, pixel_spacing=spacing)
    kept = prepare_radiograph(known, (48, 48), crop=0.7)
    squashed = prepare_radiograph(radiograph(stored), (48, 48), crop=0.7)
    assert np.abs(kept - expected).mean() < 0.05 < np.abs(squashed - expected).mean()


def test_square_pixels_of_whatever_size_are_prepared_alike():
    pixels = chest_picture((120, 140))
    known = prepare_radiograph(radiograph(pixels, pixel_spacing=(0.143, 0.143)), (48, 48), 0.7)
    np.testing.assert_array_equal(known, prepare_radiograph(radiograph(pixels), (48, 48), 0.7))
