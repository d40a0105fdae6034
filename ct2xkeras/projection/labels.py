"""Masks seen by the same rays as the picture: exact labels for free."""

import warnings
from typing import NamedTuple

import numpy as np
from keras import ops
from scipy.ndimage import find_objects

from ct2xkeras.projection.check import EmptyViewWarning
from ct2xkeras.projection.project import project


class LabelPictures(NamedTuple):
    """Masks of several labels in several views.

    Args:
        values: (L,) the labels' numbers.
        path_length: (N, rows, columns, L) float32, mm each ray runs inside each label.
    """

    values: np.ndarray
    path_length: np.ndarray


def project_labels(labels, affine, poses, size, values=None, method="auto") -> LabelPictures:
    """Path lengths of all labels of one volume, each in its own box of voxels.

    Args:
        labels: (z, y, x) integers, 0 is background.
        affine: (4, 4) voxel index (x, y, z) to world mm.
        poses: (N, 12).
        size: (rows, columns).
        values: the labels wanted, by default all that occur; one that does not occur is empty.
        method: as `project`'s.
    """
    labels = np.asarray(labels)
    if labels.ndim != 3 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"labels must be integers (z, y, x); received {labels.dtype} of shape {labels.shape}."
        )
    boxes = dict(enumerate(find_objects(labels.astype(np.int32)), start=1))
    if values is None:
        values = [value for value, box in boxes.items() if box is not None]
    pictures = np.zeros((len(poses), *size, len(values)), np.float32)
    for place, value in enumerate(values):
        if boxes.get(value) is not None:
            mask, corner = labels[boxes[value]] == value, _moved(affine, boxes[value])
            pictures[..., place] = _path_length(mask, corner, poses, size, method)
    return LabelPictures(np.asarray(values, np.int32), pictures)


def _moved(affine, box) -> np.ndarray:
    """Affine of a box of voxels: its first voxel becomes index 0."""
    first = [axis.start for axis in reversed(box)]
    moved = np.array(affine, np.float64)
    moved[:3, 3] += moved[:3, :3] @ first
    return moved


def _path_length(mask, affine, poses, size, method):
    index = np.zeros(len(poses), np.int32)
    field = mask.astype(np.float32)[None, ..., None]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EmptyViewWarning)  # a label may lie beside the picture
        lengths = project(field, affine[None].astype(np.float32), poses, size, index, method)
    return ops.convert_to_numpy(lengths)[..., 0]


def silhouettes(path_length, threshold: float) -> np.ndarray:
    """Where rays run at least `threshold` mm inside a label, bool, same shape.

    Half a voxel's spacing is a good threshold: interpolation lets a mask fade over one voxel.
    """
    return path_length >= threshold


def dominant_label(pictures: LabelPictures, threshold: float) -> np.ndarray:
    """The label in which each ray runs longest, (N, rows, columns); 0 below `threshold` mm."""
    if not len(pictures.values):
        return np.zeros(pictures.path_length.shape[:-1], np.int32)
    longest = pictures.path_length.argmax(-1)
    found = pictures.path_length.max(-1) >= threshold
    return np.where(found, pictures.values[longest], 0)
