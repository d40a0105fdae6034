"""CT encoder `E_CT` (figure 2): the content code of a CT volume."""

import keras
from keras import ops

from ct2xkeras.layers import ResidualBlock
from ct2xkeras.models.presets import resolve_architecture

PATCH = 4  # voxels along each side of a block
NUM_CHANNELS = 2  # of `tissue_channels`, for each voxel
SOFT_TISSUE_WINDOW = (-200.0, 400.0)  # HU


def tissue_channels(hu):
    """Two views of the Hounsfield scale: (..., c) to (..., 2 c), about [-1, 1].

    The first half spans air to dense bone, the second only soft tissue, whose contrasts would
    otherwise be a twentieth of the range.
    """
    hu = ops.cast(hu, "float32")
    low, high = SOFT_TISSUE_WINDOW
    soft = 2 * (ops.clip(hu, low, high) - low) / (high - low) - 1
    return ops.concatenate([ops.clip(hu / 1000, -1.0, 2.0), soft], axis=-1)


def patches(volumes):
    """Blocks of 4 x 4 x 4 voxels as channels: (b, z, y, x, 1) to (b, z/4, y/4, x/4, 64)."""
    z, y, x = (side // PATCH for side in volumes.shape[1:4])
    blocks = ops.reshape(volumes, [-1, z, PATCH, y, PATCH, x, PATCH])
    return ops.reshape(ops.transpose(blocks, [0, 1, 3, 5, 2, 4, 6]), [-1, z, y, x, PATCH**3])


@keras.saving.register_keras_serializable(package="ct2xkeras")
class CTEncoder(keras.layers.Layer):
    """3D residual encoder: a pyramid of feature volumes.

    The first layer maps each block of 4 x 4 x 4 voxels to features, so that they start at a quarter
    of the volume's size; finer ones multiply the time of a step for detail that the DRR brings.

    Args:
        architecture: an `Architecture`, its fields, or the name of a preset.

    Call arguments:
        volume: (batch, z, y, x, 1) in HU, any number type.

    Returns:
        Feature volumes, coarsest first: [(batch, z/8, y/8, x/8, c), (batch, z/4, y/4, x/4, c)] for
        two `volume_filters`.
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(autocast=False, **kwargs)  # volumes are HU
        self.architecture = resolve_architecture(architecture)

    def build(self, volume_shape):
        finest, *coarser = self.architecture.volume_filters[::-1]
        common = {"dtype": self.dtype_policy}
        self.stem = keras.layers.Dense(finest, activation="leaky_relu", name="stem", **common)
        common["normalization"] = self.architecture.normalization
        self.blocks = [ResidualBlock(finest, 3, name="block_0", **common)]
        self.blocks += [
            ResidualBlock(width, 3, halve=True, name=f"block_{index + 1}", **common)
            for index, width in enumerate(coarser)
        ]
        z, y, x = (side // PATCH for side in self.architecture.volume_size)
        self.stem.build((None, NUM_CHANNELS * PATCH**3))
        shape = (None, z, y, x, finest)
        for block in self.blocks:
            block.build(shape)
            shape = block.compute_output_shape(shape)

    def call(self, volume, training=None):
        # Patches first: on whole volumes the two views would be one thin last axis, which is slow.
        features = ops.cast(tissue_channels(patches(volume)), self.compute_dtype)
        features = self.stem(features)
        pyramid = []
        for block in self.blocks:
            features = block(features, training=training)
            pyramid.append(features)
        return pyramid[::-1]

    def get_config(self):
        return {**super().get_config(), "architecture": self.architecture.to_dict()}
