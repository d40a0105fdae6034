"""What all parts of a recipe share: the base class, and the commonest types of fields."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Fraction = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    """A part of a recipe: unknown fields are refused, since a typo would otherwise act silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)
