"""Trilinear samples as a product with a sparse matrix: fast on CPUs, forwards and backwards.

A gather's gradient scatters each sample into eight rows, which TensorFlow does slowly on CPUs. As
a sparse matrix of eight weights a sample, both ways are one pass over the weights.
"""

import math

import tensorflow as tf

from ct2xkeras.projection.interpolate import clamped_corners

# TensorFlow multiplies up to 31 columns in a plain loop, and more of them far slower.
LARGEST_PART = 31


def trilinear_sparse(volumes, volume_index, coordinates):
    """The values of `trilinear_clamped`, with its arguments."""
    rows, weights = clamped_corners(volumes.shape, volume_index, coordinates)
    return sparse_rows(tf.reshape(volumes, [-1, volumes.shape[-1]]), rows, weights)


def sparse_rows(table, rows, weights):
    """`sum_k w_k table[r_k]` of a few rows for each sample.

    Args:
        table: (n, channels), any float type.
        rows, weights: lists of (...,) integers and floats, one pair for each k.

    Returns:
        (..., channels) in the table's type.
    """
    channels = table.shape[-1]
    shape = tf.shape(rows[0])
    columns = tf.reshape(tf.stack(rows, axis=-1), [-1])
    samples = tf.repeat(tf.range(tf.size(rows[0])), len(rows))
    matrix = tf.SparseTensor(
        tf.cast(tf.stack([samples, columns], axis=-1), tf.int64),
        tf.cast(tf.reshape(tf.stack(weights, axis=-1), [-1]), table.dtype),
        tf.cast([tf.size(rows[0]), tf.shape(table)[0]], tf.int64),
    )
    parts = tf.split(table, part_sizes(channels), axis=-1)
    values = tf.concat([tf.sparse.sparse_dense_matmul(matrix, part) for part in parts], axis=-1)
    return tf.reshape(values, tf.concat([shape, [channels]], axis=0))


def part_sizes(channels):
    """Sizes of at most `LARGEST_PART`, as equal as can be: 48 is 24 and 24."""
    num = math.ceil(channels / LARGEST_PART)
    return [channels // num + (i < channels % num) for i in range(num)]
