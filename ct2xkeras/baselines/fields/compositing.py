"""What a ray sees of a field: emission and absorption of light, or the attenuation of X-rays.

Lengths are those of the depths; a density counts per unit of them.
"""

from keras import ops


def composite_alpha(depths, density, features, far):
    """Emission and absorption (Max 1995), as NeRF, pi-GAN and EG3D render.

    `w_i = T_i (1 - exp(-sigma_i d_i))`, `T_i = exp(-sum_{j<i} sigma_j d_j)`; a sample stands for
    the way to the next one, the last one for the way to `far`. Behind the box nothing shines.

    Args:
        depths: (..., samples), in order; density: (..., samples), >= 0.
        features: (..., samples, channels).
        far: (..., 1), where rays leave the box.

    Returns:
        features (..., channels), `sum_i w_i f_i`, and weights (..., samples), of sum <= 1.
    """
    way = ops.concatenate([depths[..., 1:], far], axis=-1) - depths
    thickness = density * way
    before = ops.cumsum(thickness, axis=-1) - thickness
    weights = ops.exp(-before) * (1 - ops.exp(-thickness))
    return _weighted(weights, features), weights


def composite_attenuation(depths, density, features, near, far):
    """Line integrals (Beer and Lambert): no sample hides another.

    A sample stands for its own interval, between the middles to its neighbours; the outermost ones
    reach to `near` and `far`. `w_i = sigma_i d_i`: the sum of weights is the line integral of
    the density, the features' sum that of density times features.

    Args:
        depths: (..., samples), in order; density: (..., samples).
        features: (..., samples, channels), or None.
        near, far: (..., 1), where rays enter and leave the box.

    Returns:
        features (..., channels), `sum_i w_i f_i`, or None; and weights (..., samples).
    """
    middles = (depths[..., 1:] + depths[..., :-1]) / 2
    edges = ops.concatenate([near, middles, far], axis=-1)
    weights = density * (edges[..., 1:] - edges[..., :-1])
    return None if features is None else _weighted(weights, features), weights


def _weighted(weights, features):
    return ops.matmul(weights[..., None, :], features)[..., 0, :]
