"""Starts of weights, uniform within a bound (SIREN, Sitzmann et al. 2020, section 3.2)."""

import math

import keras


def within(bound):
    """Uniform between -bound and bound."""
    return keras.initializers.RandomUniform(-bound, bound)


def fan_in_bias(inputs):
    """Biases of a layer with so many inputs: `U(-1 / sqrt(n), 1 / sqrt(n))`, PyTorch's default."""
    return within(1 / math.sqrt(inputs))


def first_kernel(inputs):
    """Of the first sine layer, `U(-1 / n, 1 / n)`."""
    return within(1 / inputs)


def sine_kernel(inputs):
    """Of all further ones, `U(-sqrt(6 / n) / 25, sqrt(6 / n) / 25)`."""
    return within(math.sqrt(6 / inputs) / 25)
