"""The decoder of tri-planes (Chan et al. 2022, section 3): features of a point to a field there."""

import keras
from keras import ops

from ct2xkeras.baselines.eg3d.equalized import EqualizedDense

WIDENING = 0.001  # beyond [0, 1], as in MipNeRF: the limits themselves can be reached


@keras.saving.register_keras_serializable(package="ct2xkeras")
class FieldDecoder(keras.layers.Layer):
    """One hidden layer with softplus; the view's direction does not enter.

    Args:
        width: of the hidden layer.
        features: channels beside the density.

    Call arguments:
        values: (..., channels), of the planes.

    Returns:
        raw density (...,), any number, float32; features (..., features) about [0, 1], float32.
    """

    def __init__(self, width, features, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.width = width
        self.features = features

    def build(self, values_shape):
        self.hidden = EqualizedDense(self.width, name="hidden", dtype="float32")
        self.hidden.build((None, values_shape[-1]))
        self.outputs = EqualizedDense(1 + self.features, name="outputs", dtype="float32")
        self.outputs.build((None, self.width))

    def call(self, values):
        shape = ops.shape(values)[:-1]
        rows = ops.reshape(values, [-1, values.shape[-1]])  # products of many axes are slow
        outputs = self.outputs(ops.softplus(self.hidden(rows)))
        features = (1 + 2 * WIDENING) * ops.sigmoid(outputs[:, 1:]) - WIDENING
        return (
            ops.reshape(outputs[:, 0], shape),
            ops.reshape(features, (*shape, self.features)),
        )

    def get_config(self):
        return {**super().get_config(), "width": self.width, "features": self.features}
