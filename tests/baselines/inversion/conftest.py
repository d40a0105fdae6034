from types import SimpleNamespace

import numpy as np
import pytest
from keras import ops

from ct2xkeras.baselines.generative import GenerativeSynthesizer
from ct2xkeras.projection import line_integrals_to_image, view_rays

SIDE, SHAPE, SPACING = 32, (20, 20, 20), 12.0  # pixels, voxels, mm
HOMES = np.array([[-40, 0, 40], [40, 0, 40], [-40, 0, -40], [40, 0, -40]], "float32")
AMOUNTS = np.array([1.0, 0.8, 0.6, 0.9], "float32")
WIDTH, SPREAD = 18.0, 20.0  # mm


class Blobs(GenerativeSynthesizer):
    """A generator of four Gaussian blobs: its latents are their places in mm, its only weight is
    their width. A Gaussian's line integral is known, so that no sampling blurs the pictures.
    """

    latent_size = 12

    @staticmethod
    def resolve(value):
        return SimpleNamespace(
            image_size=SIDE, volume_size=SHAPE, style_size=1, inversion_steps=value
        )

    def build_networks(self):
        self.width = self.add_weight(name="width", shape=(), initializer="zeros")
        self.width.assign(WIDTH)

    def mean_latents(self):
        return ops.reshape(HOMES, (1, 12))

    def latents_of(self, z):
        return self.mean_latents() + SPREAD * z

    def code_of(self, latents):
        return [latents]

    def draw(self, code, volume, spacing, poses, style, volume_index, seeds, drr, coverage):
        places = ops.reshape(ops.take(code[0], volume_index, axis=0), (-1, 1, 1, 4, 3))
        source, rays = view_rays(ops.convert_to_tensor(poses), (SIDE, SIDE))
        between = places - source[:, None, None, None]
        along = ops.sum(between * rays[..., None, :], axis=-1)
        across = ops.sum(ops.square(between), axis=-1) - ops.square(along)
        shadows = ops.exp(-across / (2 * ops.square(self.width)))
        return line_integrals_to_image(ops.sum(3 * AMOUNTS * shadows, axis=-1, keepdims=True))


@pytest.fixture(scope="session")
def blobs():
    """A built generator of blobs."""

    def make(steps):
        networks = Blobs(steps)
        networks.build()
        return networks

    return make


@pytest.fixture(scope="session")
def ct_of():
    """CTs (n, z, y, x, 1) in HU, and spacing (n, 3), of blobs at places (n, 4, 3) in mm."""

    def make(places, width=WIDTH):
        steps = [(np.arange(count) - (count - 1) / 2) * SPACING for count in SHAPE]
        points = np.stack(np.meshgrid(*steps, indexing="ij")[::-1], axis=-1)
        between = points[None, ..., None, :] - np.asarray(places)[:, None, None, None]
        densities = AMOUNTS * np.exp(-np.sum(between**2, axis=-1) / (2 * width**2))
        volume = 2500 * np.sum(densities, axis=-1, keepdims=True) - 1000
        return volume.astype("float32"), np.full((len(places), 3), SPACING, "float32")

    return make


@pytest.fixture(scope="session")
def places():
    """Where the blobs of three patients are, (3, 4, 3) in mm."""
    return HOMES + SPREAD * np.random.default_rng(3).normal(size=(3, 4, 3)).clip(-2, 2)
