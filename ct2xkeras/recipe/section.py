"""What all parts of a recipe share: the base class, and the commonest types of fields."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

#: Unknown fields are refused, since a typo would otherwise act silently.
STRICT = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

Fraction = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]

#: Counts that are no mistake; an int32 holds them.
LARGEST = 2**31 - 1
Count = Annotated[int, Field(ge=1, le=LARGEST)]

#: Counts of what is planned or held in memory one by one.
MANY = 100_000

A_YEAR = 365 * 24 * 60  # minutes


class Section(BaseModel):
    """A part of a recipe."""

    model_config = STRICT
