"""A CT's volume, spacing and content code as one string, which clients keep and give back."""

import math

import tensorflow as tf

from ct2xkeras.serving import checks


class ContentBytes:
    """Packs what `render` needs of a CT.

    A string is a serialised vector of 32-bit words: a mark of the model, spacing, volume (two HU a
    word) and content code. The mark keeps codes of another model or version out.

    Args:
        volume_size: (z, y, x), static.
        content_shapes: of the content code's levels for one CT, static.
        mark: number of the model, 32 bits.
    """

    def __init__(self, volume_size, content_shapes, mark):
        self.volume_size = tuple(volume_size)
        self.content_shapes = [tuple(shape) for shape in content_shapes]
        self.mark = mark
        voxels = math.prod(self.volume_size)
        self.lengths = [1, 3, voxels // 2, *(math.prod(shape) for shape in self.content_shapes)]

    def pack(self, volume, spacing, code):
        """Strings (n,) of volumes (n, z, y, x, 1) of whole HU, spacing (n, 3) and levels."""
        count = tf.shape(volume)[0]
        hu = tf.reshape(tf.cast(volume, tf.int16), [count, -1, 2])
        words = [tf.fill([count, 1], self.mark), _words(spacing), tf.bitcast(hu, tf.int32)]
        words += [_words(tf.reshape(level, [count, -1])) for level in code]
        return tf.map_fn(
            tf.io.serialize_tensor, tf.concat(words, axis=1), fn_output_signature=tf.string
        )

    def unpack(self, code_bytes):
        """Volume, spacing and content code again, (n, ...) each.

        Raises:
            InvalidArgumentError: (when the graph runs) the strings are not of this model.
        """
        words = tf.map_fn(
            self._parsed,
            code_bytes,
            fn_output_signature=tf.TensorSpec((sum(self.lengths),), tf.int32),
        )
        _, spacing, hu, *levels = tf.split(words, self.lengths, axis=1)
        volume = tf.reshape(tf.bitcast(hu, tf.int16), (-1, *self.volume_size, 1))
        code = [
            tf.reshape(tf.bitcast(level, tf.float32), (-1, *shape))
            for level, shape in zip(levels, self.content_shapes, strict=True)
        ]
        return tf.cast(volume, tf.float32), tf.bitcast(spacing, tf.float32), code

    def _parsed(self, content):
        words = tf.reshape(tf.io.parse_tensor(content, tf.int32), [-1])
        known = (tf.size(words) == sum(self.lengths)) & tf.reduce_all(words[:1] == self.mark)
        message = "code_bytes is of another model or version; encode the CT again"
        return tf.ensure_shape(checks.require(known, message, words), [sum(self.lengths)])


def _words(values):
    return tf.bitcast(values, tf.int32)
