"""What a recipe may say: every field with its type, bounds, default and meaning."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ct2xkeras.methods import DEFAULT_METHOD
from ct2xkeras.recipe.data_section import Data
from ct2xkeras.recipe.loss_weights import Losses
from ct2xkeras.recipe.model_section import Model, default_model
from ct2xkeras.recipe.section import A_YEAR, MANY, Count, Section

#: Metrics that can choose the best checkpoint, and which of their values is best.
BEST_METRICS = {
    "structure": "highest",
    "kid": "lowest",
    "style-retrieval": "highest",
    "truth-ssim": "highest",
}

#: Fields of `losses` that every method that trains against a discriminator has.
SHARED_LOSS_FIELDS = ("adversarial_form", "r1_gamma", "r1_interval")


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
        float | None,
        Field(gt=0, le=A_YEAR, description="stop after this time even if images are left"),
    ] = None
    volumes_per_batch: Annotated[
        int,
        Field(
            ge=1, le=4096, description="CTs in a batch, over all replicas, which divide it evenly"
        ),
    ] = 2
    views_per_volume: Annotated[
        int, Field(ge=1, le=4096, description="views of each CT in a batch")
    ] = 4
    g_learning_rate: Annotated[float, Field(gt=0, le=1, description="of the networks")] = 6e-4
    d_learning_rate: Annotated[float, Field(gt=0, le=1, description="of the discriminators")] = 6e-4
    beta_1: Annotated[
        float,
        Field(
            ge=0, lt=1, description="of Adam's first moment; adversarial training usually has none"
        ),
    ] = 0.0
    beta_2: Annotated[float, Field(gt=0, lt=1, description="of Adam's second moment")] = 0.99
    clip_norm: Annotated[
        float | None,
        Field(gt=0, description="largest norm of an update's gradients, over all replicas"),
    ] = None
    ema_half_life: Annotated[float, Field(gt=0, description="of the average, in images")] = 2000
    log_every: Annotated[Count, Field(description="images between log lines")] = 400
    sample_every: Annotated[Count, Field(description="images between picture grids")] = 2000
    checkpoint_every: Annotated[Count, Field(description="images between checkpoints")] = 2000
    keep_checkpoints: Annotated[Count, Field(description="newest checkpoints that are kept")] = 3
    discriminator_augmentation: Annotated[
        DiscriminatorAugmentation, Field(description="for small sets of radiographs")
    ] = DiscriminatorAugmentation()
    strategy: Annotated[
        Literal["auto", "one_device", "mirrored", "multi_worker"],
        Field(description="auto mirrors over several GPUs; multi_worker reads TF_CONFIG"),
    ] = "auto"
    replicas: Annotated[
        int | None,
        Field(ge=1, le=1024, description="devices in one process; on a CPU, parts of it"),
    ] = None
    precision: Annotated[
        Literal["float32", "bfloat16"], Field(description="of the networks' arithmetic")
    ] = "float32"
    xla: Annotated[bool, Field(description="compile the step by XLA; on one GPU only")] = False
    steps_per_execution: Annotated[
        Count, Field(description="steps between looks at losses, signals and the clock")
    ] = 1
    loss_limit: Annotated[
        float, Field(gt=0, description="a loss beyond it counts as diverged, as NaN does")
    ] = 1e5
    on_nan: Annotated[
        Literal["stop", "rollback"],
        Field(description="rollback: go on from the last checkpoint with lower learning rates"),
    ] = "stop"
    max_rollbacks: Annotated[Count, Field(description="after so many it stops all the same")] = 3
    rollback_factor: Annotated[
        float, Field(gt=0, lt=1, description="of the learning rates at each rollback")
    ] = 0.5

    @model_validator(mode="after")
    def _one_device_for_xla(self):
        if self.xla and (self.strategy in ("mirrored", "multi_worker") or (self.replicas or 1) > 1):
            raise ValueError("xla works on one device only: leave strategy and replicas out")
        return self

    @property
    def batch_size(self):
        """Views in a batch."""
        return self.volumes_per_batch * self.views_per_volume


class Evaluation(Section):
    """What `evaluate` measures on, and what is measured during training."""

    cases: Annotated[int, Field(ge=1, le=MANY, description="views to synthesise")] = 64
    extractor: Annotated[
        str, Field(description="of the features that KID compares, as `weights list` names them")
    ] = "pixels32"
    every: Annotated[Count | None, Field(description="images between measures during training")] = (
        None
    )
    best_by: Annotated[
        Literal[tuple(BEST_METRICS)] | None,
        Field(description="metric whose best checkpoint is kept beside the newest"),
    ] = None

    @model_validator(mode="after")
    def _best_is_measured(self):
        if self.best_by and not self.every:
            raise ValueError("best_by needs every: images between measures during training")
        return self


class Recipe(Section):
    """A whole experiment."""

    name: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$", description="names the run folder")
    ]
    description: Annotated[str, Field(description="for people")] = ""
    seed: Annotated[
        int,
        Field(ge=0, lt=2**32, description="of weights and noise; of the data but for data.seed"),
    ] = 0
    data: Data
    model: Annotated[
        Model, Field(default_factory=default_model, description="method and size of its networks")
    ]
    losses: Losses = Losses()
    training: Training = Training()
    evaluation: Evaluation = Evaluation()

    @model_validator(mode="after")
    def _losses_of_the_method(self):
        """The terms of `losses` are CT2X-GAN's; other methods have only what all share."""
        defaults = Losses()  # which a resolved recipe states too
        others = sorted(
            name
            for name in self.losses.model_fields_set - set(SHARED_LOSS_FIELDS)
            if getattr(self.losses, name) != getattr(defaults, name)
        )
        if self.model.method != DEFAULT_METHOD and others:
            raise ValueError(  # field=value: rule, as settings say it
                f"losses={', '.join(others)}: the method {self.model.method} has only "
                f"{', '.join(SHARED_LOSS_FIELDS)}"
            )
        return self
