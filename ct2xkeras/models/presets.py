"""Sizes of networks under a name, from the smallest to the largest.

The paper leaves widths open: all of these are our choices. `ct2xkeras info model` prints the
parameters, floating-point operations and memory of each.
"""

import difflib

from ct2xkeras.models.architecture import Architecture

PRESETS = {
    # For tests: everything is there and nothing takes time.
    "tiny": Architecture(
        image_size=32,
        volume_size=(16, 16, 16),
        filters=(16, 12, 8),
        view_filters=(8, 8, 4),
        volume_filters=(8, 8),
        ray_samples=(4, 4),
        style_filters=(8, 12),
        discriminator_filters=(8, 12, 16),
        style_size=8,
        pose_size=8,
    ),
    # Trains on two CPU cores; its sizes are the defaults of `Architecture`.
    "small64": Architecture(),
    # Trains on two CPU cores overnight: small64 and one finer, narrow resolution.
    "small128": Architecture(
        image_size=128,
        filters=(96, 56, 16, 12),
        view_filters=(64, 32, 16, 8),
        style_filters=(16, 32, 64),
        discriminator_filters=(12, 24, 48, 96, 128),
    ),
    # For many CPU cores or a small GPU.
    "base128": Architecture(
        image_size=128,
        volume_size=(128, 128, 128),
        filters=(128, 96, 64, 32),
        view_filters=(64, 48, 32, 16),
        volume_filters=(48, 16),
        ray_samples=(12, 8),
        style_filters=(32, 64, 96),
        discriminator_filters=(24, 48, 96, 128, 128),
        style_size=64,
        pose_size=32,
    ),
    # The picture size of the paper.
    "paper256": Architecture(
        image_size=256,
        volume_size=(128, 128, 128),
        filters=(256, 192, 128, 64, 32),
        view_filters=(96, 64, 48, 32, 16),
        volume_filters=(96, 64, 32),
        ray_samples=(16, 24, 32),
        style_filters=(32, 64, 96, 128),
        discriminator_filters=(32, 64, 128, 256, 256, 256),
        style_size=128,
        pose_size=64,
    ),
    # For large GPUs.
    "large512": Architecture(
        image_size=512,
        volume_size=(192, 192, 192),
        filters=(384, 320, 256, 128, 64, 32),
        view_filters=(128, 96, 64, 48, 32, 16),
        volume_filters=(128, 96, 48),
        ray_samples=(24, 32, 48),
        style_filters=(32, 64, 96, 128, 192),
        discriminator_filters=(32, 64, 128, 256, 384, 384, 384),
        style_size=256,
        pose_size=64,
        attention_heads=4,
    ),
}


def find_preset(name, presets=PRESETS):
    """The architecture of that name.

    Args:
        presets: {name: architecture} of a method.

    Raises:
        ValueError: there is none; says which are there, and the one that was likely meant.
    """
    if name in presets:
        return presets[name]
    close = difflib.get_close_matches(str(name), presets, n=1)
    meant = f" (did you mean {close[0]}?)" if close else ""
    raise ValueError(f"Unknown preset {name!r}{meant}; there are {', '.join(presets)}.")


def resolve_architecture(value, kind=Architecture, presets=PRESETS):
    """An architecture from itself, a dictionary of its fields, or the name of a preset.

    Args:
        kind, presets: class and presets of a method; by default those of CT2X-GAN.
    """
    if isinstance(value, kind):
        return value
    return find_preset(value, presets) if isinstance(value, str) else kind(**value)
