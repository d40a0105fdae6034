"""Sums along rays, with their exact gradients in the volumes and in the rays, in `keras.ops`.

The pose gradient does not go through the compiler's own differentiation, which breaks the fused
loop (two seconds against a third). The loop carries sums of the field's slopes beside the sum of
the field: at `start + k * step` the first matter for `start`, and those times k for `step`.
"""

from keras import ops

from ct2xkeras.projection.fused import fused
from ct2xkeras.projection.lattice import Lines, lattice_corners

_ENTRIES = 2**23  # voxel shares that the volume gradient handles at a time; bounds its memory


def line_integrals(volumes, lattice, lines, differentiable_rays=False):
    """Sums of the field along rays times the way of each step, (N, rows, columns, C).

    Args:
        volumes: (B, z, y, x, C).
        lattice, lines: what the rays read.
        differentiable_rays: whether gradients reach `lines`; costs about twice the time.
    """
    rows = ops.reshape(volumes, (-1, volumes.shape[-1]))
    total = _with_gradients(lattice, lines.count, differentiable_rays)
    return total(rows, lines.start, lines.step) * ops.cast(lines.length, volumes.dtype)


def _with_gradients(lattice, count, differentiable_rays):
    @ops.custom_gradient
    def total(rows, start, step):
        # no tape may record the loop: it would keep every step of it
        rows, start, step = (ops.stop_gradient(a) for a in (rows, start, step))
        if differentiable_rays:
            sums, slopes, slopes_by_step = _sums_and_slopes(rows, lattice, start, step, count)
        else:
            sums = _sums(rows, lattice, start, step, count)

        def gradient(*args, upstream=None):
            upstream = args[0] if upstream is None else upstream
            lines = Lines(start, step, None, count)
            of_rows = spread(upstream, lattice, lines, ops.shape(rows)[0])
            if not differentiable_rays:
                return of_rows, ops.zeros_like(start), ops.zeros_like(step)
            of_lines = (ops.sum(s * upstream, axis=-1) for s in (slopes, slopes_by_step))
            return of_rows, *(ops.cast(g, start.dtype) for g in of_lines)

        return sums, gradient

    return total


def _empty(rows, start):
    return ops.zeros((*ops.shape(start)[1:], rows.shape[-1]), rows.dtype)


@fused
def _sums(rows, lattice, start, step, count):
    def add(k, total):
        position = start + ops.cast(k, start.dtype) * step
        for corner in lattice_corners(lattice, k, position):
            weight = ops.cast(corner.weight, rows.dtype)[..., None]
            total = total + weight * ops.take(rows, corner.row, axis=0)
        return total

    return ops.fori_loop(0, count, add, _empty(rows, start))


@fused
def _sums_and_slopes(rows, lattice, start, step, count):
    axes = range(start.shape[0])

    def add(k, carried):
        total, slopes, by_step = carried
        now = [0.0 for _ in axes]
        number = ops.cast(k, start.dtype)
        for corner in lattice_corners(lattice, k, start + number * step):
            values = ops.take(rows, corner.row, axis=0)
            total = total + ops.cast(corner.weight, rows.dtype)[..., None] * values
            now = [
                n + ops.cast(slope, rows.dtype)[..., None] * values
                for n, slope in zip(now, corner.slopes, strict=True)
            ]
        number = ops.cast(k, rows.dtype)
        slopes = tuple(s + n for s, n in zip(slopes, now, strict=True))
        by_step = tuple(s + number * n for s, n in zip(by_step, now, strict=True))
        return total, slopes, by_step

    empty = _empty(rows, start)
    none = tuple(empty for _ in axes)
    total, slopes, by_step = ops.fori_loop(0, count, add, (empty, none, none))
    return total, ops.stack(slopes), ops.stack(by_step)


def spread(pictures, lattice, lines, num_rows):
    """Transpose of the sums: pictures (N, rows, columns, C) to rows of volumes (num_rows, C).

    Each pixel is added to all voxels that its ray reads, with the same weights.
    """
    axes, *_, height, width = lines.start.shape
    channels = pictures.shape[-1]
    views = lines.start.shape[1] or 1
    together = max(1, _ENTRIES // (2**axes * views * height * width * channels))
    total = ops.zeros((num_rows, channels), pictures.dtype)
    for first in range(0, lines.count, together):
        steps = min(together, lines.count - first)
        rows, shares = _shares(pictures, lattice, lines.start, lines.step, first, steps)
        total = total + ops.segment_sum(shares, rows, num_rows)
    return total


@fused
def _shares(pictures, lattice, start, step, first, steps):
    """Rows (entries,) and what is added to them (entries, C), for some steps of the march."""
    k = ops.reshape(ops.arange(first, first + steps, dtype="int32"), (-1, 1, 1, 1))
    position = start[:, None] + ops.cast(k, start.dtype) * step[:, None]
    read = lattice_corners(lattice, k, position)
    weights = ops.cast(ops.stack([corner.weight for corner in read]), pictures.dtype)
    rows = ops.stack([corner.row for corner in read])
    shares = weights[..., None] * pictures
    return ops.reshape(rows, (-1,)), ops.reshape(shares, (-1, pictures.shape[-1]))
