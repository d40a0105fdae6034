"""A small SavedModel without any network."""

import tensorflow as tf

SIDE = 4


def save_toy(folder, version, factor):
    """`serving_default`: x (n, 4) -> y = factor x. `reverse`: text. `slow`: takes a while."""

    class Toy(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, SIDE), tf.float32, "x")])
        def scale(self, x):
            return {"y": factor * x}

        @tf.function(
            input_signature=[
                tf.TensorSpec((None,), tf.string, "data"),
                tf.TensorSpec((None,), tf.int32, "times"),
            ]
        )
        def repeat(self, data, times):
            tf.debugging.assert_less(times, 9, "at most 8 times")
            tf.debugging.assert_equal(tf.shape(data), tf.shape(times), "other rows")
            joined = tf.map_fn(
                lambda pair: tf.strings.reduce_join(tf.repeat(pair[0], pair[1])),
                (data, times),
                fn_output_signature=tf.string,
            )
            return {"data_bytes": joined, "length": tf.strings.length(joined)}

        @tf.function(input_signature=[tf.TensorSpec((None, SIDE), tf.float32, "x")])
        def slow(self, x):
            big = tf.ones((400, 400)) / 400
            for _ in tf.range(60):
                big = big @ big
            return {"y": x * tf.reduce_mean(big) * 400}

    toy = Toy()
    signatures = {"serving_default": toy.scale, "repeat": toy.repeat, "slow": toy.slow}
    temporary = folder / f".{version}"
    tf.saved_model.save(toy, str(temporary), signatures=signatures)
    temporary.rename(folder / str(version))
