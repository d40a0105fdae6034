"""Sums along rays, with their exact gradients in the volumes and in the rays, in `keras.ops`.

The pose gradient does not go through the compiler's own differentiation, which breaks the fused
loop (two seconds against a third). The loop carries sums of the field's slopes beside the sum of
the field: at `start + k * step` the first matter for `start`, and those times k for `step`.
"""

from keras import ops

from ct2xkeras.projection.fused import fused
from ct2xkeras.projection.interpolate import blend, by_channel
from ct2xkeras.projection.lattice import lattice_neighbours
from ct2xkeras.projection.transpose import spread

# Steps to a turn of the loop, by axes of interpolation: with few voxels a step, several at once
# save a quarter of the time; with many, they only take longer to compile.
_TOGETHER = {2: 4, 3: 1}


def line_integrals(volumes, lattice, lines, differentiable_rays=False, transpose=spread):
    """Sums of the field along rays times the way of each step, (N, rows, columns, C).

    Args:
        volumes: (B, z, y, x, C).
        lattice, lines: what the rays read.
        differentiable_rays: whether gradients reach `lines`; costs about twice the time.
        transpose: another function for `transpose.spread`.
    """
    rows = ops.reshape(volumes, (-1, volumes.shape[-1]))
    # no tape may record the loop: it would keep every step of it
    fixed, start, step = (ops.stop_gradient(a) for a in (rows, lines.start, lines.step))
    sums, slopes = _march(fixed, lattice, start, step, lines.count, differentiable_rays)
    change = _change_with_rays(lines.start, lines.step, slopes) if differentiable_rays else 0
    lines = lines._replace(start=start, step=step)
    total = _sums_of_rows(rows, sums, lambda back, num: transpose(back, lattice, lines, num))
    length = lines.length if differentiable_rays else ops.stop_gradient(lines.length)
    return (total + change) * ops.cast(length, volumes.dtype)


def _march(rows, lattice, start, step, count, with_slopes):
    """Sums (N, rows, columns, C), and their slopes in `start` and `step` (D, ...).

    A lone channel's axis is left out of the loop, which is faster.
    """
    lone = rows.shape[-1] == 1
    rows = rows[:, 0] if lone else rows
    if with_slopes:
        sums, *slopes = _sums_and_slopes(rows, lattice, start, step, count)
    else:
        sums, slopes = _sums(rows, lattice, start, step, count), []
    return (sums[..., None], [s[..., None] for s in slopes]) if lone else (sums, slopes)


def _sums_of_rows(rows, sums, transpose):
    """The sums, as a function of the rows: its gradient is the transpose.

    Rows and rays have a function each, so that no gradient is worked out that nobody asked for.
    """

    @ops.custom_gradient
    def of_rows(rows):
        def gradient(*args, upstream=None):
            upstream = args[0] if upstream is None else upstream
            return transpose(upstream, ops.shape(rows)[0])

        return ops.stop_gradient(sums), gradient

    return of_rows(rows)


def _change_with_rays(start, step, slopes):
    """Zeros, whose gradient in the rays is the field's slopes along them."""

    @ops.custom_gradient
    def of_rays(start, step):
        def gradient(*args, upstream=None):
            upstream = args[0] if upstream is None else upstream
            return tuple(ops.cast(ops.sum(s * upstream, axis=-1), start.dtype) for s in slopes)

        return ops.zeros_like(slopes[0][0]), gradient

    return of_rays(start, step)


def _empty(rows, start):
    return ops.zeros((*ops.shape(start)[1:], *rows.shape[1:]), rows.dtype)


@fused
def _sums(rows, lattice, start, step, count):
    def add(k, total):
        values, weights, _ = _read(rows, lattice, k, start + ops.cast(k, start.dtype) * step)
        return total + blend(values, weights)

    return _loop(count, _TOGETHER[start.shape[0]], add, _empty(rows, start))


@fused
def _sums_and_slopes(rows, lattice, start, step, count):
    def add(k, carried):
        total, slopes, by_step = carried
        position = start + ops.cast(k, start.dtype) * step
        values, weights, steepness = _read(rows, lattice, k, position)
        now = [
            blend(values, [*weights[:axis], steep, *weights[axis + 1 :]])
            for axis, steep in enumerate(steepness)
        ]
        number = ops.cast(k, rows.dtype)
        slopes = tuple(s + n for s, n in zip(slopes, now, strict=True))
        by_step = tuple(s + number * n for s, n in zip(by_step, now, strict=True))
        return total + blend(values, weights), slopes, by_step

    empty = _empty(rows, start)
    none = tuple(empty for _ in range(start.shape[0]))
    total, slopes, by_step = _loop(count, 1, add, (empty, none, none))
    return total, ops.stack(slopes), ops.stack(by_step)


def _read(rows, lattice, k, position):
    """Values at step k, with their weights and the weights' slopes, in pairs for each axis."""
    neighbours, places = lattice_neighbours(lattice, k, position)
    values = [ops.take(rows, place, axis=0) for place in places]
    weights = [by_channel(axis.weights, rows) for axis in neighbours]
    return values, weights, [by_channel(axis.slopes, rows) for axis in neighbours]


def _loop(count, together, add, carried):
    """`carried = add(k, carried)` for k = 0 .. count - 1, some steps to a turn of the loop.

    The last turn may go beyond `count`, where the lattice ends and nothing is added.
    """

    def turn(i, carried):
        for j in range(together):
            carried = add(i * together + j, carried)
        return carried

    return ops.fori_loop(0, -(-count // together), turn, carried)
