"""What surrounds a radiograph in its file: `ct2xkeras.data.xray.borders` inside a graph.

Every step is the twin's of that name, where it is explained. A box is (first row, row behind the
last, first column, column behind the last), int32 (4,).
"""

import tensorflow as tf

from ct2xkeras.data.xray import borders as twin
from ct2xkeras.serving.preparation.components import first_of_part, touching_edge


def cut(pixels, box):
    """The part of a picture (H, W) inside a box."""
    return pixels[box[0] : box[1], box[2] : box[3]]


def percentiles(pixels, shares):
    """Percentiles of all values, linear between them: [scalar, ...]."""
    ordered = tf.sort(tf.reshape(pixels, [-1]))
    last = tf.cast(tf.size(ordered) - 1, tf.float64)
    found = []
    for share in shares:
        place = last * share / 100
        below = tf.floor(place)
        fraction = tf.cast(place - below, tf.float32)
        low, high = (ordered[tf.cast(f(place), tf.int32)] for f in (tf.floor, tf.math.ceil))
        found.append(low + fraction * (high - low))
    return found


def letterbox_box(pixels):
    """The box inside edge lines of one grey each, however many there are."""
    tolerance = twin.FLAT * (tf.reduce_max(pixels) - tf.reduce_min(pixels))
    whole = _whole(pixels)

    def tighter(box, _):
        smaller = box
        for axis in (0, 1):
            smaller = _without_flat_ends(pixels, smaller, axis, tolerance)
        return smaller, tf.reduce_any(smaller != box) & _has_room(smaller)

    box, _ = tf.while_loop(lambda _, changed: changed, tighter, (whole, tf.constant(True)))
    return tf.where(_has_room(box), box, whole)


def _whole(pixels):
    rows, columns = tf.unstack(tf.shape(pixels))
    return tf.stack([0, rows, 0, columns])


def _has_room(box):
    return (box[0] < box[1]) & (box[2] < box[3])


def _without_flat_ends(pixels, box, axis, tolerance):
    """Without flat rows (axis=0) or columns (axis=1) at its ends; without room if all are."""
    inner = cut(pixels, box)
    spread = tf.reduce_max(inner, 1 - axis) - tf.reduce_min(inner, 1 - axis)
    start, stop = _between_first_and_last(spread > tolerance)
    first = box[2 * axis]
    return _with_part(box, axis, first + start, first + stop)


def _between_first_and_last(flags):
    """From the first entry that is set to the one behind the last; (0, 0) where none is."""
    place = tf.range(tf.size(flags))
    start = tf.reduce_min(tf.where(flags, place, tf.size(flags)))
    stop = tf.reduce_max(tf.where(flags, place + 1, 0))
    return tf.minimum(start, stop), stop


def _with_part(box, axis, start, stop):
    part = tf.stack([start, stop])
    return tf.concat([part, box[2:]] if axis == 0 else [box[:2], part], axis=0)


def border_box(pixels):
    """The box that no border line crosses, at least half of each side."""
    step = -(-tf.reduce_max(tf.shape(pixels)) // twin.ENOUGH)
    few = tf.ensure_shape(pixels[::step, ::step], [None, None])  # lost by strides that are tensors
    box = _whole(few)
    for dark_share in twin.DARK_SHARES:
        for axis in (0, 1):
            lines = _border_lines(cut(few, box), 1 - axis, dark_share)
            start, stop = _trimmed(box[2 * axis], lines, tf.shape(few)[axis])
            box = _with_part(box, axis, start, stop)
    return _of_all_lines(box, step, _whole(few), _whole(pixels))


def _of_all_lines(box, step, seen, whole):
    """A box of all lines from one of those seen, `step` apart; both ends of `whole` stay."""
    starts, stops = step * box[::2], step * (box[1::2] - 1) + 1
    stops = tf.where(box[1::2] == seen[1::2], whole[1::2], stops)
    return tf.reshape(tf.stack([starts, stops], axis=1), [-1])


def _border_lines(pixels, across, dark_share):
    low, high = percentiles(pixels, (1, 99))
    dark = _reaching_edge(pixels <= low + twin.DARK * (high - low))
    bright = pixels >= low + twin.BRIGHT * (high - low)
    return (_share(dark, across) > dark_share) | (_share(bright, across) > twin.BRIGHT_SHARE)


def _share(flags, axis):
    return tf.reduce_mean(tf.cast(flags, tf.float64), axis)


def _reaching_edge(mask):
    parts = first_of_part(mask, (0, 1))
    return tf.gather(touching_edge(parts, (0, 1)), parts) & mask


def _trimmed(start, border, length):
    """First and last of the lines left, given those that are border, from `start` on."""
    reach = tf.cast(twin.REACH * tf.cast(length, tf.float64), tf.int32)
    head = border[: tf.maximum(0, reach - start)]
    tail = border[length - reach - start :][::-1]
    stop = start + tf.size(border)
    return start + _after_last(head), stop - _after_last(tail)


def _after_last(flags):
    return tf.reduce_max(tf.concat([[0], tf.where(flags, tf.range(1, tf.size(flags) + 1), 0)], 0))
