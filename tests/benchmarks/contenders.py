"""Our projectors, as the benchmark runs them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from blobs import pattern


@dataclass(frozen=True)
class Contender:
    """One renderer, set up for a scene.

    Args:
        name: as the table shows it.
        render: number of views to pictures (views, rows, columns).
        shift_gradient: () to the slope (3,) of the first view's mean, weighted by `pattern`, as
            the C-arm moves, by forward and backward pass; None where there is none.
    """

    name: str
    render: Callable
    shift_gradient: Callable | None = None


def ours(scene, samples):
    """Joseph by native warps and by the fused march, and the trilinear march."""
    import tensorflow as tf

    from ct2xkeras.projection import project

    volume = tf.constant(scene.field[None, ..., None])
    affine = tf.constant(scene.affine[None], tf.float32)
    weight = pattern(scene.size)
    step = 1.4 * len(scene.field) / samples  # the longest way through the cube is about 1.4 sides

    def seen(poses, method, differentiable=False):
        index = tf.zeros(len(poses), tf.int32)
        return project(volume, affine, poses, scene.size, index, method, differentiable, step=step)[
            ..., 0
        ]

    def render(method):
        return lambda views: np.asarray(seen(scene.poses[:views], method))

    def shift_gradient(method):
        def gradient():
            poses = tf.constant(scene.poses[:1])
            with tf.GradientTape() as tape:
                tape.watch(poses)
                loss = tf.reduce_mean(seen(poses, method, True) * weight)
            return tape.gradient(loss, poses).numpy()[0, 5:8]

        return gradient

    yield Contender("ct2xkeras joseph (native warps)", render("joseph"))
    for method in ("joseph_march", "trilinear"):
        name = f"ct2xkeras {method} (XLA)"
        yield Contender(name, render(method), shift_gradient(method))
