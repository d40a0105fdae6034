"""Functions of arrays that are worth compiling, on the TensorFlow backend.

On other backends the caller's own compiler does it. Python numbers among the arguments are static.
"""

import functools

import keras


def fused(function):
    """Compile into one kernel, by XLA."""
    return _compiled(function, jit_compile=True)


def traced(function):
    """Run as one graph without XLA: many small operations without Python between them."""
    return _compiled(function, jit_compile=False)


def _compiled(function, jit_compile):
    @functools.cache
    def compiled():
        import tensorflow as tf

        return tf.function(function, jit_compile=jit_compile, autograph=False)

    @functools.wraps(function)
    def call(*args):
        if keras.backend.backend() == "tensorflow":
            return compiled()(*args)
        return function(*args)

    return call
