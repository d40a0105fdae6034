"""Perceptual distance (LPIPS): pictures that a network sees alike, part of DRR supervision."""

from keras import ops

EPSILON = 1e-10


def perceptual_distance(features, target_features, heads):
    """LPIPS (Zhang et al. 2018, equation 1) of two pictures' feature maps.

    `sum_layers mean_positions sum_channels w (f / |f| - g / |g|)^2`, |f| over the channels + 1e-10.

    Args:
        features, target_features: one (batch, height, width, channels) per layer of a network.
        heads: one (channels,) per layer, weights of its channels, 0 or more.

    Returns:
        (batch,), 0 for equal features. Their length does not matter, only their direction.

    Raises:
        ValueError: if there is not one head and one target per layer.
    """
    layers = zip(features, target_features, heads, strict=True)
    return sum(_layer_distance(*layer) for layer in layers)


def _layer_distance(features, targets, head):
    difference = ops.square(_directions(features) - _directions(targets))
    return ops.mean(ops.sum(difference * head, axis=-1), axis=(1, 2))


def _directions(features):
    energy = ops.sum(ops.square(features), axis=-1, keepdims=True)
    # Zero features have no direction and stay zero; the root's gradient would be infinite there.
    length = ops.sqrt(ops.where(energy > 0, energy, 1.0))
    return features / (length + EPSILON)
