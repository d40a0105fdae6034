"""Sizes of the networks in one place."""

from dataclasses import dataclass

from ct2xkeras.models.sizes import Sizes

CHOICES = {
    "attention": ("ray", "global", "none"),
    "normalization": ("group", "batch"),
    "style": ("decoupled", "shared"),
}


@dataclass(frozen=True)
class Architecture(Sizes):
    """Every width and size of CT2X-GAN (the paper leaves them open; these are our choices).

    Args:
        image_size: side of the square pictures, in pixels.
        volume_size: (z, y, x) voxels of the CT grid that the networks see; multiples of 8.
        filters: generator channels at each resolution, coarsest first; the last one is at
            `image_size`, each one before at half of the next.
        view_filters: channels of the embedded DRR at the same resolutions.
        volume_filters: channels of the CT's feature volumes, coarsest first; they enter at the
            first resolutions of `filters`. The last one has a quarter of the volume's size, each
            one before half of the next.
        ray_samples: samples along each ray, for each feature volume.
        style_filters: channels of the style encoder's trunk, from half the picture's size down.
        discriminator_filters: channels from the picture's size down.
        deviation_group: pictures among which the discriminator sees variety, see
            `minibatch_deviation`; 0: all of a replica's.
        style_size, pose_size: lengths of the codes.
        pose_distances: whether the pose code holds distances beside angles.
        attention: variant of the pose attention module: `ray` (attention over depth along each
            pixel's own ray), `global` (view tokens attend to voxels), `none` (mean along the ray).
        attention_heads: of `ray` and `global`.
        normalization: of the CT encoder: `group`, or `batch` (over the batches of all replicas).
        style: `decoupled` (read from pictures) or `shared` (one learned code for all; an ablation).
        curve_knots: pieces of the style's characteristic curve; 0 leaves it out.
        noise: whether pixel noise enters the generator, with learned strengths.
        drr_discriminator: whether a second discriminator compares DRR^ with DRRs.
    """

    image_size: int = 64
    volume_size: tuple[int, int, int] = (96, 96, 96)
    filters: tuple[int, ...] = (96, 56, 16)
    view_filters: tuple[int, ...] = (64, 32, 16)
    volume_filters: tuple[int, ...] = (48, 16)
    ray_samples: tuple[int, ...] = (12, 8)
    style_filters: tuple[int, ...] = (32, 64)
    discriminator_filters: tuple[int, ...] = (16, 48, 96, 128)
    deviation_group: int = 0
    style_size: int = 64
    pose_size: int = 32
    pose_distances: bool = True
    attention: str = "ray"
    attention_heads: int = 2
    normalization: str = "group"
    style: str = "decoupled"
    curve_knots: int = 8
    noise: bool = True
    drr_discriminator: bool = False

    def check(self):
        for name, choices in CHOICES.items():
            self.require(name, getattr(self, name) in choices, f"must be one of {', '.join(choices)}")
        finest = 2 ** (len(self.volume_filters) + 1)
        self.require("image_size", self.image_size % 32 == 0, "must be a multiple of 32")
        self.require("volume_size", len(self.volume_size) == 3, "must be (z, y, x)")
        self.require(
            "volume_size",
            all(side % finest == 0 for side in self.volume_size),
            f"each side must be a multiple of {finest}",
        )
        self.require(
            "view_filters", len(self.view_filters) == len(self.filters), "one for each of filters"
        )
        self.require(
            "ray_samples",
            len(self.ray_samples) == len(self.volume_filters),
            "one for each of volume_filters",
        )
        self.require(
            "volume_filters",
            len(self.volume_filters) < len(self.filters),
            "must be fewer than filters: the finest resolutions see the DRR alone",
        )
