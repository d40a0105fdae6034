"""Normal noise that is a function of a seed, a layer and a pixel: repeatable on every device.

Generators of random numbers keep a state or depend on the batch's shape; this noise depends on
neither: a picture is the same alone, in any batch, in graph mode, under XLA and when served.
"""

import math

from keras import ops

MASK = 0xFFFFFFFF


def _mix(values):
    """32-bit integers, held in int64, to well mixed ones, in the manner of Murmur3's finaliser."""
    for factor in (0x85EBCA6B, 0xC2B2AE35):
        values = ops.bitwise_xor(values, ops.right_shift(values, 15))
        values = ops.bitwise_and(values * factor, MASK)
    return ops.bitwise_xor(values, ops.right_shift(values, 16))


def pixel_noise(seeds, stream, height, width):
    """Independent normal values.

    Args:
        seeds: (batch,) integers, one for each picture.
        stream: integer; other streams of one seed are independent.
        height, width: of the pictures.

    Returns:
        (batch, height, width, 1), float32, mean 0, variance 1.
    """
    pixels = ops.reshape(ops.arange(height * width, dtype="int64"), (1, height, width, 1))
    seeds = ops.reshape(ops.bitwise_and(ops.cast(seeds, "int64"), MASK), (-1, 1, 1, 1))
    key = _mix(ops.bitwise_and(_mix(seeds) + 0x9E3779B9 * (stream + 1), MASK))
    first = _mix(ops.bitwise_xor(key, pixels))
    second = _mix(ops.bitwise_and(first + 0x7F4A7C15, MASK))
    # Box and Muller (1958) make two uniform values one normal one.
    radius, turn = ((ops.cast(bits, "float32") + 0.5) / 2.0**32 for bits in (first, second))
    return ops.sqrt(-2 * ops.log(radius)) * ops.cos(2 * math.pi * turn)
