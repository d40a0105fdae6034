"""Wrong inputs of a signature are refused when the graph runs: `INVALID_ARGUMENT`, a message.

Each function gives back its values, which exist only once the check has passed: operations that
take them cannot fail first, with a message of their own.
"""

import tensorflow as tf

from ct2xkeras.data.ct.stored_grid import SPACING_LIMITS
from ct2xkeras.geometry import POSE_FIELDS
from ct2xkeras.projection.rays import view_frames

LARGEST_POSE = 1e5  # degrees or mm: 100 m; floats are too coarse beyond
HU_LIMITS = (-32768, 32767)
SDD, SOD = POSE_FIELDS.index("sdd"), POSE_FIELDS.index("sod")
PIXEL = POSE_FIELDS.index("row_spacing")


def require(condition, message, values):
    """The values if the condition holds; else the request stops with `message`."""
    with tf.control_dependencies([tf.debugging.Assert(condition, [message])]):
        return tf.nest.map_structure(tf.identity, values)


def finite(name, values):
    """Values without NaN and infinities."""
    known = tf.reduce_all(tf.math.is_finite(values))
    return require(known, f"{name} holds NaN or infinite values", values)


def hounsfield(name, values):
    """HU, within what 16 bits hold."""
    low, high = HU_LIMITS
    inside = tf.reduce_all((values >= low) & (values <= high))  # NaN is outside
    message = f"{name} holds NaN or values outside [{low}, {high}]; expected HU"
    return require(inside, message, values)


def spacings(values):
    """Voxel distances in mm."""
    low, high = SPACING_LIMITS
    inside = tf.reduce_all((values >= low) & (values <= high))
    return require(inside, f"spacing must lie between {low:g} and {high:g} mm (z, y, x)", values)


def poses(values):
    """Poses (n, 12) of a C-arm, at least one."""
    some = tf.shape(values)[0] > 0
    values = require(some, "pose has no rows; expected at least one", values)
    near = tf.reduce_all(tf.abs(values) <= LARGEST_POSE)
    message = f"pose holds NaN or numbers beyond {LARGEST_POSE:g} (degrees and mm)"
    values = require(near, message, values)
    ordered = tf.reduce_all((values[:, SOD] > 0) & (values[:, SOD] < values[:, SDD]))
    values = require(ordered, "pose: the isocentre must lie at 0 < sod < sdd", values)
    positive = tf.reduce_all(values[:, PIXEL : PIXEL + 2] > 0)
    return require(positive, "pose: row_spacing and column_spacing must be positive (mm)", values)


def sources_outside(poses, spacing, size):
    """Poses whose X-ray sources are outside their volume; spacing has a row a pose, or one."""
    source = view_frames(poses, (1, 1))[0]
    half = tf.reverse(spacing, [1]) * tf.constant(size[::-1], tf.float32) / 2
    outside = tf.reduce_all(tf.reduce_any(tf.abs(source) >= half, axis=1))
    message = "pose: the X-ray source is inside the volume; raise sod or move the isocentre"
    return require(outside, message, poses)


def one_or(name, values, count):
    """An input of one row, or of `count`."""
    found = tf.shape(values)[0]
    message = f"{name} must have one row, or as many as there are poses or CTs"
    return require((found == 1) | (found == count), message, values)


def shared(name, values, count):
    """An input with a row for each of `count`; a single row is repeated."""
    values = one_or(name, values, count)
    return tf.gather(values, tf.minimum(tf.range(count), tf.shape(values)[0] - 1))


def alike(name, values, other_name, other):
    """An input of as many rows as another."""
    same = tf.shape(values)[0] == tf.shape(other)[0]
    return require(same, f"{name} must have as many rows as {other_name}", values)
