"""From a CT of any size to the grid that the model sees.

The grid has a fixed number of voxels and spans exactly the box around the patient's body, so that
no voxel is spent on the table or the room. Its world is the patient's, moved so that the origin
lies in the middle of the box; axes stay RAS+, mm.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ct2xkeras.data.ct.body import body_mask
from ct2xkeras.data.ct.volumes import HU_MAX, HU_MIN, Volume
from ct2xkeras.data.resampling import resample_labels, resample_volume

MARGIN = 4.0  # mm of air kept around the body
FULL_SLICE = 0.95  # a tilted field's end slices are dropped below this share of the best filled one


@dataclass(frozen=True)
class ModelVolume:
    """A CT on the model's grid.

    Args:
        hu: int16 (z, y, x), indices growing to S, A, R.
        spacing: float32 (3,), (z, y, x) mm.
        center: float64 (3,), world RAS+ mm (x, y, z) of the grid's middle in the CT's own world.
        name: the CT's name.
        labels: uint16 (z, y, x), or None.
    """

    hu: np.ndarray
    spacing: np.ndarray
    center: np.ndarray
    name: str
    labels: np.ndarray | None = None

    @property
    def extent(self) -> np.ndarray:
        """Size of the box (z, y, x), mm."""
        return np.multiply(self.hu.shape, self.spacing)


def to_model_volume(volume: Volume, size, body_only: bool = True, labels=None) -> ModelVolume:
    """Crops a CT to the patient's body in-plane and resamples it to `size` (z, y, x).

    The whole length along z is kept. A body that is cut by the field of view stays cut.

    Args:
        body_only: set everything outside the body, as the table, to -1024 HU.
        labels: whole numbers (z, y, x), 0 to 65535, on the CT's voxels, to come along.

    Raises:
        DataError: there is no body in the volume.
    """
    given, volume = volume, axis_aligned(volume)
    mask = body_mask(volume.hu, volume.spacing, volume.name)
    box = body_box(mask, volume.spacing)
    hu = np.where(mask[box], volume.hu[box], np.int16(HU_MIN)) if body_only else volume.hu[box]
    resampled = np.rint(np.clip(resample_volume(hu, tuple(size)), HU_MIN, HU_MAX))
    spacing = np.multiply(volume.spacing, hu.shape) / size
    if labels is not None:
        labels = resample_labels(_labels_on(volume, labels, given)[box], tuple(size))
        labels = labels.astype(np.uint16)
    return ModelVolume(
        resampled.astype(np.int16),
        spacing.astype(np.float32),
        _center(volume, box),
        volume.name,
        labels,
    )


def _labels_on(volume: Volume, labels, given: Volume) -> np.ndarray:
    """Labels of the voxels of `given` on those of `volume`: the nearest ones."""
    if volume is given:
        return labels
    return _moved(labels, given.affine, volume.affine, volume.hu.shape, order=0, outside=0)


def body_box(mask: np.ndarray, spacing) -> tuple[slice, slice, slice]:
    """The box around a mask in-plane, with a margin, whole along z."""
    rows, columns = (np.flatnonzero(mask.any(axis=axes)) for axes in ((0, 2), (0, 1)))
    limits = [(0, len(mask))]
    for indices, length, step in zip((rows, columns), mask.shape[1:], spacing[1:], strict=True):
        margin = int(np.ceil(MARGIN / step))
        limits.append((max(0, indices[0] - margin), min(length, indices[-1] + 1 + margin)))
    return tuple(slice(*limit) for limit in limits)


def _center(volume: Volume, box) -> np.ndarray:
    middle = [(part.start + part.stop - 1) / 2 for part in box[::-1]]
    return volume.affine[:3, :3] @ middle + volume.affine[:3, 3]


def is_oblique(volume: Volume) -> bool:
    """True where the axes drift from the world's by half a voxel or more over the volume."""
    steps = np.abs(volume.affine[:3, :3]) * volume.hu.shape[::-1]
    drift = steps.sum() - np.trace(steps)
    return bool(drift >= 0.5 * min(volume.spacing))


def axis_aligned(volume: Volume) -> Volume:
    """The volume itself, or an oblique one resampled (linear) along the world's axes.

    A tilted field fills its end slices only in part; those are dropped, since a picture through
    them would show the field's edge.
    """
    if not is_oblique(volume):
        return volume
    spacing = np.array(volume.spacing[::-1])
    low, high = _corner_range(volume)
    shape = np.ceil((high - low) / spacing - 1e-6).astype(int)
    affine = np.diag([*spacing, 1.0])
    affine[:3, 3] = low + spacing / 2
    hu = _moved(volume.hu, volume.affine, affine, shape[::-1], order=1, outside=HU_MIN)
    field = _moved(np.ones(volume.hu.shape, np.uint8), volume.affine, affine, shape[::-1], 0, 0)
    return _without_partial_slices(Volume(hu, affine, volume.name), field)


def _corner_range(volume: Volume) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest world (x, y, z) of the voxel faces."""
    indices = np.stack(np.meshgrid(*[(-0.5, n - 0.5) for n in volume.hu.shape[::-1]]), -1)
    corners = indices.reshape(-1, 3) @ volume.affine[:3, :3].T + volume.affine[:3, 3]
    return corners.min(axis=0), corners.max(axis=0)


def _moved(array, affine, new_affine, shape, order, outside):
    """`array` (z, y, x) sampled on another grid; both affines take (x, y, z) indices."""
    index = np.linalg.inv(affine) @ new_affine
    matrix, offset = index[:3, :3][::-1, ::-1], index[:3, 3][::-1]
    return ndimage.affine_transform(array, matrix, offset, tuple(shape), order=order, cval=outside)


def _without_partial_slices(volume: Volume, field) -> Volume:
    filled = field.sum(axis=(1, 2))
    kept = np.flatnonzero(filled >= FULL_SLICE * filled.max())
    affine = volume.affine.copy()
    affine[2, 3] += kept[0] * affine[2, 2]
    return Volume(volume.hu[kept[0] : kept[-1] + 1], affine, volume.name)
