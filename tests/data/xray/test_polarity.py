import numpy as np
import pytest
from data_samples import chest_picture

from ct2xkeras.data.xray.polarity import polarity
from ct2xkeras.data.xray.radiographs import read_radiograph


@pytest.mark.parametrize("shape", [(80, 96), (300, 200), (33, 33)])
def test_the_guess_flips_with_the_greys(shape):
    pixels = chest_picture(shape)
    bright, dark = polarity(pixels), polarity(1 - pixels)
    assert bright.bones_bright
    assert not dark.bones_bright
    assert bright.confidence == pytest.approx(dark.confidence, abs=1e-6)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_bars_and_exposure_do_not_change_the_guess(value):
    pixels = chest_picture()
    barred = np.pad(0.4 * pixels + 0.1, 40, constant_values=value)
    assert polarity(barred).confidence == pytest.approx(polarity(pixels).confidence, abs=1e-6)


def test_of_a_picture_that_tells_nothing_the_guess_has_no_confidence():
    assert polarity(np.full((64, 64), 0.5)) == (True, 0.5)
    noise = np.random.default_rng(0).random((512, 512))
    assert polarity(noise).confidence < 0.6


def test_real_radiographs_are_guessed_right_and_so_are_their_inverses(real_data):
    for folder in sorted((real_data / "xray").iterdir()):
        paths = sorted(p for p in folder.iterdir() if p.suffix in (".png", ".jpg"))[::8]
        pictures = [read_radiograph(path).pixels for path in paths]
        assert all(polarity(pixels).bones_bright for pixels in pictures)
        assert not any(polarity(1 - pixels).bones_bright for pixels in pictures)
