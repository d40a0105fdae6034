"""Sizes and options of EG3D in one place."""

import math
from dataclasses import dataclass
from typing import Literal

from ct2xkeras.models.sizes import Sizes, size

COARSEST = 4  # pixels, where the backbone starts and the discriminator ends


@dataclass(frozen=True)
class EG3DArchitecture(Sizes):
    """EG3D (Chan et al. 2022) on one grey channel; the defaults are our sizes for two CPU cores.

    Widths follow StyleGAN2: `min(base / side, limit)` channels where a picture has that side.
    Options of the published method that a radiograph cannot serve are off by default: both kinds of
    camera conditioning need the radiographs' poses.
    """

    image_size: int = size(64, "side of the square pictures, pixels", ge=32, multiple_of=32)
    volume_size: tuple[int, int, int] = size((96, 96, 96), "(z, y, x) voxels of the CT grid")
    style_size: int = size(1, "the method has no style: one number without meaning", ge=1, le=1)

    latent_size: int = size(128, "numbers of a latent z", ge=1)
    code_size: int = size(128, "numbers of the mapped latent w", ge=1)
    mapping_layers: int = size(2, "of the mapping network", ge=1)
    generator_pose: bool = size(False, "whether the mapping network sees the pose (GPC)")

    plane_size: int = size(64, "side of the three planes", ge=4)
    plane_channels: int = size(12, "of each plane", ge=1)
    backbone_base: int = size(2048, "channels times side, of the backbone", ge=1)
    backbone_limit: int = size(96, "most channels of the backbone", ge=1)
    noise: bool = size(True, "whether pixel noise enters the backbone")
    decoder_width: int = size(32, "of the decoder's hidden layer", ge=1)
    features: int = size(16, "channels of the rendered picture", ge=1)

    render: Literal["alpha", "attenuation"] = size(
        "attenuation", "emission and absorption as published, or line integrals of X-rays"
    )
    neural_size: int = size(32, "side of the rendered picture, pixels", ge=4)
    coarse_samples: int = size(16, "of a ray, even", ge=4)
    fine_samples: int = size(16, "of a ray, where it matters; 0: none", ge=0)
    enlarged_from: int = size(32, "side at which super-resolution starts, pixels", ge=4)
    enlarging_filters: tuple[int, int] = size((32, 16), "of its two blocks")

    discriminator_base: int = size(1024, "channels times side, of the discriminator", ge=1)
    discriminator_limit: int = size(128, "most channels of the discriminator", ge=1)
    discriminator_pose: bool = size(
        False, "whether it sees the pose; batches then need `style_pose`, the radiographs' own"
    )
    deviation_group: int = size(
        4, "pictures among which variety is seen, see `minibatch_deviation`; 0: all", ge=0
    )

    density_weight: float = size(0.25, "of the density regularisation", ge=0)
    density_interval: int = size(4, "steps, of which it acts on one, times as many", ge=1)
    density_points: int = size(1000, "of each field that it compares with a neighbour", ge=1)
    density_distance: float = size(0.004, "to the neighbour, in sides of the box", gt=0)
    blur_sigma: float = size(1.25, "of both pictures at first, in pixels", ge=0)
    blur_images: int = size(2000, "images after which pictures are no longer blurred", ge=1)

    inversion_steps: int = size(100, "of the search for a CT's latents; 0: none", ge=0)

    @property
    def compared_pictures(self):
        return self.deviation_group

    def check(self):
        for name in ("image_size", "plane_size"):
            power = COARSEST * 2 ** round(math.log2(getattr(self, name) / COARSEST))
            self.require(name, getattr(self, name) == power, "must be a power of two")
        divides = self.image_size % self.neural_size == 0
        self.require("neural_size", divides, "must divide image_size")
        self.require(
            "enlarged_from",
            self.image_size in (2 * self.enlarged_from, 4 * self.enlarged_from),
            "must be a half or a quarter of image_size",
        )

    @property
    def num_codes(self):
        """How many times w enters the backbone: each convolution and the last output."""
        return 2 * len(self.plane_sides())

    def plane_sides(self):
        """Sides of the backbone's resolutions, coarsest first."""
        return [COARSEST * 2**level for level in range(halvings(self.plane_size) + 1)]

    def backbone_filters(self):
        """Channels at `plane_sides`."""
        return [
            widths(side, self.backbone_base, self.backbone_limit) for side in self.plane_sides()
        ]

    def discriminator_filters(self):
        """Channels from the picture's side down to the coarsest one."""
        sides = [self.image_size // 2**level for level in range(halvings(self.image_size) + 1)]
        return [widths(side, self.discriminator_base, self.discriminator_limit) for side in sides]


def halvings(side):
    """How often a side is halved until it is the coarsest."""
    return int(math.log2(side // COARSEST))


def widths(side, base, limit):
    """Channels where a picture has a side."""
    return max(1, min(base // side, limit))
