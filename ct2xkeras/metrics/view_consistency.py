"""Do a patient's pictures at neighbouring poses show one body? Geometry says where it must be."""

import numpy as np

from ct2xkeras.geometry import pose_from_vector, project_points
from ct2xkeras.metrics.checks import check_pictures
from ct2xkeras.metrics.matching import SEARCH, find_patches, searchable

SIDE = 64  # pictures are reduced until their smaller side is below twice this


def view_displacement(images, poses, points):
    """How far what surrounds a landmark moves from view to view beside what geometry says.

    A landmark lies at `project_points(point, pose)` in each view. What is about it in one view, a
    quarter of the picture's side, is looked for in the next (`find_patches`, on pictures reduced to
    sides of 64 to 127): the value is the mean distance of where it is found from where it must be.
    Since a ray also crosses what lies before and behind a landmark, true pictures do not give 0
    either: state the value of the DRRs of the same poses beside it.

    Args:
        images: (n, height, width, 1), views of one patient in one style, neighbours in order, a
            few degrees apart.
        poses: (n, 12), see `POSE_FIELDS`.
        points: (k, 3) world mm, such as `bone_points` or a phantom's landmarks.

    Returns:
        (n - 1,) pixels of the given pictures, 0 to an eighth of their side; what is not found at
        all counts as that.

    Raises:
        ValueError: fewer than two views, pictures not finite or constant, not one pose a view, or
            neighbours that do not both show a landmark, a quarter of the side or more inside.
    """
    images = check_pictures(images, "views", varied=True)
    if len(images) < 2 or np.shape(poses) != (len(images), 12):
        raise ValueError(
            "View consistency needs two views or more and a pose (12 numbers) for each; received "
            f"pictures {images.shape} and poses {np.shape(poses)}."
        )
    size, factor = images.shape[1:3], max(1, min(images.shape[1:3]) // SIDE)
    views = _reduced(images[..., 0], factor)
    places = [project_points(points, *pose_from_vector(pose, size)) for pose in poses]
    places = [(place + 0.5) / factor - 0.5 for place in places]
    pairs = zip(views, views[1:], places, places[1:], strict=False)
    return factor * np.array([_displacement(i, *pair) for i, pair in enumerate(pairs)])


def _reduced(images, factor):
    """Means over blocks of factor x factor pixels; what fills no block is left out."""
    n, rows, columns = images.shape[0], *(side // factor for side in images.shape[1:])
    whole = images[:, : rows * factor, : columns * factor]
    return whole.reshape(n, rows, factor, columns, factor).mean(axis=(2, 4))


def _displacement(index, view, following, places, next_places):
    shown = searchable(places, view.shape) & searchable(next_places, view.shape)
    if not shown.any():
        raise ValueError(
            f"None of {len(shown)} landmarks lies far enough inside both views {index} and "
            f"{index + 1}: a quarter of the picture's side from its border."
        )
    shifts = find_patches(view, following, places[shown], next_places[shown])
    lengths = np.linalg.norm(shifts, axis=-1)
    return np.mean(np.where(lengths < SEARCH, lengths, SEARCH))
