"""Sizes of the translation under a name; only `cut256` is the paper's."""

from ct2xkeras.baselines.drr2xray.architecture import TranslationArchitecture
from ct2xkeras.models.presets import resolve_architecture

PRESETS = {
    "tiny": TranslationArchitecture(
        image_size=32,
        volume_size=(16, 16, 16),
        filters=(8, 12, 16),
        blocks=2,
        discriminator_filters=(8, 16),
        patches=32,
        patch_size=16,
    ),
    # Trains on two CPU cores; its sizes are the defaults of `TranslationArchitecture`.
    "small64": TranslationArchitecture(),
    # small64 and one finer, narrow resolution.
    "small128": TranslationArchitecture(
        image_size=128,
        filters=(12, 16, 48, 96),
        discriminator_filters=(16, 32, 64, 128),
    ),
    "base128": TranslationArchitecture(
        image_size=128,
        volume_size=(128, 128, 128),
        filters=(48, 96, 192),
        blocks=6,
        discriminator_filters=(48, 96, 192, 384),
        patches=256,
        patch_size=128,
    ),
    # Park et al. 2020, section 4 and appendix: its generator, discriminator and loss weights. The
    # rest of its configuration is of the recipe: least squares, no R1, Adam(2e-4, 0.5, 0.999).
    "cut256": TranslationArchitecture(
        image_size=256,
        volume_size=(128, 128, 128),
        filters=(64, 128, 256),
        blocks=9,
        output="tanh",
        skips=False,
        discriminator_filters=(64, 128, 256, 512),
        discriminator_normalization="instance",
        patches=256,
        patch_size=256,
    ),
}


def resolve(value):
    """A `TranslationArchitecture` from itself, a dictionary of its fields, or a preset's name."""
    return resolve_architecture(value, TranslationArchitecture, PRESETS)
