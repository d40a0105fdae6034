"""Sizes of CT2X-GAN's networks in one place."""

from dataclasses import dataclass
from typing import Literal

from ct2xkeras.models.sizes import Sizes, size


@dataclass(frozen=True)
class Architecture(Sizes):
    """Every width and size of CT2X-GAN (the paper leaves them open; these are our choices).

    Args:
        image_size: side of the square pictures, in pixels.
        volume_size: (z, y, x) voxels of the CT grid that the networks see; multiples of
            four times as much as `volume_filters` halve, 8 of two.
        filters: generator channels at each resolution, coarsest first; the last one is at
            `image_size`, each one before at half of the next.
        view_filters: channels of the embedded DRR at the same resolutions.
        volume_filters: channels of the CT's feature volumes, coarsest first; they enter at the
            first resolutions of `filters`. The last one has a quarter of the volume's size, each
            one before half of the next.
        ray_samples: samples along each ray, for each feature volume.
        style_filters: channels of the style encoder's trunk, from half the picture's size down.
        discriminator_filters: channels from the picture's size down.
        patch_halvings: halvings after which the discriminator judges each place on its own: the
            look of tissue, not how the body lies, which is the CT's; 0: it judges whole pictures.
        deviation_group: pictures among which the discriminator sees variety, see
            `minibatch_deviation`; 0: all of a replica's. Of no use where patches are judged.
        style_size, pose_size: lengths of the codes.
        pose_distances: whether the pose code holds distances beside angles.
        attention: variant of the pose attention module: `ray` (attention over depth along each
            pixel's own ray), `global` (view tokens attend to voxels), `none` (mean along the ray).
        attention_heads: of `ray` and `global`.
        normalization: of the CT encoder: `group`, or `batch` (over the batches of all replicas).
        style: `decoupled` (read from pictures) or `shared` (one learned code for all; an ablation).
        curve_knots: pieces of the style's characteristic curve; 0 leaves it out.
        edge_bands: scales at which the style enhances edges; 0 leaves it out.
        noise: whether pixel noise enters the generator, with learned strengths.
        drr_discriminator: whether a second discriminator compares DRR^ with DRRs.
    """

    image_size: int = size(64, "side of the square pictures, pixels", ge=32, multiple_of=32)
    volume_size: tuple[int, int, int] = size(
        (96, 96, 96), "(z, y, x) voxels of the CT grid that the networks see"
    )
    filters: tuple[int, ...] = size((96, 56, 16), "generator channels, coarsest first")
    view_filters: tuple[int, ...] = size(
        (64, 32, 16), "channels of the embedded DRR, at the same resolutions"
    )
    volume_filters: tuple[int, ...] = size(
        (48, 16), "channels of the CT's feature volumes, coarsest first"
    )
    ray_samples: tuple[int, ...] = size((12, 8), "samples along each ray, for each feature volume")
    style_filters: tuple[int, ...] = size((32, 64), "channels of the style encoder's trunk")
    discriminator_filters: tuple[int, ...] = size(
        (16, 48, 96, 128), "discriminator channels, from the picture's size down"
    )
    patch_halvings: int = size(
        3, "halvings before the discriminator judges patches; 0: whole pictures", ge=0
    )
    deviation_group: int = size(
        0, "pictures among which variety is seen; 0: all of a replica's", ge=0
    )
    style_size: int = size(64, "length of the style code", ge=1)
    pose_size: int = size(32, "length of the pose code", ge=1)
    pose_distances: bool = size(True, "whether the pose code holds distances beside angles")
    attention: Literal["ray", "global", "none"] = size(
        "ray", "pose attention over depth along rays, over all voxels, or a mean"
    )
    attention_heads: int = size(2, "of the pose attention", ge=1)
    normalization: Literal["group", "batch"] = size("group", "of the CT encoder")
    style: Literal["decoupled", "shared"] = size(
        "decoupled", "read from pictures, or one code for all"
    )
    curve_knots: int = size(8, "pieces of the characteristic curve; 0 leaves it out", ge=0)
    edge_bands: int = size(
        3, "scales at which the style enhances edges; 0 leaves it out", ge=0, le=4
    )
    noise: bool = size(True, "whether pixel noise enters the generator")
    drr_discriminator: bool = size(False, "whether a second discriminator compares DRR^ with DRRs")

    @property
    def compared_pictures(self):
        return 0 if self.patch_halvings else self.deviation_group

    def check(self):
        finest = 2 ** (len(self.volume_filters) + 1)
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
        for name in ("style_filters", "discriminator_filters"):
            self.require(name, len(getattr(self, name)) > 1, "must be two or more numbers")
        self.require_halvings("filters", len(self.filters) - 1)
        self.require_halvings("style_filters", len(self.style_filters) + 1)
        self.require(
            "patch_halvings",
            self.patch_halvings <= len(self.discriminator_filters),
            "must be at most as many as discriminator_filters",
        )
        self.require_halvings(
            "discriminator_filters", self.patch_halvings or len(self.discriminator_filters)
        )
        self.require(
            "attention_heads",
            self.attention != "global" or self.view_filters[0] % self.attention_heads == 0,
            "must divide the first of view_filters where attention is global",
        )
        self.require(
            "volume_filters",
            len(self.volume_filters) < len(self.filters),
            "must be fewer than filters: the finest resolutions see the DRR alone",
        )
