"""What a recipe may say of its data."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ct2xkeras.recipe.pose_prior_fields import PosePriorFields
from ct2xkeras.recipe.section import MANY, Count, Fraction, Section


class Phantoms(Section):
    """Made-up patients, drawn on the fly; the X-rays show other patients than the CTs."""

    cts: Annotated[int, Field(ge=1, le=MANY, description="number of phantom CTs")] = 6
    xrays: Annotated[int, Field(ge=2, le=MANY, description="number of simulated radiographs")] = 32
    xrays_per_patient: Annotated[Count, Field(description="by as many devices")] = 4


class Augmentation(Section):
    """Random changes of training examples; 0 leaves one out."""

    mirror_patient: Annotated[
        Fraction, Field(description="share of CTs shown left for right, poses and all")
    ] = 0.0
    rotation: Annotated[
        float, Field(ge=0, le=45, description="largest turn of a radiograph, degrees")
    ] = 0.0
    shift: Annotated[
        float, Field(ge=0, le=0.25, description="largest shift of it, as a share of its sides")
    ] = 0.0
    scale: Annotated[
        float, Field(ge=0, le=0.5, description="it grows or shrinks by up to 1 + scale")
    ] = 0.0
    gain: Annotated[
        float, Field(ge=0, le=1, description="its grey values change by up to 1 + gain")
    ] = 0.0
    gamma: Annotated[
        float, Field(ge=0, le=1, description="its grey values to a power of up to 1 + gamma")
    ] = 0.0


def _regular_expression(text):
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"expected a regular expression, {error}") from None
    return text


def _label_pattern(text):
    try:
        text.format(folder="", name="")
    except (KeyError, IndexError, ValueError):
        raise ValueError("expected no other braces than {folder} and {name}") from None
    return text


def _within_one(crop):
    low, high = crop
    if not 0 < low <= high <= 1:
        raise ValueError("expected a range within (0, 1]")
    return crop


class Data(Section):
    """Where CTs and radiographs come from, and how they become training pictures."""

    ct: Annotated[
        list[str], Field(default_factory=list, description="CT files, folders or patterns")
    ]
    xray: Annotated[
        list[str], Field(default_factory=list, description="radiograph files, folders or patterns")
    ]
    phantoms: Annotated[Phantoms | None, Field(description="use phantoms instead of files")] = None
    directory: Annotated[
        str | None, Field(description="where the data set is kept; default: inside the run")
    ] = None
    labels: Annotated[
        str,
        AfterValidator(_label_pattern),
        Field(description="segmentation of a CT, e.g. '{folder}/{name}_labels.nii.gz'"),
    ] = ""
    seed: Annotated[
        int | None,
        Field(ge=0, lt=2**32, description="of split, poses and phantoms; default: the recipe's"),
    ] = None
    poses_per_ct: Annotated[int, Field(ge=1, le=MANY, description="views of each CT")] = 96
    drrs: Annotated[
        Literal["stored", "rendered"], Field(description="DRRs made beforehand, or in training")
    ] = "stored"
    pose_prior: Annotated[PosePriorFields, Field(default_factory=dict)]
    val_fraction: Annotated[float, Field(ge=0, lt=1, description="share of patients held out")] = (
        0.2
    )
    val: Annotated[
        list[str], Field(default_factory=list, description="names of held-out patients, instead")
    ]
    val_file: Annotated[
        str | None, Field(description="text file with a held-out patient's name a line, instead")
    ] = None
    patient_pattern: Annotated[
        str,
        AfterValidator(_regular_expression),
        Field(description="regular expression that finds the patient in a file's name"),
    ] = ""
    crop: Annotated[
        tuple[Fraction, Fraction],
        AfterValidator(_within_one),
        Field(description="range of the part of a radiograph's short side that is shown"),
    ] = (0.6, 0.75)
    flip: Annotated[Fraction, Field(description="share of radiographs that are mirrored")] = 0.0
    augmentation: Augmentation = Augmentation()
    compression: Annotated[Literal["", "GZIP"], Field(description="of the shards")] = "GZIP"
    skip_bad: Annotated[bool, Field(description="leave out unusable files, and list them")] = False

    @model_validator(mode="after")
    def _one_source(self):
        if self.phantoms is None and not (self.ct and self.xray):
            raise ValueError("give CTs and radiographs (data.ct and data.xray), or data.phantoms")
        if self.phantoms is not None and (self.ct or self.xray):
            raise ValueError("give either files (data.ct, data.xray) or data.phantoms, not both")
        return self
