"""What a recipe may say of losses; terms and defaults come from `ct2xkeras.losses.settings`."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, create_model, model_validator

from ct2xkeras.losses.schedules import Schedule
from ct2xkeras.losses.settings import (
    ADVERSARIAL_FORMS,
    GENERATOR_TERMS,
    STYLE_FORMS,
    LossSettings,
)
from ct2xkeras.recipe.section import LARGEST, Count, Section, Weight


class LossSchedule(Section):
    """A loss weight that changes with progress, linearly (see `ct2xkeras.losses.schedules`)."""

    weight: Annotated[Weight, Field(description="of the constant part")]
    warm_up: Annotated[
        int, Field(ge=0, le=LARGEST, description="images over which it grows from 0 to `weight`")
    ] = Schedule.warm_up
    decay_from: Annotated[
        int | None, Field(ge=0, le=LARGEST, description="images seen where the decay begins")
    ] = Schedule.decay_from
    decay_to: Annotated[Count | None, Field(description="images seen where the decay ends")] = (
        Schedule.decay_to
    )
    final: Annotated[Weight, Field(description="what is left then, as a share of `weight`")] = (
        Schedule.final
    )

    @model_validator(mode="after")
    def _fits_together(self):
        Schedule(**self.model_dump())
        return self


# pydantic puts the tag of the chosen kind into an error's location; `explaining` takes it out.
LOSS_WEIGHT_TAGS = ("a number", "a schedule")


def _kind_of_weight(value):
    return LOSS_WEIGHT_TAGS[isinstance(value, (dict, LossSchedule))]


LossWeight = Annotated[
    Annotated[Weight, Tag(LOSS_WEIGHT_TAGS[0])] | Annotated[LossSchedule, Tag(LOSS_WEIGHT_TAGS[1])],
    Discriminator(_kind_of_weight),
]

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
    lpips_network: Annotated[
        str, Field(description="file of drr_lpips' network; else the imported squeezenet-keras")
    ] = LossSettings.lpips_network
    lpips_heads: Annotated[
        str, Field(description="file of LPIPS's heads, for drr_lpips; else channels are equal")
    ] = LossSettings.lpips_heads

    @model_validator(mode="after")
    def _fit_together(self):
        LossSettings(**self.model_dump())
        return self
