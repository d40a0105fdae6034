"""Stored values of any type to int16 HU, and whether they can be a CT's at all.

Values come in plane by plane, so that no second copy of a volume is held in a wider type.
"""

import numpy as np

from ct2xkeras.data.errors import DataError

HU_MIN, HU_MAX = -1024, 3071
# What scanners and converters write outside the round field of view.
PADDING = (-2000, -2048, -3024, -3072, -32768)
STRAY = 1e-5  # of all voxels: what lies further out says nothing about the scale
BRIGHT, DARK = 800, -500  # HU: denser than nearly all bone, and lung or air
LOWEST = np.iinfo(np.int16).min
HIGHEST = np.iinfo(np.int16).max


class HounsfieldBuffer:
    """A volume that is filled plane by plane and counts its values as it goes.

    Args:
        path: what errors name.
        shape: (x, y, z) of the file's axes.
    """

    def __init__(self, path, shape):
        self.path = path
        self.values = np.empty(shape, np.int16, order="F")
        self.counts = np.zeros(HIGHEST - LOWEST + 1, np.int64)

    def put(self, index: int, plane, slope: float = 1.0, intercept: float = 0.0) -> None:
        """Sets the plane (x, y) at z = `index`: stored values, `slope` x value + `intercept` in HU.

        Raises:
            DataError: NaN or infinite values.
        """
        hu = _rescaled(plane, slope, intercept)
        if hu.dtype.kind == "f":
            if not np.isfinite(hu).all():
                mend = "Replace the missing voxels by -1024 (air)."
                raise DataError(self.path, "finite HU", "NaN or infinite voxels", mend)
            np.rint(hu, out=hu)
        self.values[..., index] = np.clip(hu, LOWEST, HIGHEST, out=hu)
        shifted = self.values[..., index].ravel(order="K").astype(np.intp) - LOWEST
        self.counts += np.bincount(shifted, minlength=len(self.counts))

    def finish(self, padding=()) -> tuple[np.ndarray, tuple[str, ...]]:
        """The volume (x, y, z) within [-1024, 3071] and notes on what that changed.

        Args:
            padding: int16 values outside [-1024, 3071] of voxels that were not measured, beside
                the usual ones.

        Raises:
            DataError: values that cannot be a CT's in HU.
        """
        unmeasured = sorted({*PADDING, *padding})
        counts = self.counts.copy()
        counts[np.subtract(unmeasured, LOWEST)] = 0
        check_plausible(self.path, counts)
        notes = _notes(self.counts, counts, unmeasured)
        for value in unmeasured:
            if value > HU_MAX and self.counts[value - LOWEST]:
                self.values[self.values == value] = HU_MIN
        return np.clip(self.values, HU_MIN, HU_MAX, out=self.values), notes


def _rescaled(plane, slope, intercept) -> np.ndarray:
    """A new array of HU: int64 where that is exact, else floats."""
    exact = plane.dtype.kind in "iu" and plane.dtype.itemsize <= 4
    if exact and all(float(s).is_integer() and abs(s) < 2**24 for s in (slope, intercept)):
        return plane.astype(np.int64) * int(slope) + int(intercept)
    if plane.dtype.kind == "f" and (slope, intercept) == (1.0, 0.0):
        return plane.copy(order="K")
    with np.errstate(over="ignore", invalid="ignore"):
        return plane.astype(np.float64) * slope + intercept


def check_plausible(path, counts) -> None:
    """Raises a `DataError` unless these are the values of a CT in HU.

    Args:
        counts: voxels of each int16 value from the lowest up, padding left out.
    """
    total = counts.sum()
    if not total:
        mend = "Leave it out or export it again."
        raise DataError(path, "a CT in HU", "nothing but padding", mend)
    low, high = _ends(counts, STRAY * total)
    wrong = _wrong_scale(low, high) or _inverted(counts / total)
    if wrong:
        expected = "a CT in HU (air about -1000, tissue about 0)"
        raise DataError(path, expected, f"values from {low} to {high}", wrong)


def _ends(counts, stray) -> tuple[int, int]:
    """Lowest and highest value, a few stray voxels at either end left out."""
    upwards, downwards = np.cumsum(counts), np.cumsum(counts[::-1])
    return int(np.argmax(upwards > stray)) + LOWEST, HIGHEST - int(np.argmax(downwards > stray))


def _wrong_scale(low, high) -> str:
    """The mend for values on another scale; empty where they can be HU."""
    if low <= -200 and high >= -500:
        return ""
    if low >= 0 and high >= 1000:
        return (
            "If it is a CT stored with an offset, set scl_inter (NIfTI) or Rescale Intercept "
            "(DICOM) to -1024, or subtract 1024."
        )
    return "A segmentation, an MRI, a map or a windowed picture cannot take a CT's place."


def _inverted(shares) -> str:
    """The mend for a negated CT, whose air and lungs are brighter than any bone."""
    bright, dark = shares[BRIGHT - LOWEST :].sum(), shares[: DARK - LOWEST].sum()
    if bright > 0.1 and bright > 5 * dark:
        return "Air is brighter than bone: multiply the values by -1 (the sign of the slope)."
    return ""


def _notes(all_counts, counts, padding) -> tuple[str, ...]:
    total, values = all_counts.sum(), np.arange(LOWEST, HIGHEST + 1)
    notes = [
        f"{_percent(all_counts[value - LOWEST] / total)} of voxels at {value} (padding) became air"
        for value in padding
        if all_counts[value - LOWEST]
    ]
    for beyond, end in ((values < HU_MIN, HU_MIN), (values > HU_MAX, HU_MAX)):
        number = counts[beyond].sum()
        if number:
            furthest = values[beyond & (counts > 0)][0 if end == HU_MIN else -1]
            side = f"below {end} HU (down to" if end == HU_MIN else f"above {end} HU (up to"
            share = _percent(number / total)
            notes.append(f"{share} of voxels {side} {furthest}) became {end}")
    return tuple(notes)


def _percent(share) -> str:
    return f"{100 * share:.3g} %"
