"""The transpose of a march along rays, in `keras.ops`: pictures spread back into volumes."""

from keras import ops

from ct2xkeras.projection.fused import fused
from ct2xkeras.projection.interpolate import corner_weights
from ct2xkeras.projection.lattice import lattice_neighbours

_ENTRIES = 2**25  # shares of voxels at a time, which bounds memory


def spread(pictures, lattice, lines, num_rows):
    """Pictures (N, rows, columns, C) to rows of volumes (num_rows, C).

    Each pixel is added to all voxels that its ray reads, with the same weights.
    """
    axes, *_, height, width = lines.start.shape
    channels = pictures.shape[-1]
    views = lines.start.shape[1] or 8  # unknown in a graph for any batch
    together = max(1, _ENTRIES // (2**axes * views * height * width * channels))

    def add(i, total):
        rows, shares = shares_of_voxels(pictures, lattice, lines, i * together, together)
        rows, shares = ops.reshape(rows, (-1,)), ops.reshape(shares, (-1, channels))
        return total + ops.segment_sum(shares, rows, num_rows)

    total = ops.zeros((num_rows, channels), pictures.dtype)
    return ops.fori_loop(0, -(-lines.count // together), add, total)


def shares_of_voxels(pictures, lattice, lines, first, steps):
    """What some steps of the march read, and what each is given back.

    Steps beyond the lattice's end give nothing.

    Returns:
        rows (steps, corners, N, rows, columns) and shares (steps, corners, N, rows, columns, C).
    """
    first = ops.convert_to_tensor(first, "int32")
    return _shares(pictures, lattice, lines.start, lines.step, first, steps)


@fused
def _shares(pictures, lattice, start, step, first, steps):
    k = first + ops.reshape(ops.arange(steps, dtype="int32"), (-1, 1, 1, 1))
    position = start[:, None] + ops.cast(k, start.dtype) * step[:, None]
    neighbours, rows = lattice_neighbours(lattice, k, position)
    weights = ops.cast(ops.stack(corner_weights(neighbours), axis=1), pictures.dtype)
    return ops.stack(rows, axis=1), weights[..., None] * pictures
