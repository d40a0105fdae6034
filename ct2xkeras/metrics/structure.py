"""Is the anatomy where the CT says it is? X^ against the DRR of the same pose, tone left aside."""

import numpy as np

from ct2xkeras.losses import structure as losses
from ct2xkeras.metrics.checks import INSIDE, check_mask, check_picture_pair
from ct2xkeras.metrics.matching import MARGIN, PATCH, SEARCH, cut, edges, find_patches
from ct2xkeras.metrics.similarity import per_picture

STRIDE = 8  # pixels between the middles of patches
SHARE = 0.5  # of the patches, those with the most edges in both directions, that are looked for


def gradient_correlation(images, targets, mask=None):
    """Normalised correlation of gradients: (n, h, w, 1) each to (n,), in [-1, 1].

    `ct2xkeras.losses.gradient_correlation` has the formula.

    Raises:
        ValueError: pictures that are no pairs, not finite or constant, or a mask that leaves
            nothing.
    """
    images, targets = check_picture_pair(images, targets, varied=True)
    return per_picture(losses.gradient_correlation, images, targets, check_mask(mask, images))


def edge_displacement(images, targets, mask=None):
    """How far edges lie from where they should: (n, h, w, 1) each to (n,), in pixels, 0 to 8.

    Patches of 16 x 16 pixels of the target's edges are looked for in the picture (`find_patches`),
    every 8 pixels, those half of them with the most edges in both directions. The value is the
    mean length of their shifts. A patch that is not found at all counts as 8, the farthest that is
    looked; patches of unrelated pictures are found anywhere, 6 pixels off in the mean.

    Args:
        images, targets: pictures of the same views.
        mask: coverage map, of the same shape: patches count that lie where it is above 0.5; none:
            all.

    Raises:
        ValueError: pictures that are no pairs, not finite or constant, a mask that leaves nothing,
            or no patch with edges; 36 x 36 pixels have room for one.
    """
    images, targets = check_picture_pair(images, targets, varied=True)
    inside = (check_mask(mask, images) > INSIDE).astype(np.float64)
    pairs = zip(images[..., 0], targets[..., 0], inside[..., 0], strict=True)
    return np.array([_displacement(index, *pair) for index, pair in enumerate(pairs)])


def _displacement(index, image, target, inside):
    target = edges(target)
    points = _patch_middles(target, inside)
    if not len(points):
        raise ValueError(
            f"Edge displacement needs a patch of {PATCH} x {PATCH} pixels with edges inside the "
            f"mask, and {SEARCH + 1} pixels of picture around it; the target of index {index}, "
            f"{target.shape[0]} x {target.shape[1]}, has none."
        )
    shifts = find_patches(target, edges(image), points, points)
    lengths = np.linalg.norm(shifts, axis=-1)
    return np.mean(np.where(lengths < SEARCH, lengths, SEARCH))


def _patch_middles(target, inside):
    """Middles of the patches to look for, (n, 2); between pixels, so that patches lie on pixels."""
    steps = [np.arange(MARGIN + 0.5, side - MARGIN - 0.5, STRIDE) for side in target.shape]
    points = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 2)
    points = points[cut(inside, points, PATCH).min(axis=(1, 2)) == 1]
    corners = _smaller_slope(target, points)
    chosen = np.argsort(-corners)[: int(np.ceil(SHARE * len(points)))]
    return points[chosen][corners[chosen] > 0]


def _smaller_slope(target, points):
    """How much patches change along that direction in which they change least (Shi & Tomasi)."""
    rows, columns = (cut(slope, points, PATCH) for slope in np.gradient(target))
    across = np.mean(rows * columns, axis=(1, 2))
    rows, columns = (np.mean(slope**2, axis=(1, 2)) for slope in (rows, columns))
    return (rows + columns) / 2 - np.hypot((rows - columns) / 2, across)
