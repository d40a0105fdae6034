"""Named arrays of a file, known by their shapes before any is read."""

import contextlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np


class Tensors(NamedTuple):
    """What an open file holds.

    Attributes:
        path: of the file.
        shapes: {name: shape} of all arrays.
        read: gives the array of a name.
    """

    path: str
    shapes: Mapping
    read: Callable

    def take(self, name, shape):
        """The finite float32 array of a name.

        Raises:
            ValueError: it is not there, has another shape, or holds NaN or infinity.
        """
        found = self.shapes.get(name)
        if found is None or tuple(found) != tuple(shape):
            raise ValueError(
                f"{self.path}: expected {name!r} of shape {tuple(shape)}, found {found or 'none'}."
            )
        array = np.asarray(self.read(name), np.float32)
        if not np.isfinite(array).all():
            raise ValueError(f"{self.path}: expected finite numbers in {name!r}, found others.")
        return array


@contextlib.contextmanager
def problems_of(path, expected):
    """Whatever error a damaged file ends in becomes a ValueError that names it."""
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:
        raise ValueError(
            f"{path}: expected {expected}, found something else: {type(error).__name__}: {error}"
        ) from error
