"""What translator and discriminator are made of, beside Keras' convolutions."""

from keras import ops

EPSILON = 1e-5


def instance_normalized(features):
    """Each channel of each picture at mean 0 and variance 1 (Ulyanov et al. 2016), same shape.

    In float32 and without weights; nothing is shared between pictures or replicas.

    Args:
        features: (batch, height, width, channels).
    """
    wide = ops.cast(features, "float32")
    mean, variance = ops.moments(wide, axes=(1, 2), keepdims=True)
    return ops.cast((wide - mean) * ops.rsqrt(variance + EPSILON), features.dtype)


def reflected(convolution, features):
    """A convolution of odd size, padding "valid", with the picture continued by its reflection.

    Borders of zeros would mark every DRR's and every X-ray's edge for the translator.
    """
    pad = convolution.kernel_size[0] // 2
    return convolution(ops.pad(features, [[0, 0], [pad, pad], [pad, pad], [0, 0]], "reflect"))
