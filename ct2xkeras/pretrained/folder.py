"""The folder of a model: its files, and the plain values in them."""

import json
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    PositiveFloat,
    PositiveInt,
    TypeAdapter,
    ValidationError,
)

from ct2xkeras.data.errors import DataError
from ct2xkeras.geometry import parse_view
from ct2xkeras.pretrained.domain import QUANTITIES, Domain

SETTINGS_FILE = "model.json"
FORMAT = 1


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


class _Limits(BaseModel):
    ct: dict[str, tuple[float, float]]
    view: dict[str, tuple[float, float]]
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
        return _read(self.styles_file, dict[str, list[float]])

    def metrics(self):
        """{"images": of training, or None, "scores": {metric spec: value}}."""
        return _read(self.metrics_file, _Metrics).model_dump()

    def domain(self):
        """The `Domain`; None where the folder has none."""
        if not self.domain_file.is_file():
            return None
        limits = _read(self.domain_file, _Limits)
        known = [
            {name: value for name, value in part.items() if name in QUANTITIES}
            for part in (limits.ct, limits.view)
        ]
        return Domain(*known, limits.measured, tuple(limits.directions))


def _read(path, kind):
    """A JSON file as a pydantic model or type.

    Raises:
        DataError: it is not there, or is something else.
    """
    mend = "Pack the model anew: ct2xkeras models pack."
    try:
        return TypeAdapter(kind).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise DataError(
            path, "a file of a model's folder", "none that can be read", mend
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise DataError(path, "values of a model", f"{place}: {first['msg']}", mend) from error
    except ValueError as error:
        raise DataError(path, "JSON", f"something else ({error})", mend) from error
