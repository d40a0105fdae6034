"""Sizes of the classical pipelines under a name; recipes say the kind."""

from ct2xkeras.baselines.classical.architecture import ClassicalArchitecture
from ct2xkeras.models.presets import resolve_architecture

PRESETS = {
    "tiny": ClassicalArchitecture(image_size=32, volume_size=(16, 16, 16), style_size=16),
    "small64": ClassicalArchitecture(),
    "small128": ClassicalArchitecture(image_size=128),
    "base128": ClassicalArchitecture(image_size=128, volume_size=(128, 128, 128)),
    "large256": ClassicalArchitecture(image_size=256, volume_size=(256, 256, 256)),
}


def resolve(value):
    """A `ClassicalArchitecture` from itself, a dictionary of its fields, or a preset's name."""
    return resolve_architecture(value, ClassicalArchitecture, PRESETS)
