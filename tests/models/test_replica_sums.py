import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.models.replicas import apply_gradients


def stepped(gradients, clip_norm):
    """Weights that were 0, after a step of plain gradient descent at rate 1; and the norm."""
    weights = [keras.Variable(np.zeros(2, "float32")) for _ in gradients]
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build(weights)
    norm = apply_gradients(optimizer, gradients, weights, clip_norm)
    return [np.asarray(weight) for weight in weights], float(norm)


def test_all_gradients_are_clipped_together_and_weights_without_part_stay():
    gradients = [tf.constant([3.0, 0.0]), None, tf.constant([0.0, 4.0])]
    weights, norm = stepped(gradients, None)
    assert norm == pytest.approx(5)
    np.testing.assert_allclose(weights, [[-3, 0], [0, 0], [0, -4]])
    weights, norm = stepped(gradients, 1.0)
    assert norm == pytest.approx(5)
    np.testing.assert_allclose(weights, [[-0.6, 0], [0, 0], [0, -0.8]], rtol=1e-6)
