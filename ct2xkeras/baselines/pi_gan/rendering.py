"""Pictures of a field: coarse and fine samples along rays, and their sum (pi-GAN, section 3.2)."""

from typing import Any, NamedTuple

from keras import ops

from ct2xkeras.baselines.fields import (
    composite_alpha,
    composite_attenuation,
    importance_depths,
    merge_depths,
    points_along,
    reorder,
    stratified_depths,
)
from ct2xkeras.projection import line_integrals_to_image

MOST_POINTS = 2**15  # of a piece that is rendered at once


class Rays(NamedTuple):
    """Rays of views through the box, see `ct2xkeras.baselines.fields.box_rays`."""

    origin: Any
    directions: Any
    near: Any
    far: Any


class Draws(NamedTuple):
    """What is random in a picture; None for what is not.

    Args:
        coarse, fine: (n, rows, columns, samples) in [0, 1), of the depths.
        noise: (n, rows, columns, coarse + fine samples), added to the raw density.
    """

    coarse: Any = None
    fine: Any = None
    noise: Any = None


FIXED = Draws()


def render(field, rays, num_coarse, num_fine, mode, draws=FIXED):
    """Pictures (n, rows, columns, 1), about [-1, 1], of a field.

    The density is the softplus of what the field gives, per half side of the box. With `alpha` the
    field's grey is emitted and absorbed before a black background, and [0, 1] becomes [-1, 1]; with
    `attenuation` the picture is that of the density's line integral, as of a DRR.

    Args:
        field: function of points (n, rows, columns, samples, 3) and directions that gives raw
            density (n, rows, columns, samples) and grey (n, rows, columns, samples, 1).
        num_coarse: evenly spread samples of a ray.
        num_fine: samples more, by the weights of the first; 0 for none.
        mode: `alpha` or `attenuation`.
    """

    def look(depths, noise):
        points = points_along(rays.origin, rays.directions, depths)
        raw, grey = field(points, rays.directions)
        return ops.softplus(raw if noise is None else raw + noise), grey

    noise = draws.noise
    depths = stratified_depths(rays.near, rays.far, num_coarse, draws.coarse)
    density, grey = look(depths, None if noise is None else noise[..., :num_coarse])
    if num_fine:
        _, weights = _composite(mode, depths, density, grey, rays)
        fine = importance_depths(depths, weights, num_fine, draws.fine)
        more = look(fine, None if noise is None else noise[..., num_coarse:])
        depths, order = merge_depths(depths, fine)
        density = _merged(density, more[0], order)
        grey = None if grey is None else _merged(grey, more[1], order)
    light, weights = _composite(mode, depths, density, grey, rays)
    if mode == "alpha":
        return 2 * light - 1
    return line_integrals_to_image(ops.sum(weights, axis=-1, keepdims=True))


def _composite(mode, depths, density, grey, rays):
    if mode == "alpha":
        return composite_alpha(depths, density, grey, rays.far)
    return composite_attenuation(depths, density, None, rays.near, rays.far)


def _merged(coarse, fine, order):
    return reorder(ops.concatenate([coarse, fine], axis=3), order)


def in_pieces(paint, latents, rays, num_samples):
    """Pictures painted a few rows at a time, so that memory does not grow with the picture.

    Args:
        paint: function of latents (1, ...) and `Rays` of one view's rows that gives
            (1, rows, columns, 1).
        latents: (n, ...); rays: of n views, whose rows and columns are static.
        num_samples: of a ray.

    Returns:
        (n, rows, columns, 1).
    """
    side, columns = rays.directions.shape[1:3]
    rows = next(
        rows
        for rows in range(side, 0, -1)
        if side % rows == 0 and (rows == 1 or rows * columns * num_samples <= MOST_POINTS)
    )
    pieces = side // rows

    def cut(values):
        return ops.reshape(values, [-1, 1, rows, *values.shape[2:]])

    def repeated(values):
        return ops.repeat(values[:, None], pieces, axis=0)

    scene = [repeated(latents), repeated(rays.origin), *map(cut, rays[1:])]
    pictures = ops.map(lambda piece: paint(piece[0], Rays(*piece[1:])), scene)
    return ops.reshape(pictures, [-1, side, columns, 1])
