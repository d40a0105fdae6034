from dataclasses import replace

import numpy as np

from ct2xkeras.models import PRESETS, Discriminator
from ct2xkeras.models.adversarial_model import _of_pictures

SMALL = replace(PRESETS["tiny"], image_size=64)


def test_a_logit_sees_24_pixels_after_three_halvings(rng):
    discriminator = Discriminator(SMALL)
    pictures = rng.normal(size=(1, 64, 64, 1)).astype("float32")
    before = np.asarray(discriminator(pictures))
    assert before.shape == (1, 8, 8)
    row, column = 3, 5
    seen = np.zeros((64, 64), bool)
    seen[8 * row - 8 : 8 * row + 16, 8 * column - 8 : 8 * column + 16] = True
    for outside in (True, False):
        changed = np.where((seen != outside)[None, ..., None], pictures + 1, pictures)
        moved = np.abs(discriminator(changed) - before)[0, row, column]
        assert (moved < 1e-6) == outside


def test_whole_pictures_have_one_logit_that_sees_all(rng):
    discriminator = Discriminator(replace(SMALL, patch_halvings=0, deviation_group=1))
    pictures = rng.normal(size=(2, 64, 64, 1)).astype("float32")
    before = np.asarray(discriminator(pictures))
    assert before.shape == (2,)
    for corner in ((0, 0), (63, 63)):
        changed = pictures.copy()
        changed[(0, *corner)] += 1
        moved = np.abs(discriminator(changed) - before)
        assert moved[0] > 1e-6 > moved[1]


def test_patches_count_as_so_many_pictures():
    """The squared gradient of n patches side by side is the mean of theirs."""
    slopes = np.array([[[1.0, 2], [3, 4]]], "float32")  # of each patch's logit, in its own pixel
    gradient = slopes / np.sqrt(slopes.size)  # of what R1 sees
    np.testing.assert_allclose(_of_pictures(slopes), gradient.sum(axis=(1, 2)), rtol=1e-6)
    np.testing.assert_allclose(np.sum(gradient**2), np.mean(slopes**2))
    np.testing.assert_allclose(_of_pictures(np.array([0.5, -2], "float32")), [0.5, -2])
