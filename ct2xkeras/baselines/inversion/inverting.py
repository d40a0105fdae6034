"""Latents whose views have their edges where a CT's DRRs have theirs; all in one graph.

The search is the projector of StyleGAN2 (Karras et al. 2020, appendix D) with another loss: Adam on
latents of every layer, from a start that the prior knows, at a rate that rises and falls. Each
latent is counted in standard deviations of its prior, so that one rate fits all generators.
"""

import math
import weakref

import numpy as np
import tensorflow as tf

from ct2xkeras.baselines.inversion.adam import adam_move
from ct2xkeras.baselines.inversion.targets import NUM_VIEWS, distances, fit_target

DRAWS = 256  # from the prior, to measure its spread
STARTS = 16  # of these that are tried beside the mean
VIEWS_A_STEP = 2
RATE = 0.1  # standard deviations a step
RISE, FALL = 0.05, 0.5  # shares of the search
PULL = 0.3  # towards the mean: edges alone would lead to tones that no radiograph has

_compiled = weakref.WeakKeyDictionary()  # {networks: {steps: the search as a compiled function}}


def invert(networks, volume, spacing, steps):
    """Content code of a generator for CTs, as its `encode_ct` gives it; see `invert_latents`."""
    return networks.code_of(invert_latents(networks, volume, spacing, steps))


def invert_latents(networks, volume, spacing, steps):
    """Latents (volumes, ...) that minimise `fit_loss` at `fit_poses` for each CT on its own.

    The same CT gives the same latents, whatever else is in the batch. Called eagerly, the search is
    compiled when networks are first searched.

    Args:
        networks: with `mean_latents`, `latents_of`, `latent_size`, `code_of`, `project` and `draw`.
        volume: (volumes, z, y, x, 1) in HU; spacing: (volumes, 3), (z, y, x) in mm.
        steps: of the search, a Python integer; 0 gives the mean of the prior, whatever the CT.
    """
    if not steps:
        mean = tf.convert_to_tensor(networks.mean_latents())
        return tf.repeat(mean, tf.shape(volume)[0], axis=0)
    if tf.executing_eagerly():
        return _compiled_search(networks, steps)(volume, spacing)
    return _search(networks, volume, spacing, steps)


def _compiled_search(networks, steps):
    compiled = _compiled.setdefault(networks, {})
    if steps not in compiled:
        reference = weakref.ref(networks)  # the entry must not keep its own key alive
        compiled[steps] = tf.function(
            lambda volume, spacing: _search(reference(), volume, spacing, steps), autograph=False
        )
    return compiled[steps]


def _search(networks, volume, spacing, steps):
    mean = tf.convert_to_tensor(networks.mean_latents())
    target = fit_target(networks, volume, spacing)
    prior = networks.latents_of(_fixed_normal(DRAWS, networks.latent_size))
    spread = tf.math.reduce_std(prior, axis=0, keepdims=True)
    start = _best_start(networks, tf.concat([mean, prior[:STARTS]], axis=0), target)
    return mean + spread * _descend(networks, mean, spread, start, target, steps)


def _fixed_normal(num, size):
    """Numbers of unit normal distribution, the same ones always: (num, size)."""
    return tf.constant(np.random.default_rng(0).normal(size=(num, size)), tf.float32)


def _best_start(networks, candidates, target):
    """For each volume the candidate that fits best at the first step's views: (volumes, ...)."""
    num = tf.shape(target.spacing)[0]

    def distance(candidate):
        latents = tf.repeat(candidate[None], num, axis=0)
        return distances(networks, latents, target, tf.range(VIEWS_A_STEP))

    losses = tf.map_fn(distance, candidates, parallel_iterations=1)
    return tf.gather(candidates, tf.argmin(losses, axis=0))


def _descend(networks, mean, spread, start, target, steps):
    """The best offset from the mean in standard deviations, (volumes, ...)."""
    start = (start - mean) / tf.maximum(spread, 1e-6)

    def step(index, offset, *means):
        views = (index * VIEWS_A_STEP + tf.range(VIEWS_A_STEP)) % NUM_VIEWS
        with tf.GradientTape() as tape:
            tape.watch(offset)
            losses = distances(networks, mean + spread * offset, target, views)
            inner = tuple(range(1, len(offset.shape)))
            losses += PULL * tf.reduce_mean(tf.square(offset), axis=inner)
        move, means = adam_move(tape.gradient(losses, offset), means, index)
        return index + 1, offset - _rate(index, steps) * move, *means

    nothing = tf.zeros_like(start)
    return tf.while_loop(
        lambda index, *_: index < steps,
        step,
        (tf.constant(0), start, nothing, nothing),
        parallel_iterations=1,
    )[1]


def _rate(index, steps):
    """Learning rate that rises in a line at first and falls as a cosine at last."""
    passed = (tf.cast(index, tf.float32) + 1) / (steps + 1)
    rise = tf.minimum(passed / RISE, 1.0)
    fall = tf.minimum((1 - passed) / FALL, 1.0)
    return RATE * rise * (1 - tf.cos(math.pi * fall)) / 2
