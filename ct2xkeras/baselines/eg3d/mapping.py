"""Mapping network (StyleGAN2, Karras et al. 2020): latents, labels or both to codes."""

import keras
from keras import ops

from ct2xkeras.baselines.eg3d.equalized import EqualizedDense

EPSILON = 1e-8
RATE = 0.01  # of the learning rate


def normalized(values):
    """Values (batch, size) divided by the root of the mean of their squares."""
    return values * ops.rsqrt(ops.mean(ops.square(values), axis=-1, keepdims=True) + EPSILON)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class MappingNetwork(keras.layers.Layer):
    """Dense layers with LeakyReLU at a hundredth of the learning rate, from normalised inputs.

    A label enters as a normalised linear embedding beside the latent.

    Args:
        size: length of the code.
        num_layers: dense layers.

    Call arguments:
        latents: (batch, latent_size), or None where labels alone are mapped.
        labels: (batch, label_size), or None.

    Returns:
        (batch, size), float32.
    """

    def __init__(self, size, num_layers, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.size = size
        self.num_layers = num_layers

    def build(self, latents_shape, labels_shape=None):
        width = latents_shape[-1] if latents_shape else 0
        self.embedding = None
        if labels_shape is not None:
            self.embedding = EqualizedDense(self.size, name="embedding", dtype="float32")
            self.embedding.build(labels_shape)
            width += self.size
        self.hidden = []
        for index in range(self.num_layers):
            layer = EqualizedDense(
                self.size, "leaky_relu", rate=RATE, name=f"hidden_{index}", dtype="float32"
            )
            layer.build((None, width))
            self.hidden.append(layer)
            width = self.size

    def call(self, latents, labels=None):
        parts = [] if latents is None else [normalized(latents)]
        if self.embedding is not None:
            parts.append(normalized(self.embedding(labels)))
        values = ops.concatenate(parts, axis=-1)
        for layer in self.hidden:
            values = layer(values)
        return values

    def compute_output_shape(self, latents_shape, labels_shape=None):
        return ((latents_shape or labels_shape)[0], self.size)

    def get_config(self):
        return {**super().get_config(), "size": self.size, "num_layers": self.num_layers}
