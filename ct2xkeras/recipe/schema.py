"""What a recipe may say: every field with its type, bounds, default and meaning."""

from typing import Annotated, Literal

from pydantic import Field

from ct2xkeras.recipe.data_section import Data
from ct2xkeras.recipe.loss_weights import Losses
from ct2xkeras.recipe.model_section import Model
from ct2xkeras.recipe.section import Count, Section


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

    name: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$", description="names the run folder")
    ]
    description: Annotated[str, Field(description="for people")] = ""
    seed: Annotated[
        int, Field(ge=0, lt=2**32, description="of weights, data, noise, and the split")
    ] = 0
    data: Data
    model: Model = Model()
    losses: Losses = Losses()
    training: Training = Training()
    evaluation: Evaluation = Evaluation()
