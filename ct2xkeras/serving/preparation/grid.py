"""From a CT of any size to the grid that the model sees: `to_model_volume` inside a graph."""

import tensorflow as tf

from ct2xkeras.data.ct.grid import MARGIN
from ct2xkeras.data.ct.hounsfield import HU_MAX, HU_MIN
from ct2xkeras.serving.preparation.body import body_mask


def resampling_matrix(num_in, num_out):
    """Weights (num_out, num_in) float32, see `ct2xkeras.data.resampling`."""
    num_in, num_out = tf.cast(num_in, tf.float64), tf.cast(num_out, tf.float64)
    scale = num_in / num_out
    centers = (tf.range(num_out) + 0.5) * scale - 0.5
    distance = tf.abs(tf.range(num_in) - centers[:, None]) / tf.maximum(scale, 1.0)
    weights = tf.maximum(tf.constant(0.0, tf.float64), 1.0 - distance)
    return tf.cast(weights / tf.reduce_sum(weights, axis=1, keepdims=True), tf.float32)


def resample_image(image, size):
    """(H, W) to `size`, float32."""
    shape = tf.shape(image)
    rows, columns = (resampling_matrix(shape[axis], size[axis]) for axis in (0, 1))
    return rows @ tf.cast(image, tf.float32) @ tf.transpose(columns)


def model_volume(hu, spacing, size):
    """A CT on the model's grid.

    Args:
        hu: (z, y, x) HU, indices growing to S, A, R; any size.
        spacing: (3,) float32, (z, y, x) mm.
        size: (z, y, x) of the result, static.

    Returns:
        HU (z, y, x, 1) float32, whole numbers; spacing (3,) of it, (z, y, x) mm; center (3,), the
        middle of its box, (x, y, z) mm from the middle of the given grid.
    """
    hu = tf.clip_by_value(hu, tf.cast(HU_MIN, hu.dtype), tf.cast(HU_MAX, hu.dtype))
    spacing, shape = tf.cast(spacing, tf.float64), tf.shape(hu)
    mask = body_mask(hu, spacing)
    starts, stops = _body_box(mask, spacing)
    lengths = stops - starts
    box = tf.slice(tf.where(mask, hu, tf.cast(HU_MIN, hu.dtype)), starts, lengths)
    resampled = _resampled(box, size)
    middle = tf.cast(starts + stops - shape, tf.float64) / 2 * spacing
    grid_spacing = spacing * tf.cast(lengths, tf.float64) / tf.cast(size, tf.float64)
    return (
        tf.round(tf.clip_by_value(resampled, HU_MIN, HU_MAX))[..., None],
        tf.cast(grid_spacing, tf.float32),
        tf.cast(middle[::-1], tf.float32),
    )


def _body_box(mask, spacing):
    """First index and the one behind the last, (3,) int32 each: in-plane with a margin."""
    shape = tf.shape(mask)
    starts, stops = [0], [shape[0]]
    for axis, others in ((1, (0, 2)), (2, (0, 1))):
        indices = tf.where(tf.reduce_any(mask, others))[:, 0]
        margin = tf.cast(tf.math.ceil(MARGIN / spacing[axis]), tf.int32)
        starts.append(tf.maximum(0, tf.cast(indices[0], tf.int32) - margin))
        stops.append(tf.minimum(shape[axis], tf.cast(indices[-1], tf.int32) + 1 + margin))
    return tf.stack(starts), tf.stack(stops)


def _resampled(volume, size):
    """Slice by slice, so that no float copy of the whole is made."""
    slices = tf.map_fn(
        lambda plane: resample_image(plane, size[1:]),
        volume,
        parallel_iterations=1,
        fn_output_signature=tf.TensorSpec(size[1:], tf.float32),
    )
    return tf.tensordot(resampling_matrix(tf.shape(volume)[0], size[0]), slices, axes=1)
