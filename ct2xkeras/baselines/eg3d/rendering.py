"""What rays see of a field: two passes of samples, then one of two sums.

alpha        emission and absorption, as published: density `softplus(raw - 1)` at the middles
             between samples, with the mean of the two samples' features
attenuation  X-rays: density `softplus(raw)`, whose line integral is the picture; features are means
             along the ray. No shift: it would leave the first pictures black.
"""

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

FLOOR = 0.01  # of a sample's importance
SHORTEST = 1e-6  # way through the box


def alpha_shares(depths, raw, near, far):
    """How much of each sample's features a ray shows, (..., samples), of sum <= 1.

    Args:
        depths: (..., samples), in order; raw: (..., samples), raw densities.
        near, far: (..., 1), where the ray enters and leaves; only samples count here.
    """
    density = ops.softplus((raw[..., 1:] + raw[..., :-1]) / 2 - 1)
    _, shares = composite_alpha(depths[..., :-1], density, density[..., None], depths[..., -1:])
    none = ops.zeros_like(near)
    before, after = (ops.concatenate(pair, axis=-1) for pair in ((none, shares), (shares, none)))
    return (before + after) / 2


def attenuation_shares(depths, raw, near, far):
    """Each sample's part of the way through the box, (..., samples), of sum 1; see `alpha_shares`.

    Raw densities do not count; a ray that misses the box has none.
    """
    _, lengths = composite_attenuation(depths, ops.ones_like(depths), None, near, far)
    return lengths / ops.maximum(far - near, SHORTEST)


def alpha_picture(features, shares, raw, way):
    """The first feature, as the published first three are red, green and blue: (..., 1)."""
    return 2 * features[..., :1] - 1


def attenuation_picture(features, shares, raw, way):
    """The line integral of the density, displayed like a DRR's: (..., 1) in [-1, 1)."""
    mean = ops.sum(shares * ops.softplus(raw), axis=-1, keepdims=True)
    return line_integrals_to_image(mean * way)


MODES = {
    "alpha": (alpha_shares, alpha_picture),
    "attenuation": (attenuation_shares, attenuation_picture),
}


def importance(mode, shares, raw):
    """Where a second look pays, (..., samples): what is seen, spread to neighbours (MipNeRF)."""
    seen = shares * ops.softplus(raw) if mode == "attenuation" else shares
    none = ops.zeros_like(seen[..., :1])
    larger = ops.maximum(
        ops.concatenate([none, seen], axis=-1), ops.concatenate([seen, none], axis=-1)
    )
    return (larger[..., 1:] + larger[..., :-1]) / 2 + FLOOR


def render(field, rays, mode, num_coarse, num_fine, fractions=(None, None)):
    """A field as rays see it, from even samples and from as many as asked for where it matters.

    Args:
        field: function of points (N, rows, columns, samples, 3) that gives raw densities (N, rows,
            columns, samples) and features (N, rows, columns, samples, channels).
        rays: origin, directions, near and far, see `box_rays`.
        mode: `alpha` or `attenuation`.
        fractions: random numbers in [0, 1) (N, rows, columns, num_coarse) and (..., num_fine), that
            choose the samples' places; None: fixed places.

    Returns:
        picture (N, rows, columns, 1) in [-1, 1], features (N, rows, columns, channels).
    """
    origin, directions, near, far = rays
    shares_of, picture_of = MODES[mode]
    depths = stratified_depths(near, far, num_coarse, fractions[0])
    raw, features = field(points_along(origin, directions, depths))
    shares = shares_of(depths, raw, near, far)
    if num_fine:
        seen = importance(mode, shares, raw)
        fine = importance_depths(depths, seen, num_fine, fractions[1])
        fine_raw, fine_features = field(points_along(origin, directions, fine))
        raw = ops.concatenate([raw, fine_raw], axis=-1)
        features = ops.concatenate([features, fine_features], axis=-2)
        depths, order = merge_depths(depths, fine)
        shares = shares_of(depths, reorder(raw, order), near, far)
        # Shares go back to their samples: moving all features into order would take far longer.
        shares = reorder(shares, ops.argsort(order, axis=-1))
    seen = ops.matmul(shares[..., None, :], features)[..., 0, :]
    return picture_of(seen, shares, raw, far - near), seen
