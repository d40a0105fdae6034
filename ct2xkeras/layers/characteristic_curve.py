"""Characteristic curve: how a device turns exposure into grey, as a function of the style."""

import keras
from keras import ops

SMALLEST_DEVIATION = 0.02  # of a picture; a flat one is not stretched into noise
RATE = 10.0  # the curve learns as if its learning rate were that many times as high


def hinges(images, num_knots):
    """`max(0, x - t)` for knots t evenly on [-1, 1): (..., 1) to (..., num_knots)."""
    knots = ops.arange(num_knots, dtype="float32") * (2 / num_knots) - 1
    return ops.relu(images - ops.cast(knots, images.dtype))


def exposed(images):
    """Pictures at the mean 0 and the standard deviation 1/2, as automatic exposure makes them.

    (batch, height, width, 1) to the same shape. Radiographs come with grey values spread to their
    own range; a DRR's lie where the patient's thickness puts them.
    """
    mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
    variance = ops.mean(ops.square(images - mean), axis=(1, 2, 3), keepdims=True)
    return (images - mean) * ops.rsqrt(variance + SMALLEST_DEVIATION**2) / 2


@keras.saving.register_keras_serializable(package="ct2xkeras")
class CharacteristicCurve(keras.layers.Layer):
    """Exposes a picture and maps its grey values through a curve that the style code shapes.

    Films and digital detectors differ first in exposure and in this curve (Hurter and Driffield
    1890). Ours: with it a style moves the whole picture's tone at once, which convolutions learn
    only slowly. `x + e (y - x) + c_0 + sum c_k max(0, y - t_k)` of the picture x and of `exposed`
    y, where the style gives e and c; it starts as the identity.

    Args:
        num_knots: pieces of the curve.

    Call arguments:
        images: (batch, height, width, 1) in [-1, 1].
        style_code: (batch, style_size).

    Returns:
        (batch, height, width, 1).
    """

    def __init__(self, num_knots=8, **kwargs):
        super().__init__(**kwargs)
        self.num_knots = num_knots

    def build(self, images_shape, style_code_shape):
        self.curve = keras.layers.Dense(
            self.num_knots + 2, kernel_initializer="zeros", name="curve", dtype=self.dtype_policy
        )
        self.curve.build(style_code_shape)

    def call(self, images, style_code):
        curve = RATE * self.curve(style_code)[:, None, None, :]
        exposure, offset, slopes = curve[..., :1], curve[..., 1:2], curve[..., 2:]
        even = exposed(images)
        bends = ops.sum(slopes * hinges(even, self.num_knots), axis=-1, keepdims=True)
        return images + exposure * (even - images) + offset + bends

    def compute_output_shape(self, images_shape, style_code_shape):
        return images_shape

    def get_config(self):
        return {**super().get_config(), "num_knots": self.num_knots}
