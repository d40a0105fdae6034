"""Types of options that are numbers."""

import math

import rich_click as click


class FiniteRange(click.FloatRange):
    """A `FloatRange` that takes neither `nan` nor `inf`, which lie in every range."""

    def convert(self, value, param, ctx):
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"expected a finite number, found {value}.", param, ctx)
        return number


SEED = click.IntRange(0, 2**31 - 1)  # what a server's int32 holds
