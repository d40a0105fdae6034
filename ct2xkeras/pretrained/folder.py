"""The folder of a model: its files, and the plain values in them."""

import json
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    FiniteFloat,
    PositiveFloat,
    PositiveInt,
    TypeAdapter,
    ValidationError,
)

from ct2xkeras.data.errors import DataError
from ct2xkeras.geometry import parse_view
from ct2xkeras.pretrained.domain import Domain

SETTINGS_FILE = "model.json"
FORMAT = 1
MEND = "Copy or install the model again, or pack it anew: ct2xkeras models pack."

Styles = Annotated[dict[str, list[FiniteFloat]], Field(min_length=1)]


class Camera(BaseModel):
    """Distances at which the model has seen patients, mm."""

    sdd: PositiveFloat
    sod: PositiveFloat
    footprint: PositiveFloat


class Settings(BaseModel):
    """`model.json`: what must be known before the networks are loaded."""

    format: int = Field(ge=FORMAT, le=FORMAT)
    method: str
    draws: str
    licence: str
    image_size: PositiveInt
    volume_size: tuple[PositiveInt, PositiveInt, PositiveInt]
    crop: Annotated[float, Field(gt=0, le=1)]
    camera: Camera
    default_style: str


def _angles(text):
    """(primary, secondary) of `30/-5`."""
    return parse_view(text)[1:]


def _in_order(limits):
    low, high = limits
    if low > high:
        raise ValueError(f"the lowest, {low:g}, is above the highest, {high:g}")
    return limits


_Limit = Annotated[tuple[FiniteFloat, FiniteFloat], AfterValidator(_in_order)]


class CTLimits(BaseModel):
    """Lowest and highest of what `describe_ct` gives."""

    lung_share: _Limit
    bone_share: _Limit
    height: _Limit
    depth: _Limit
    width: _Limit


class ViewLimits(BaseModel):
    """Lowest and highest of what `describe_view` gives."""

    coverage: _Limit
    footprint: _Limit


class _Limits(BaseModel):
    ct: CTLimits
    view: ViewLimits
    measured: dict = {}
    directions: list[Annotated[str, AfterValidator(_angles)]] = []


class _Metrics(BaseModel):
    images: int | None = None
    scores: dict[str, float] = {}


class ModelFolder:
    """Paths of a model's folder, and what its small files say."""

    def __init__(self, path):
        self.path = Path(path)
        self.settings_file = self.path / SETTINGS_FILE
        self.network_file = self.path / "network.keras"
        self.styles_file = self.path / "styles.json"
        self.domain_file = self.path / "domain.json"
        self.metrics_file = self.path / "metrics.json"
        self.card_file = self.path / "model_card.md"

    @property
    def exists(self):
        return self.settings_file.is_file()

    @property
    def num_bytes(self):
        """Of all of its files."""
        return sum(path.stat().st_size for path in self.path.iterdir() if path.is_file())

    def settings(self):
        """`Settings`."""
        return _read(self.settings_file, Settings)

    def styles(self):
        """{name: style code, a list of numbers}."""
        return _read(self.styles_file, Styles)

    def metrics(self):
        """{"images": of training, or None, "scores": {metric spec: value}}."""
        return _read(self.metrics_file, _Metrics).model_dump()

    def domain(self):
        """The `Domain`; None where the folder has none."""
        if not self.domain_file.is_file():
            return None
        limits = _read(self.domain_file, _Limits)
        known = limits.ct.model_dump(), limits.view.model_dump()
        return Domain(*known, limits.measured, tuple(limits.directions))


def _read(path, kind):
    """A JSON file as a pydantic model or type.

    Raises:
        DataError: it is not there, or is something else.
    """
    try:
        return TypeAdapter(kind).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        found = "none that can be read"
        raise DataError(path, "a file of a model's folder", found, MEND) from error
    except ValidationError as error:
        expected = "what ct2xkeras models pack writes there"
        raise DataError(path, expected, _found(error.errors()[0]), MEND) from error
    except ValueError as error:
        raise DataError(path, "JSON", f"something else ({error})", MEND) from error


def _found(error):
    """What one error of pydantic is about."""
    place = ".".join(map(str, error["loc"])) or "the whole"
    return f"no {place}" if error["type"] == "missing" else f"{place}: {error['msg']}"
