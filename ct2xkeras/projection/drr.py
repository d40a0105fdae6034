"""Digitally reconstructed radiographs as a Keras layer."""

import keras
from keras import ops

from ct2xkeras.projection.attenuation import attenuation_from_hu
from ct2xkeras.projection.check import check_spacing
from ct2xkeras.projection.coverage import coverage_map
from ct2xkeras.projection.display import line_integrals_to_image
from ct2xkeras.projection.frames import affine_from_spacing
from ct2xkeras.projection.project import project


@keras.saving.register_keras_serializable(package="ct2xkeras")
class DRR(keras.layers.Layer):
    """Renders CTs at C-arm poses; always in float32, whatever the policy, since poses are mm.

    Args:
        size: (rows, columns) of the pictures.
        method: as `project`'s.

    Call arguments:
        volume_hu: (B, z, y, x, 1) Hounsfield units of any type, each grid centred on the world's
            origin; static shape but for the batch.
        spacing: (B, 3) voxel spacing (z, y, x) in mm.
        poses: (N, 12), the numbers of `ct2xkeras.geometry.POSE_FIELDS`.
        volume_index: (N,) the volume of each pose; without it pose i sees volume i.

    Returns:
        dict of `image` (N, rows, columns, 1) in [-1, 1), bones bright, and `coverage`
        (N, rows, columns, 1), the fraction of each ray that the CT holds.
    """

    def __init__(self, size, method="auto", **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32", "autocast": False})
        self.size = tuple(size)
        self.method = method
        self.supports_jit = False  # XLA cannot compile the native warps of the fast method

    def call(self, volume_hu, spacing, poses, volume_index=None):
        shape = volume_hu.shape[1:4]
        poses = ops.cast(poses, "float32")
        check_spacing(spacing)
        affine = affine_from_spacing(spacing, shape)
        attenuation = attenuation_from_hu(volume_hu)
        integrals = project(attenuation, affine, poses, self.size, volume_index, self.method)
        return {
            "image": line_integrals_to_image(integrals),
            "coverage": coverage_map(shape, affine, poses, self.size, volume_index),
        }

    def compute_output_shape(self, volume_hu_shape, spacing_shape, poses_shape, **kwargs):
        picture = (poses_shape[0], *self.size, 1)
        return {"image": picture, "coverage": picture}

    def get_config(self):
        return {**super().get_config(), "size": list(self.size), "method": self.method}
