"""Normal noise that is a function of a seed, a layer and a pixel: repeatable on every device.

Generators of random numbers keep a state or depend on the batch's shape; this noise depends on
neither: a picture is the same alone, in any batch, in graph mode, under XLA and when served.
"""

import math

import keras
import numpy as np
from keras import ops


def _integers():
    """What holds 32-bit integers: JAX has no int64 by default, others count poorly in uint32."""
    return "uint32" if keras.backend.backend() == "jax" else "int64"


def _constant(value):
    return ops.convert_to_tensor(np.array(value, _integers()))


def _low(values):
    """The lower 32 bits."""
    return ops.bitwise_and(values, _constant(0xFFFFFFFF))


def _mix(values):
    """32-bit integers to well mixed ones, in the manner of Murmur3's finaliser."""
    for factor in (0x85EBCA6B, 0xC2B2AE35):
        values = ops.bitwise_xor(values, ops.right_shift(values, _constant(15)))
        values = _low(values * _constant(factor))
    return ops.bitwise_xor(values, ops.right_shift(values, _constant(16)))


def pixel_noise(seeds, streams, height, width):
    """Independent normal values.

    Args:
        seeds: (batch,) integers, one for each picture.
        streams: integers, one for each channel; other streams of one seed are independent.
        height, width: of the pictures.

    Returns:
        (batch, height, width, streams), float32, mean 0, variance 1.
    """
    pixels = ops.reshape(ops.arange(height * width, dtype=_integers()), (1, height, width, 1))
    seeds = ops.reshape(_low(ops.cast(seeds, _integers())), (-1, 1, 1, 1))
    offsets = [0x9E3779B9 * (stream + 1) & 0xFFFFFFFF for stream in streams]
    key = _mix(_low(_mix(seeds) + _constant(offsets)))
    first = _mix(ops.bitwise_xor(key, pixels))
    second = _mix(_low(first + _constant(0x7F4A7C15)))
    # Box and Muller (1958) make two uniform values one normal one.
    radius, turn = ((ops.cast(bits, "float32") + 0.5) / 2.0**32 for bits in (first, second))
    return ops.sqrt(-2 * ops.log(radius)) * ops.cos(2 * math.pi * turn)
