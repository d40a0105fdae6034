"""Sizes and loss weights of the translation from DRR to X-ray in one place."""

from dataclasses import dataclass
from typing import Literal

from ct2xkeras.models.sizes import Sizes, size

MIDDLES = 2  # blocks whose results are contrasted, at least: the first and the middle one


@dataclass(frozen=True)
class TranslationArchitecture(Sizes):
    """Contrastive unpaired translation (CUT, Park et al. 2020) of DRRs to X-rays.

    Args:
        image_size: side of the square pictures, in pixels.
        volume_size: (z, y, x) voxels of the CT grid that is projected.
        style_size: 1: a DRR has one translation, no style is read.
        filters: translator channels at each resolution, finest first; each one is at half the
            resolution of the one before.
        blocks: residual blocks at the coarsest resolution.
        output: `tanh` of what the network says (published), or the DRR plus a `residual` (ours).
        skips: whether features pass beside the coarser resolutions (ours).
        discriminator_filters: channels of the patch discriminator; all but the last halve.
        discriminator_normalization: `instance` (published) or `none` (for use with R1).
        patches: places of each picture that are contrasted with each other.
        patch_size: length of a place's projected features.
        temperature: of the contrast.
        contrast: weight of the contrast between a DRR and its X-ray.
        identity_contrast: the same between a radiograph and its translation.
        structure: weight of the edges' term, as CT2X-GAN has it (ours).
    """

    image_size: int = size(64, "side of the square pictures, pixels", ge=32, multiple_of=32)
    volume_size: tuple[int, int, int] = size(
        (96, 96, 96), "(z, y, x) voxels of the CT grid that is projected"
    )
    style_size: int = size(1, "1: a DRR has one translation", ge=1, le=1)
    filters: tuple[int, ...] = size((16, 48, 96), "translator channels, finest first")
    blocks: int = size(4, "residual blocks at the coarsest resolution", ge=MIDDLES)
    output: Literal["residual", "tanh"] = size("residual", "the DRR plus a residual, or tanh")
    skips: bool = size(True, "whether features pass beside the coarser resolutions")
    discriminator_filters: tuple[int, ...] = size(
        (32, 64, 128), "patch discriminator channels, finest first; all but the last halve"
    )
    discriminator_normalization: Literal["instance", "none"] = size(
        "none", "of the patch discriminator"
    )
    patches: int = size(128, "contrasted places of each picture", ge=2)
    patch_size: int = size(64, "length of a place's projected features", ge=1)
    temperature: float = size(0.07, "of the contrast", gt=0)
    contrast: float = size(1.0, "weight of the contrast of DRR and X-ray", ge=0)
    identity_contrast: float = size(1.0, "weight of the contrast of radiographs", ge=0)
    structure: float = size(0.0, "weight of the edges' term", ge=0)

    def check(self):
        self.require_halvings("filters", len(self.filters) - 1)
        self.require_halvings("discriminator_filters", len(self.discriminator_filters) - 1)
