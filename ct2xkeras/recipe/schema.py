"""What a recipe may say: every field with its type, bounds, default and meaning."""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    create_model,
    model_validator,
)

from ct2xkeras.losses.schedules import Schedule
from ct2xkeras.losses.settings import (
    ADVERSARIAL_FORMS,
    GENERATOR_TERMS,
    STYLE_FORMS,
    LossSettings,
)

Fraction = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    """A part of a recipe: unknown fields are refused, since a typo would otherwise act silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Phantoms(Section):
    """Made-up patients, drawn on the fly; the X-rays show other patients than the CTs."""

    cts: Annotated[int, Field(ge=1, description="number of phantom CTs")] = 6
    xrays: Annotated[int, Field(ge=2, description="number of simulated radiographs")] = 32
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


class Data(Section):
    """Where CTs and radiographs come from, and how they become training pictures."""

    ct: Annotated[list[str], Field(description="CT files, folders or patterns")] = []
    xray: Annotated[list[str], Field(description="radiograph files, folders or patterns")] = []
    phantoms: Annotated[Phantoms | None, Field(description="use phantoms instead of files")] = None
    directory: Annotated[
        str | None, Field(description="where the data set is kept; default: inside the run")
    ] = None
    labels: Annotated[
        str, Field(description="segmentation of a CT, e.g. '{folder}/{name}_labels.nii.gz'")
    ] = ""
    poses_per_ct: Annotated[Count, Field(description="views of each CT")] = 96
    drrs: Annotated[
        Literal["stored", "rendered"], Field(description="DRRs made beforehand, or in training")
    ] = "stored"
    pose_prior: Annotated[dict[str, Any], Field(description="fields of PosePrior")] = {}
    val_fraction: Annotated[Fraction, Field(description="share of patients held out")] = 0.2
    val: Annotated[list[str], Field(description="names of held-out patients, instead")] = []
    val_file: Annotated[
        str | None, Field(description="text file with a held-out patient's name a line, instead")
    ] = None
    patient_pattern: Annotated[
        str, Field(description="regular expression that finds the patient in a file's name")
    ] = ""
    crop: Annotated[
        tuple[float, float],
        Field(description="range of the part of a radiograph's short side that is shown"),
    ] = (0.6, 0.75)
    flip: Annotated[Fraction, Field(description="share of radiographs that are mirrored")] = 0.0
    augmentation: Augmentation = Augmentation()
    compression: Literal["", "GZIP"] = "GZIP"
    skip_bad: Annotated[bool, Field(description="leave out unusable files, and list them")] = False

    @model_validator(mode="after")
    def _one_source(self):
        if self.phantoms is None and not (self.ct and self.xray):
            raise ValueError("give CTs and radiographs (data.ct and data.xray), or data.phantoms")
        if self.phantoms is not None and (self.ct or self.xray):
            raise ValueError("give either files (data.ct, data.xray) or data.phantoms, not both")
        low, high = self.crop
        if not 0 < low <= high <= 1:
            raise ValueError(f"crop is a range within (0, 1], received [{low}, {high}]")
        return self


class Model(Section):
    """Sizes of the networks: a preset, and fields of Architecture that differ from it."""

    preset: Annotated[str, Field(description="name of a preset")] = "small64"
    architecture: Annotated[dict[str, Any], Field(description="fields of Architecture")] = {}


class LossSchedule(Section):
    """A loss weight that changes with progress, linearly (see `ct2xkeras.losses.schedules`)."""

    weight: Annotated[Weight, Field(description="of the constant part")]
    warm_up: Annotated[
        int, Field(ge=0, description="images over which it grows from 0 to `weight`")
    ] = Schedule.warm_up
    decay_from: Annotated[
        int | None, Field(ge=0, description="images seen where the decay begins")
    ] = Schedule.decay_from
    decay_to: Annotated[int | None, Field(ge=1, description="images seen where the decay ends")] = (
        Schedule.decay_to
    )
    final: Annotated[Weight, Field(description="what is left then, as a share of `weight`")] = (
        Schedule.final
    )

    @model_validator(mode="after")
    def _fits_together(self):
        Schedule(**self.model_dump())
        return self


# pydantic puts the tag of the chosen kind into an error's location; `loading` takes it out again.
LOSS_WEIGHT_TAGS = ("a number", "a schedule")


def _kind_of_weight(value):
    return LOSS_WEIGHT_TAGS[isinstance(value, (dict, LossSchedule))]


LossWeight = Annotated[
    Annotated[Weight, Tag(LOSS_WEIGHT_TAGS[0])] | Annotated[LossSchedule, Tag(LOSS_WEIGHT_TAGS[1])],
    Discriminator(_kind_of_weight),
]

# Terms, their meaning and their default weights are written down once, in `losses.settings`.
_LossWeights = create_model(
    "_LossWeights",
    __base__=Section,
    **{
        term: (LossWeight, Field(getattr(LossSettings, term), description=meaning))
        for term, meaning in GENERATOR_TERMS.items()
    },
)


class Losses(_LossWeights):
    """Weights of the loss terms, each a number or a `LossSchedule`; 0 leaves a term out."""

    adversarial_form: Annotated[
        Literal[ADVERSARIAL_FORMS], Field(description="of the adversarial terms")
    ] = LossSettings.adversarial_form
    style_form: Annotated[
        Literal[STYLE_FORMS],
        Field(description="a contrast cannot collapse; distance is the paper's plain term"),
    ] = LossSettings.style_form
    r1_gamma: Annotated[Weight, Field(description="R1 is gamma / 2 * |grad D|^2")] = (
        LossSettings.r1_gamma
    )
    r1_interval: Annotated[Count, Field(description="R1 acts on every such step")] = (
        LossSettings.r1_interval
    )
    path_length_interval: Annotated[
        Count, Field(description="the path length penalty acts on every such step")
    ] = LossSettings.path_length_interval
    lpips_network: Annotated[str, Field(description="file of LPIPS's network, for drr_lpips")] = (
        LossSettings.lpips_network
    )
    lpips_heads: Annotated[str, Field(description="file of LPIPS's heads, for drr_lpips")] = (
        LossSettings.lpips_heads
    )

    @model_validator(mode="after")
    def _fit_together(self):
        LossSettings(**self.model_dump())
        return self


class Training(Section):
    """How long and how fast; progress is counted in images (views)."""

    images: Annotated[Count, Field(description="views to train on in all")] = 20_000
    max_minutes: Annotated[
        float | None, Field(gt=0, description="stop after this time even if images are left")
    ] = None
    volumes_per_batch: Annotated[Count, Field(description="CTs in a batch")] = 2
    views_per_volume: Annotated[Count, Field(description="views of each CT in a batch")] = 4
    g_learning_rate: Annotated[float, Field(gt=0)] = 6e-4
    d_learning_rate: Annotated[float, Field(gt=0)] = 6e-4
    ema_half_life: Annotated[float, Field(gt=0, description="of the average, in images")] = 2000
    log_every: Annotated[Count, Field(description="images between log lines")] = 400
    sample_every: Annotated[Count, Field(description="images between picture grids")] = 2000
    checkpoint_every: Annotated[Count, Field(description="images between checkpoints")] = 2000
    keep_checkpoints: Count = 3
    strategy: Literal["auto", "one_device", "mirrored"] = "auto"

    @property
    def batch_size(self):
        """Views in a batch."""
        return self.volumes_per_batch * self.views_per_volume


class Evaluation(Section):
    """What `evaluate` measures on."""

    cases: Annotated[Count, Field(description="views to synthesise")] = 64


class Recipe(Section):
    """A whole experiment."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$", description="names the run folder")]
    description: str = ""
    seed: Annotated[int, Field(ge=0)] = 0
    data: Data
    model: Model = Model()
    losses: Losses = Losses()
    training: Training = Training()
    evaluation: Evaluation = Evaluation()
