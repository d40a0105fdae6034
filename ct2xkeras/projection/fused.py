"""Functions of arrays that are worth compiling into one kernel."""

import functools

import keras


@functools.cache
def _compiled(function):
    import tensorflow as tf

    return tf.function(function, jit_compile=True, autograph=False)


def fused(function):
    """Compile with XLA on the TensorFlow backend; on others the caller's own compiler does it.

    Python numbers among the arguments are static.
    """

    @functools.wraps(function)
    def call(*args):
        if keras.backend.backend() == "tensorflow":
            return _compiled(function)(*args)
        return function(*args)

    return call
