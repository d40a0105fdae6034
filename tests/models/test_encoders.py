import numpy as np

from ct2xkeras.models import PRESETS, CTEncoder, Generator, StyleEncoder
from ct2xkeras.models.ct_encoder import patches, tissue_channels

TINY = PRESETS["tiny"]


def test_tissue_channels_separate_soft_tissues():
    air, fat, muscle = np.asarray(tissue_channels(np.array([[-1000], [-100], [50]])))
    np.testing.assert_allclose(air, [-1, -1])
    assert muscle[1] - fat[1] > 0.4


def test_a_patch_holds_its_own_block(rng):
    volume = rng.normal(size=(1, 8, 8, 12, 1)).astype("float32")
    block = np.asarray(patches(volume))[0, 1, 0, 2]
    np.testing.assert_array_equal(block, volume[0, 4:8, 0:4, 8:12].ravel())


def test_the_pyramid_is_coarse_first_and_halves(rng):
    volume = rng.integers(-1000, 1000, (2, 16, 16, 16, 1))
    shapes = [code.shape for code in CTEncoder(TINY)(volume)]
    assert shapes == [(2, 2, 2, 2, 8), (2, 4, 4, 4, 8)]


def test_content_codes_have_no_tone(rng):
    encoder = StyleEncoder(TINY)
    image = rng.uniform(-1, 1, (1, 32, 32, 1)).astype("float32")
    _, content = encoder(image)
    np.testing.assert_allclose(np.mean(content, axis=(1, 2)), 0, atol=1e-4)
    np.testing.assert_allclose(np.std(content, axis=(1, 2)), 1, atol=0.05)


def test_styles_of_different_tones_differ(rng):
    encoder = StyleEncoder(TINY)
    image = rng.uniform(-0.5, 0.5, (1, 32, 32, 1)).astype("float32")
    dark, bright = encoder(image - 0.4)[0], encoder(image + 0.4)[0]
    assert np.abs(dark - bright).max() > 1e-2


def test_the_generator_starts_as_the_drr(rng):
    generator = Generator(TINY)
    contents = [
        rng.normal(size=(1, side, side, width)).astype("float32")
        for side, width in zip((8, 16, 32), TINY.view_filters, strict=True)
    ]
    drr = rng.uniform(-1, 1, (1, 32, 32, 1)).astype("float32")
    style = rng.normal(size=(1, TINY.style_size)).astype("float32")
    assert np.abs(generator(contents, drr, style) - drr).mean() < 0.1
