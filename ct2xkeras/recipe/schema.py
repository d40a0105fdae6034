"""What a recipe may say: every field with its type, bounds, default and meaning."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ct2xkeras.recipe.loss_weights import Losses
from ct2xkeras.recipe.section import Count, Fraction, Section


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
        str, Field(description="segmentation of a CT, e.g. '{folder}/{name}_labels.nii.gz'")
    ] = ""
    poses_per_ct: Annotated[Count, Field(description="views of each CT")] = 96
    drrs: Annotated[
        Literal["stored", "rendered"], Field(description="DRRs made beforehand, or in training")
    ] = "stored"
    pose_prior: Annotated[
        dict[str, Any], Field(default_factory=dict, description="fields of PosePrior")
    ]
    val_fraction: Annotated[Fraction, Field(description="share of patients held out")] = 0.2
    val: Annotated[
        list[str], Field(default_factory=list, description="names of held-out patients, instead")
    ]
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
    architecture: Annotated[
        dict[str, Any], Field(default_factory=dict, description="fields of Architecture")
    ]


class DiscriminatorAugmentation(Section):
    """Random changes of what the discriminator sees, for small sets of radiographs."""

    kind: Annotated[
        Literal["none", "diffaugment", "ada"],
        Field(description="always the same changes, or as many as overfitting asks for"),
    ] = "none"
    target: Annotated[
        float, Field(gt=-1, lt=1, description="ada: mean sign of real logits to keep to")
    ] = 0.6
    images_to_full: Annotated[
        Count, Field(description="ada: images over which the probability can go from 0 to 1")
    ] = 500_000


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
    discriminator_augmentation: DiscriminatorAugmentation = DiscriminatorAugmentation()
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
