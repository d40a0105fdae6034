"""What a recipe may say of the networks' sizes: a preset, and what differs from it."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, field_validator, with_config
from typing_extensions import TypedDict  # pydantic's own need below Python 3.12

from ct2xkeras.models.architecture import CHOICES
from ct2xkeras.models.presets import PRESETS
from ct2xkeras.recipe.section import STRICT, Count, Section

Channels = Annotated[tuple[Count, ...], Field(min_length=1)]


@with_config(STRICT)
class ArchitectureFields(TypedDict, total=False):
    """Fields of `Architecture` that differ from the preset's; only those stated are there."""

    image_size: Annotated[
        int, Field(ge=32, multiple_of=32, description="side of the square pictures, pixels")
    ]
    volume_size: Annotated[
        tuple[Count, Count, Count],
        Field(description="(z, y, x) voxels of the CT grid that the networks see"),
    ]
    filters: Annotated[Channels, Field(description="generator channels, coarsest first")]
    view_filters: Annotated[
        Channels, Field(description="channels of the embedded DRR, at the same resolutions")
    ]
    volume_filters: Annotated[
        Channels, Field(description="channels of the CT's feature volumes, coarsest first")
    ]
    ray_samples: Annotated[
        Channels, Field(description="samples along each ray, for each feature volume")
    ]
    style_filters: Annotated[Channels, Field(description="channels of the style encoder's trunk")]
    discriminator_filters: Annotated[
        Channels, Field(description="discriminator channels, from the picture's size down")
    ]
    deviation_group: Annotated[
        int,
        Field(ge=0, description="pictures among which variety is seen; 0: all of a replica's"),
    ]
    style_size: Annotated[Count, Field(description="length of the style code")]
    pose_size: Annotated[Count, Field(description="length of the pose code")]
    pose_distances: Annotated[
        bool, Field(description="whether the pose code holds distances beside angles")
    ]
    attention: Annotated[
        Literal[CHOICES["attention"]],
        Field(description="pose attention over depth along rays, over all voxels, or a mean"),
    ]
    attention_heads: Annotated[Count, Field(description="of the pose attention")]
    normalization: Annotated[
        Literal[CHOICES["normalization"]], Field(description="of the CT encoder")
    ]
    style: Annotated[
        Literal[CHOICES["style"]], Field(description="read from pictures, or one code for all")
    ]
    curve_knots: Annotated[
        int, Field(ge=0, description="pieces of the characteristic curve; 0 leaves it out")
    ]
    noise: Annotated[bool, Field(description="whether pixel noise enters the generator")]
    drr_discriminator: Annotated[
        bool, Field(description="whether a second discriminator compares DRR^ with DRRs")
    ]


class Model(Section):
    """Sizes of the networks: a preset, and what differs from it."""

    preset: Annotated[Literal[tuple(PRESETS)], Field(description="see `ct2xkeras info model`")] = (
        "small64"
    )
    architecture: Annotated[ArchitectureFields, Field(default_factory=dict)]

    @field_validator("architecture")
    @classmethod
    def _fits_the_preset(cls, fields, info):
        if "preset" in info.data:
            replace(PRESETS[info.data["preset"]], **fields)
        return fields
