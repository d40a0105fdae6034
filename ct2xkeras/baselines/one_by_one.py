"""A function of one element after the other, to bound the memory."""

import keras
from keras import ops


def one_by_one(function, elements):
    """A function's results for each element, stacked; never two at a time on TensorFlow.

    A single element, known while a graph is traced, needs no loop. Take slopes inside of `function`
    and not through this: TensorFlow's memory optimizer leaves temporary variables behind in the
    gradient of a loop that is in a loop, and the next call of the graph then fails.

    Args:
        function: of a tuple of tensors, the elements at one place; gives a float32 tensor.
        elements: a tuple of tensors (n, ...).

    Returns:
        (n, ...) float32.
    """
    if elements[0].shape[0] == 1:
        return function(tuple(values[0] for values in elements))[None]
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.map_fn(function, elements, fn_output_signature=tf.float32, parallel_iterations=1)
    return ops.map(function, elements)
