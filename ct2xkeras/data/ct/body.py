"""Where the patient is in a CT: the table, blankets and cables are not part of the body."""

import numpy as np
from scipy import ndimage

from ct2xkeras.data.errors import DataError

SURFACE_HU = -400  # between air and fat, above the foam of mattresses
AIR_HU = -940  # outside air lies below, lungs above
WORKING_SPACING = 2.5  # mm: fine enough to tell a table from a back
OPENING_RADIUS = 5.0  # mm: table skins, cables and blankets are thinner
THICKNESS = 28.0  # mm: arms and legs are thicker, tables are not
SMALLEST_PART = 0.05  # of the largest part: keeps arms and the second leg
# Share of outside air in what is outside: table and mattress behind a body that spans the field
# leave 0.38 and more of it, lungs that the field cuts hold less than 0.05.
OUTSIDE_AIR = 0.2
# Joins a voxel to its four neighbours in the slice: the ends of the volume are open.
IN_PLANE = ndimage.generate_binary_structure(3, 1) & np.array([0, 1, 0], bool)[:, None, None]


def body_mask(hu: np.ndarray, spacing=(1.0, 1.0, 1.0), name: str = "volume") -> np.ndarray:
    """Mask (z, y, x) of the patient, lungs and bowel gas included.

    Found on every n-th voxel (about 2.5 mm) and grown by one of those, so that the skin is whole.

    Args:
        hu: (z, y, x) HU.
        spacing: (z, y, x) mm.

    Raises:
        DataError: nothing as dense as tissue in the volume.
    """
    steps = [max(1, int(WORKING_SPACING / s)) for s in spacing]
    coarse = hu[:: steps[0], :: steps[1], :: steps[2]]
    coarse_spacing = np.multiply(spacing, steps)
    dense = _patient_parts(_opened(coarse > SURFACE_HU, coarse_spacing), coarse_spacing, name)
    dense = _regrown(dense, coarse > SURFACE_HU, coarse_spacing)
    body = ~_outside(dense | _cut_lungs(dense, coarse), coarse)
    body = ndimage.binary_dilation(body, IN_PLANE)
    return _repeated(body, steps, hu.shape)


def _disc(spacing, radius: float) -> np.ndarray:
    """Structuring element (1, y, x) of a radius in mm, at least one voxel."""
    reach = [max(1, int(radius / s)) for s in spacing[1:]]
    y, x = np.ogrid[-reach[0] : reach[0] + 1, -reach[1] : reach[1] + 1]
    return ((y / reach[0]) ** 2 + (x / reach[1]) ** 2 <= 1.0)[None]


def _opened(mask, spacing):
    """In-plane opening. The volume's border does not erode: a body may be cut by the field."""
    disc = _disc(spacing, OPENING_RADIUS)
    eroded = ndimage.binary_erosion(mask, disc, border_value=1)
    return ndimage.binary_dilation(eroded, disc)


def _patient_parts(mask, spacing, name):
    """The largest connected part, and every other one of some size and thickness."""
    labels, number = ndimage.label(mask)
    if not number:
        raise DataError(name, "a patient", "no voxel as dense as tissue", "Check the HU scale.")
    counts = np.bincount(labels.ravel())
    counts[0] = 0
    kept = np.zeros(number + 1, bool)
    kept[np.unique(labels[_thick(mask, spacing)])] = True
    kept &= counts >= SMALLEST_PART * counts.max()
    kept[np.argmax(counts)] = True
    return kept[labels]


def _thick(mask, spacing):
    """Middles of in-plane squares of tissue, `THICKNESS` wide."""
    sides = [max(1, int(THICKNESS / s)) for s in spacing[1:]]
    return ndimage.minimum_filter(mask.astype(np.uint8), (1, *sides), mode="nearest") > 0


def _regrown(parts, mask, spacing):
    """Thin tissue that the opening took off, as far as the opening reached."""
    return ndimage.binary_dilation(parts, _disc(spacing, OPENING_RADIUS)) & mask


def _cut_lungs(dense, hu):
    """Lung that a round field of view laid open: denser than air, with tissue on two sides."""
    mean = ndimage.uniform_filter(hu.astype(np.float32), (0, 3, 3))
    return ~dense & (mean > AIR_HU) & (_between(dense, 1) | _between(dense, 2))


def _between(mask, axis):
    """Voxels with the mask both before and behind them along an axis."""
    before = np.logical_or.accumulate(mask, axis)
    behind = np.flip(np.logical_or.accumulate(np.flip(mask, axis), axis), axis)
    return before & behind


def _outside(dense, hu):
    """Slice by slice: what is not dense, reaches the slice's border and holds outside air.

    A lung that the volume's border cuts reaches it too, but is denser than air.
    """
    labels, number = ndimage.label(~dense, IN_PLANE)
    size = np.bincount(labels.ravel(), minlength=number + 1)
    air = np.bincount(labels[hu < AIR_HU].ravel(), minlength=number + 1)
    outside = np.zeros(number + 1, bool)
    for face in (labels[:, 0], labels[:, -1], labels[:, :, 0], labels[:, :, -1]):
        outside[np.unique(face)] = True
    outside &= air > OUTSIDE_AIR * size
    outside[0] = False
    return outside[labels]


def _repeated(mask, steps, shape):
    for axis, step in enumerate(steps):
        mask = np.repeat(mask, step, axis)
    return mask[tuple(slice(n) for n in shape)]
