"""Draws from a generator's prior, always the same ones."""

import numpy as np
import tensorflow as tf


def prior_draws(networks, num):
    """Latents (num, ...) of the extended space, see `GenerativeSynthesizer.latents_of`."""
    numbers = np.random.default_rng(0).normal(size=(num, networks.latent_size))
    return networks.latents_of(tf.constant(numbers, tf.float32))
