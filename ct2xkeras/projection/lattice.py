"""Which voxels a march along the rays reads at each of its steps.

Both marches go `start + k * step` for k = 0 .. count - 1 through a lattice of voxels. The
trilinear one goes through all three axes. Joseph's goes from slice to slice of the driving axis:
step k reads slice k, between the four voxels about the ray's place there.
"""

from typing import NamedTuple

from keras import ops

from ct2xkeras.projection.interpolate import axis_neighbours, corner_rows


class Lattice(NamedTuple):
    """Voxels as rows of flattened volumes; integers (N, 1, 1) for each view.

    The steps that count may differ from ray to ray: (N, rows, columns).

    Args:
        row: first row of the view's volume.
        slice_stride: rows from one step of the march to the next.
        first, end: the steps that count.
        strides: rows from voxel to voxel along each axis of interpolation.
        counts: voxels along each of these axes.
    """

    row: object
    slice_stride: object
    first: object
    end: object
    strides: tuple
    counts: tuple


class Lines(NamedTuple):
    """Rays as marches through a lattice of D axes.

    Args:
        start, step: (D, N, rows, columns) in voxels.
        length: (N, rows, columns, 1), the mm of way that each step stands for.
        count: number of steps, of the longest.
    """

    start: object
    step: object
    length: object
    count: int


def lattice_neighbours(lattice, k, position):
    """Neighbours on each axis, and rows of the voxels read at step k.

    Args:
        position: (D, ..., N, rows, columns) in voxels.
    """
    counts = (k >= lattice.first) & (k < lattice.end)
    slice_index = ops.minimum(ops.maximum(k, lattice.first), lattice.end - 1)
    axes = enumerate(zip(lattice.counts, lattice.strides, strict=True))
    neighbours = [axis_neighbours(position[d], count, stride) for d, (count, stride) in axes]
    valid = ops.cast(counts, position.dtype)
    neighbours[0] = neighbours[0]._replace(
        weights=tuple(weight * valid for weight in neighbours[0].weights),
        slopes=tuple(slope * valid for slope in neighbours[0].slopes),
    )
    return neighbours, corner_rows(neighbours, lattice.row + slice_index * lattice.slice_stride)
