"""What a recipe may say of the poses that a model is trained on."""

from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, with_config
from typing_extensions import TypedDict  # pydantic's own need below Python 3.12

from ct2xkeras.recipe.section import STRICT, Positive, Weight

SharePart = Annotated[float, Field(gt=0, lt=1)]


def _in_order(value):
    mean, _, low, high = value
    if not low <= mean <= high:
        raise ValueError("expected (mean, deviation, lowest, highest), lowest <= mean <= highest")
    return value


def _rising(value):
    if value[0] > value[1]:
        raise ValueError("expected (smallest, largest)")
    return value


def _known_view(name):
    from ct2xkeras.geometry.views import parse_view

    parse_view(name)
    return name


def _some_weight(views):
    if not any(views.values()):
        raise ValueError("expected a view with a weight above 0")
    return views


def _with_defaults(schema):
    from ct2xkeras.geometry import PosePrior

    for name, value in asdict(PosePrior()).items():
        schema["properties"][name]["default"] = list(value) if isinstance(value, tuple) else value


@with_config(ConfigDict(**STRICT, json_schema_extra=_with_defaults))
class PosePriorFields(TypedDict, total=False):
    """Fields of `ct2xkeras.geometry.PosePrior`; it has the defaults of those not stated."""

    views: Annotated[
        dict[Annotated[str, AfterValidator(_known_view)], Weight],
        AfterValidator(_some_weight),
        Field(description="weight of each view, a name or primary/secondary degrees"),
    ]
    angle_spread: Annotated[
        float, Field(ge=0, le=180, description="deviation of both angles about a view, degrees")
    ]
    angle_distribution: Annotated[
        Literal["von_mises", "truncated_normal"], Field(description="of the angles about a view")
    ]
    roll_spread: Annotated[
        float, Field(ge=0, le=180, description="deviation of the roll, degrees, cut at two")
    ]
    sdd: Annotated[
        tuple[Positive, Weight, Positive, Positive],
        AfterValidator(_in_order),
        Field(description="source to detector, mm: mean, deviation, lowest, highest"),
    ]
    sod_ratio: Annotated[
        tuple[SharePart, Weight, SharePart, SharePart],
        AfterValidator(_in_order),
        Field(description="source to isocentre as a share of sdd: the same four"),
    ]
    isocenter_offset: Annotated[
        tuple[Weight, Weight, Weight],
        Field(description="deviations (x, y, z) about the CT's centre, mm, cut at two"),
    ]
    footprint: Annotated[
        tuple[Positive, Positive],
        AfterValidator(_rising),
        Field(description="(smallest, largest) longer side of a picture at the isocentre, mm"),
    ]
    margin: Annotated[
        float, Field(ge=0, description="mm at the CT's top and bottom that count as outside")
    ]
