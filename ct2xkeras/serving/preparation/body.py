"""Where the patient is in a CT: `ct2xkeras.data.ct.body.body_mask` inside a graph.

Every step is the twin's of that name, where it is explained.
"""

import tensorflow as tf

from ct2xkeras.data.ct import body as twin
from ct2xkeras.serving.checks import require
from ct2xkeras.serving.preparation.components import count_by_part, first_of_part, touching_edge


def body_mask(hu, spacing):
    """Mask (z, y, x) of the patient, lungs and bowel gas included.

    Args:
        hu: (z, y, x) HU, any number type and size.
        spacing: (3,) float64, (z, y, x) mm.

    Raises:
        InvalidArgumentError: (when the graph runs) nothing as dense as tissue in the volume.
    """
    steps = tf.maximum(1, tf.cast(twin.WORKING_SPACING / spacing, tf.int32))
    coarse = tf.ensure_shape(hu[:: steps[0], :: steps[1], :: steps[2]], [None] * 3)
    spacing = spacing * tf.cast(steps, tf.float64)
    tissue = coarse > tf.cast(twin.SURFACE_HU, hu.dtype)
    disc = _disc(spacing, twin.OPENING_RADIUS)
    dense = _patient_parts(_dilated(_eroded(tissue, disc), disc), spacing)
    dense = _dilated(dense, disc) & tissue
    body = ~_outside(dense | _cut_lungs(dense, coarse), coarse)
    return _repeated(_dilated(body, _cross()), steps, tf.shape(hu))


def _disc(spacing, radius):
    """Filter (y, x) of a radius in mm, at least one voxel."""
    reach = tf.maximum(1, tf.cast(radius / spacing[1:], tf.int32))
    y, x = (tf.cast(tf.range(-n, n + 1) / n, tf.float64) for n in tf.unstack(reach))
    return tf.cast(y[:, None] ** 2 + x**2 <= 1.0, tf.float32)


def _cross():
    return tf.constant([[0.0, 1, 0], [1, 1, 1], [0, 1, 0]])


def _dilated(mask, kernel):
    """In-plane dilation; outside the volume there is nothing."""
    pictures = tf.cast(mask, tf.float32)[..., None]
    return tf.nn.conv2d(pictures, kernel[..., None, None], 1, "SAME")[..., 0] > 0.5


def _eroded(mask, kernel):
    """In-plane erosion, to which the volume's border is inside."""
    return ~_dilated(~mask, kernel)


def _patient_parts(mask, spacing):
    parts = first_of_part(mask, (0, 1, 2))
    counts = count_by_part(mask, parts)
    message = "the CT holds no voxel as dense as tissue: check its HU scale"
    largest = require(tf.reduce_any(mask), message, tf.reduce_max(counts))
    thick = count_by_part(_thick(mask, spacing), parts) > 0
    share = tf.cast(twin.SMALLEST_PART, tf.float64) * tf.cast(largest, tf.float64)
    kept = thick & (tf.cast(counts, tf.float64) >= share)
    kept |= tf.range(tf.size(counts)) == tf.argmax(counts, output_type=tf.int32)
    return tf.gather(kept, parts) & mask


def _thick(mask, spacing):
    """Middles of in-plane squares of tissue; beyond the border it counts as tissue."""
    hollow = tf.cast(~mask, tf.float32)[..., None]
    sides = tf.maximum(1, tf.cast(twin.THICKNESS / spacing[1:], tf.int32))
    for axis, side in zip((1, 2), tf.unstack(sides), strict=True):
        paddings = [[0, 0]] * 4
        paddings[axis] = [side // 2, (side - 1) - side // 2]
        shape = [side, 1] if axis == 1 else [1, side]
        hollow = tf.nn.conv2d(
            tf.pad(hollow, paddings), tf.ones([*shape, 1, 1]), strides=1, padding="VALID"
        )
    return hollow[..., 0] < 0.5


def _cut_lungs(dense, hu):
    pictures = tf.pad(tf.cast(hu, tf.float32), [[0, 0], [1, 1], [1, 1]], "SYMMETRIC")[..., None]
    mean = tf.nn.avg_pool2d(pictures, 3, 1, "VALID")[..., 0]
    return ~dense & (mean > twin.AIR_HU) & (_between(dense, 1) | _between(dense, 2))


def _between(mask, axis):
    counts = tf.cast(mask, tf.int32)
    return (tf.cumsum(counts, axis) > 0) & (tf.cumsum(counts, axis, reverse=True) > 0)


def _outside(dense, hu):
    parts = first_of_part(~dense, (1, 2))
    size = tf.cast(count_by_part(~dense, parts), tf.float64)
    air = tf.cast(count_by_part(~dense & (hu < tf.cast(twin.AIR_HU, hu.dtype)), parts), tf.float64)
    outside = touching_edge(parts, (1, 2)) & (air > twin.OUTSIDE_AIR * size)
    return tf.gather(outside, parts) & ~dense


def _repeated(mask, steps, shape):
    for axis, (step, length) in enumerate(zip(tf.unstack(steps), tf.unstack(shape), strict=True)):
        mask = tf.gather(mask, tf.range(length) // step, axis=axis)
    return mask
