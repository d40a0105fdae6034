"""Latents whose views have their edges where a CT's DRRs have theirs; all in one graph.

The search is the projector of StyleGAN2 (Karras et al. 2020, appendix D) with another loss: Adam on
latents of every layer, from the mean of the prior, at a rate that rises and falls. Each latent is
counted in standard deviations of its prior, so that one rate fits all generators. A start from
whichever draw of the prior fits best ends as near to the DRRs, but shows other views far worse.
"""

import math
import weakref

import tensorflow as tf

from ct2xkeras.baselines.inversion.adam import adam_move
from ct2xkeras.baselines.inversion.prior import prior_draws
from ct2xkeras.baselines.inversion.targets import NUM_VIEWS, FitTarget, distances, fit_target
from ct2xkeras.baselines.one_by_one import one_by_one

DRAWS = 256  # from the prior, to measure its spread
RATE = 0.2  # standard deviations a step
RISE, FALL = 0.05, 0.5  # shares of the search
PULL = 0.03  # towards the mean

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
    spread = tf.math.reduce_std(prior_draws(networks, DRAWS), axis=0, keepdims=True)
    return mean + spread * _descend(networks, mean, spread, target, steps)


def _descend(networks, mean, spread, target, steps):
    """The offset from the mean that fits best, in standard deviations: (volumes, ...)."""

    def step(index, offset, *means):
        def slope(scene):  # of one CT, so that what the tape holds does not grow with them
            one, *aim = (values[None] for values in scene)
            return _slope(networks, mean, spread, one, FitTarget(*aim), index[None] % NUM_VIEWS)[0]

        slopes = one_by_one(slope, (offset, *target))
        move, means = adam_move(slopes, means, index)
        return index + 1, offset - _rate(index, steps) * move, *means

    start = tf.repeat(tf.zeros_like(mean), tf.shape(target.spacing)[0], axis=0)
    return tf.while_loop(
        lambda index, *_: index < steps,
        step,
        (tf.constant(0), start, start, start),
        parallel_iterations=1,
    )[1]


def _slope(networks, mean, spread, offset, target, views):
    """Slope of the loss at an offset (volumes, ...) by the tape."""
    with tf.GradientTape() as tape:
        tape.watch(offset)
        losses = distances(networks, mean + spread * offset, target, views)
        inner = tuple(range(1, len(offset.shape)))
        losses += PULL * tf.reduce_mean(tf.square(offset), axis=inner)
    return tape.gradient(losses, offset)


def _rate(index, steps):
    """Learning rate that rises in a line at first and falls as a cosine at last."""
    passed = (tf.cast(index, tf.float32) + 1) / (steps + 1)
    rise = tf.minimum(passed / RISE, 1.0)
    fall = tf.minimum((1 - passed) / FALL, 1.0)
    return RATE * rise * (1 - tf.cos(math.pi * fall)) / 2
