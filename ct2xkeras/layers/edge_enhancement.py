"""Edge enhancement: how a device sharpens its pictures, as a function of the style."""

import keras
from keras import ops

from ct2xkeras.losses.detail import detail_bands

RATE = 10.0  # the gains learn as if their learning rate were that many times as high


@keras.saving.register_keras_serializable(package="ct2xkeras")
class EdgeEnhancement(keras.layers.Layer):
    """Amplifies fine detail by gains that the style code gives.

    Radiographs come sharpened: unsharp masks and their multi-scale successors (Vuylsteke and
    Schoeters 1994) are part of every digital device, and how much they do is part of its look.
    `x + sum_k g_k b_k(x)` of the bands `detail_bands`, with gains g_k of the style; it starts as
    the identity. Gains below 0 soften, as an old screen does.

    Args:
        num_bands: scales with a gain of their own.

    Call arguments:
        images: (batch, height, width, 1).
        style_code: (batch, style_size).

    Returns:
        (batch, height, width, 1).
    """

    def __init__(self, num_bands=3, **kwargs):
        super().__init__(**kwargs)
        self.num_bands = num_bands

    def build(self, images_shape, style_code_shape):
        self.gains = keras.layers.Dense(
            self.num_bands, kernel_initializer="zeros", name="gains", dtype=self.dtype_policy
        )
        self.gains.build(style_code_shape)

    def call(self, images, style_code):
        gains = RATE * self.gains(style_code)[:, None, None, :]
        bands = ops.cast(detail_bands(images, self.num_bands), images.dtype)
        return images + ops.sum(gains * bands, axis=-1, keepdims=True)

    def compute_output_shape(self, images_shape, style_code_shape):
        return images_shape

    def get_config(self):
        return {**super().get_config(), "num_bands": self.num_bands}
