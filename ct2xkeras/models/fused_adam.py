"""Adam in one operation a weight."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="ct2xkeras")
class FusedAdam(keras.optimizers.Adam):
    """Keras' Adam with TensorFlow's fused kernel: the same numbers up to rounding.

    Keras writes an update as some thirty operations for each weight, which were a seventh of the
    time to trace a training step. Without `amsgrad` and weight decay, which the kernel lacks.

    Args:
        learning_rate, beta_1, beta_2, epsilon: as Keras' Adam has them.
    """

    def __init__(self, learning_rate=1e-3, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **kwargs):
        if kwargs.get("amsgrad") or kwargs.get("weight_decay"):
            raise ValueError("FusedAdam has neither amsgrad nor weight_decay: use Keras' Adam.")
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **kwargs)
        self._shared = None

    def apply(self, grads, trainable_variables=None):
        self._shared = None  # of one step, and of the graph that is being traced
        super().apply(grads, trainable_variables)
        self._shared = None

    def update_step(self, gradient, variable, learning_rate):
        if self._shared is None:
            self._shared = self._scalars(learning_rate)
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            grad=gradient,
            **self._shared,
        )

    def _scalars(self, learning_rate):
        step = tf.cast(self.iterations.value + 1, tf.float32)
        return {
            "lr": tf.cast(learning_rate, tf.float32),
            "beta1": tf.constant(self.beta_1),
            "beta2": tf.constant(self.beta_2),
            "beta1_power": tf.pow(self.beta_1, step),
            "beta2_power": tf.pow(self.beta_2, step),
            "epsilon": tf.constant(self.epsilon),
        }
