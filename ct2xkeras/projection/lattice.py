"""Which voxels a march along the rays reads at each of its steps.

Both marches go `start + k * step` for k = 0 .. count - 1 through a lattice of voxels. The
trilinear one goes through all three axes. Joseph's goes from slice to slice of the driving axis:
step k reads slice k, between the four voxels about the ray's place there.
"""

from typing import NamedTuple

from keras import ops

from ct2xkeras.projection.interpolate import axis_neighbours, corners


class Lattice(NamedTuple):
    """Voxels as rows of flattened volumes; integers (N, 1, 1) for each view.

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
        count: number of steps, static.
    """

    start: object
    step: object
    length: object
    count: int


def lattice_corners(lattice, k, position):
    """The voxels read at step k, at position (D, ..., N, rows, columns)."""
    counts = (k >= lattice.first) & (k < lattice.end)
    slice_index = ops.minimum(ops.maximum(k, lattice.first), lattice.end - 1)
    row = lattice.row + slice_index * lattice.slice_stride
    neighbours = [axis_neighbours(position[d], n) for d, n in enumerate(lattice.counts)]
    valid = ops.cast(counts, position.dtype)
    neighbours[0] = [
        n._replace(weight=n.weight * valid, slope=n.slope * valid) for n in neighbours[0]
    ]
    return list(corners(neighbours, lattice.strides, row))
