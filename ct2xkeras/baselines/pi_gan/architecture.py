"""Sizes and options of pi-GAN in one place."""

from dataclasses import dataclass
from typing import Literal

from ct2xkeras.models.sizes import Sizes, size


@dataclass(frozen=True)
class PiGANArchitecture(Sizes):
    """pi-GAN (Chan et al. 2021) on one grey channel; the defaults are our sizes for two CPU cores.

    Training starts with small pictures and goes on with larger ones: `stages` are their sides,
    `stage_images` the images with which each begins. Progress that was published in steps is
    counted in images here.
    """

    image_size: int = size(64, "side of the square pictures, pixels", ge=32, multiple_of=32)
    volume_size: tuple[int, int, int] = size((96, 96, 96), "(z, y, x) voxels of the CT grid")
    style_size: int = size(1, "the method has no style: one number without meaning", ge=1, le=1)

    latent_size: int = size(64, "numbers of a latent z", ge=1)
    mapping_width: int = size(64, "of the mapping network", ge=1)
    mapping_layers: int = size(3, "of the mapping network, before its last one", ge=1)
    hidden: int = size(48, "width of the sine layers", ge=1)
    layers: int = size(4, "sine layers of the trunk", ge=1)

    render: Literal["alpha", "attenuation"] = size(
        "attenuation", "emission and absorption as published, or line integrals of X-rays"
    )
    coarse_samples: int = size(12, "of a ray, evenly spread", ge=3)
    fine_samples: int = size(4, "of a ray, where it matters; 0: none", ge=0)
    density_noise: float = size(0.0, "standard deviation added to the raw density at first", ge=0)
    noise_images: int = size(5000, "images after which this noise is gone", ge=1)

    discriminator_filters: tuple[int, ...] = size(
        (16, 32, 64, 96, 128), "channels from the picture's side down, halved each time"
    )
    stages: tuple[int, ...] = size((32, 64), "sides of the pictures that are trained on")
    stage_images: tuple[int, ...] = size(
        (1, 10_000), "image with which each stage begins; 1 for the first"
    )
    fade_images: int = size(2000, "images over which a stage's new layers come in", ge=1)

    pose_weight: float = size(1.0, "of the loss of the pose that the discriminator reads", ge=0)
    top_k_share: float = size(
        0.75, "of the pictures that the generator learns from, at last; 1: all", gt=0, le=1
    )
    top_k_images: int = size(500, "images in which this share falls by a hundredth", ge=1)
    inversion_steps: int = size(100, "of the search for a CT's latents; 0: none", ge=0)

    def check(self):
        sides = self.discriminator_sides()
        self.require(
            "discriminator_filters",
            len(sides) > 1 and sides[-1] * 2 ** (len(sides) - 1) == self.image_size,
            f"image_size {self.image_size} cannot be halved so often",
        )
        self.require(
            "stages",
            set(self.stages) <= set(sides[:-1]) and sorted(set(self.stages)) == [*self.stages],
            f"must rise, each one of {', '.join(map(str, sides[:-1]))}",
        )
        self.require("stages", self.stages[-1] == self.image_size, "must end with image_size")
        begins = self.stage_images
        self.require("stage_images", len(begins) == len(self.stages), "one for each of stages")
        self.require(
            "stage_images",
            begins[0] == 1 and sorted(set(begins)) == [*begins],
            "must rise from 1",
        )

    @property
    def sine_layers(self):
        """Layers that a latent modulates: the trunk, and that of colour where there is one."""
        return self.layers + (self.render == "alpha")

    def discriminator_sides(self):
        """Sides of the pictures and features where `discriminator_filters` are."""
        return [self.image_size // 2**level for level in range(len(self.discriminator_filters))]

    def stage_at(self, images_seen):
        """Index of the stage after so many images."""
        return sum(images_seen + 1 >= begin for begin in self.stage_images) - 1
