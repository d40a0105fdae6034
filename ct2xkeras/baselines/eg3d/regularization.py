"""EG3D's density regularisation: neighbouring points of a field have similar densities."""

import tensorflow as tf

from ct2xkeras.models.lazy_penalties import is_due

BOX = 2.0  # side of the box that a field fills


def lazy_density(density, points, offsets, step, interval):
    """Mean `|raw(x) - raw(x + d)|` where it is due, times the interval; else 0.

    Args:
        density: function of points (n, points, 3) that gives raw densities (n, points).
        points: (n, points, 3) in [-1, 1].
        offsets: (n, points, 3), to their neighbours.
    """

    def penalty():
        raw = density(tf.concat([points, points + offsets], axis=1))
        here, beside = tf.split(raw, 2, axis=1)
        return interval * tf.reduce_mean(tf.abs(here - beside))

    return tf.cond(is_due(step, interval), penalty, lambda: tf.constant(0.0))


def random_neighbours(places, directions, distance):
    """Points of the box and the ways to their neighbours, (n, points, 3) each.

    Args:
        places: (n, 3 * points) in [0, 1); directions: (n, 3 * points), normal.
        distance: standard deviation of the ways, in sides of the box.
    """
    shape = [-1, places.shape[1] // 3, 3]
    points = BOX * (tf.reshape(places, shape) - 0.5)
    return points, BOX * distance * tf.reshape(directions, shape)
