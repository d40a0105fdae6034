"""3D convolution as one 2D convolution over neighbouring slices.

The same sums as `keras.layers.Conv3D`, in a form for which CPUs have fast kernels: TensorFlow's
gradient of a strided 3D convolution takes tens of times as long.
"""

import keras
from keras import ops

SIZE = 3


def volume_conv(volumes, kernel, stride=1):
    """Convolve with a 3 x 3 x 3 kernel, 'same' padding.

    Args:
        volumes: (batch, z, y, x, channels_in), static but for the batch.
        kernel: (3, 3, 3, channels_in, channels_out).
        stride: 1 or 2; with 2 the three sizes must be even.

    Returns:
        (batch, z / stride, y / stride, x / stride, channels_out).
    """
    depth, height, width, channels = volumes.shape[1:]
    filters = kernel.shape[-1]
    # 'same' padding of an even size with stride 2 is one slice behind and none before.
    before = 1 if stride == 1 else 0
    padded = ops.pad(volumes, [[0, 0], [before, 1], [0, 0], [0, 0], [0, 0]])
    slices = [padded[:, i : i + depth : stride] for i in range(SIZE)]
    stacked = ops.reshape(ops.concatenate(slices, axis=-1), [-1, height, width, SIZE * channels])
    flat_kernel = ops.reshape(
        ops.transpose(kernel, [1, 2, 0, 3, 4]), [SIZE, SIZE, SIZE * channels, filters]
    )
    result = ops.conv(stacked, flat_kernel, strides=stride, padding="same")
    return ops.reshape(result, [-1, depth // stride, height // stride, width // stride, filters])


@keras.saving.register_keras_serializable(package="ct2xkeras")
class VolumeConv(keras.layers.Layer):
    """3 x 3 x 3 convolution with bias, see `volume_conv`.

    Args:
        filters: number of output channels.
        strides: 1 or 2.

    Call arguments:
        volumes: (batch, z, y, x, channels).

    Returns:
        (batch, z / strides, y / strides, x / strides, filters).
    """

    def __init__(self, filters, strides=1, **kwargs):
        super().__init__(**kwargs)
        if strides not in (1, 2):
            raise ValueError(f"strides must be 1 or 2; received {strides}.")
        self.filters = filters
        self.strides = strides

    def build(self, volumes_shape):
        self.kernel = self.add_weight(
            name="kernel",
            shape=(SIZE, SIZE, SIZE, volumes_shape[-1], self.filters),
            initializer="he_normal",
        )
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")

    def call(self, volumes):
        kernel, bias = (ops.cast(w, self.compute_dtype) for w in (self.kernel, self.bias))
        return volume_conv(volumes, kernel, self.strides) + bias

    def compute_output_shape(self, volumes_shape):
        spatial = [size and size // self.strides for size in volumes_shape[1:-1]]
        return (volumes_shape[0], *spatial, self.filters)

    def get_config(self):
        return {**super().get_config(), "filters": self.filters, "strides": self.strides}
