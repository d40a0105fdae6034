"""What a recipe may say of a method: its name, a preset of its networks, and what differs from it.

The fields of `architecture` are those of the method's own architecture.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import Discriminator, Field, Tag, create_model, field_validator, with_config
from typing_extensions import TypedDict  # pydantic's own need below Python 3.12

from ct2xkeras.methods import DEFAULT_METHOD, METHODS
from ct2xkeras.models.sizes import hints
from ct2xkeras.recipe.section import LARGEST, STRICT, Count, Section

LARGEST_SIDE = 4096  # of pictures and volumes
DEFAULT_PRESET = "small64"


class _Networks(Section):
    """A method, the sizes of its networks by a preset, and what differs from it."""

    @field_validator("architecture", check_fields=False)
    @classmethod
    def _fits_the_preset(cls, values, info):
        if "preset" in info.data:
            presets = METHODS[cls.model_fields["method"].default].presets()
            replace(presets[info.data["preset"]], **values)
        return values


def _section(name, method):
    """The section of one method."""
    architecture = _architecture_fields(method)
    presets = tuple(method.presets())
    preset = DEFAULT_PRESET if DEFAULT_PRESET in presets else presets[0]
    return create_model(
        architecture.__name__.replace("Architecture", "Model").removesuffix("Fields"),
        __base__=_Networks,
        __doc__=f"{method.title}: {method.says}.",
        method=(Annotated[Literal[name], Field(description=method.says)], name),
        preset=(
            Annotated[Literal[presets], Field(description="see `ct2xkeras info model`")],
            preset,
        ),
        architecture=(
            Annotated[architecture, Field(description="what differs from the preset")],
            Field(default_factory=dict),
        ),
    )


def _architecture_fields(method):
    """Fields of a method's architecture that differ from the preset's; only those stated are
    there."""
    kind = method.architecture_class()
    types = {field.name: _annotated(hints(kind)[field.name], field) for field in fields(kind)}
    return with_config(STRICT)(TypedDict(f"{kind.__name__}Fields", types, total=False))


def _annotated(kind, field):
    largest = LARGEST_SIDE if field.name in ("image_size", "volume_size") else LARGEST
    if get_origin(kind) is tuple:
        parts = get_args(kind)
        several = parts[-1] is ...
        count = Annotated[Count, Field(le=largest)]
        kind = tuple[count, ...] if several else tuple[(count,) * len(parts)]
        return Annotated[kind, Field(min_length=1 if several else None, **field.metadata)]
    bounds = {"le": largest} if kind is int else {}
    return Annotated[kind, Field(**bounds | field.metadata)]


_SECTIONS = {name: _section(name, method) for name, method in METHODS.items()}


def _method_of(value):
    """The method that a section states, which is the tag of its place in the union."""
    stated = value.get("method") if isinstance(value, Mapping) else getattr(value, "method", None)
    return DEFAULT_METHOD if stated is None else str(stated)


Model = Annotated[
    Union[tuple(Annotated[section, Tag(name)] for name, section in _SECTIONS.items())],  # noqa: UP007
    Discriminator(_method_of),
]
default_model = _SECTIONS[DEFAULT_METHOD]
