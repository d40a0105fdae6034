"""The C-arm's pose as network features: angles *and* distances.

The paper names missing distances as a limitation ("distances are not perceived"); here they enter
beside the angles, and can be left out for the ablation.
"""

import math

import keras
from keras import ops

from ct2xkeras.geometry import POSE_FIELDS

NUM_ANGLES = 3
NUM_FEATURES = 16  # with distances
LENGTH = 100.0  # mm that make one unit of an offset
DISTANCE = 1000.0  # mm that make one unit of a source distance


def pose_features(poses, distances=True):
    """Smooth features of poses, about as large as 1.

    Args:
        poses: (batch, 12), fields in the order of `POSE_FIELDS`.
        distances: whether distances, offsets and pixel sizes are included.

    Returns:
        (batch, 6) sines and cosines of the three angles; with distances (batch, 16), which add
        logarithms of sdd, sod (in m) and of the magnification, the isocentre (in dm), logarithms of
        the pixel's size at the isocentre (in mm), and the principal point (in dm).
    """
    poses = ops.cast(poses, "float32")
    angles = poses[:, :NUM_ANGLES] * (math.pi / 180)
    features = [ops.sin(angles), ops.cos(angles)]
    if distances:
        sdd, sod = poses[:, 3:4], poses[:, 4:5]
        at_isocenter = ops.log(poses[:, 8:10] * sod / sdd)
        features += [ops.log(sdd / DISTANCE), ops.log(sod / DISTANCE), ops.log(sdd / sod)]
        features += [poses[:, 5:8] / LENGTH, at_isocenter, poses[:, 10:12] / LENGTH]
    return ops.concatenate(features, axis=-1)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class PoseEmbedding(keras.layers.Layer):
    """Pose to a code: `pose_features` through two dense layers.

    Args:
        size: length of the code.
        distances: see `pose_features`; False is the ablation "no distances".

    Call arguments:
        poses: (batch, 12).

    Returns:
        (batch, size).
    """

    def __init__(self, size, distances=True, **kwargs):
        super().__init__(autocast=False, **kwargs)  # poses are mm and degrees
        self.size = size
        self.distances = distances

    def build(self, poses_shape):
        if poses_shape[-1] != len(POSE_FIELDS):
            raise ValueError(
                f"A pose has {len(POSE_FIELDS)} fields ({', '.join(POSE_FIELDS)}); "
                f"received shape {tuple(poses_shape)}."
            )
        width = NUM_FEATURES if self.distances else 2 * NUM_ANGLES
        self.hidden = keras.layers.Dense(
            self.size, activation="silu", name="hidden", dtype=self.dtype_policy
        )
        self.output_map = keras.layers.Dense(self.size, name="output_map", dtype=self.dtype_policy)
        self.hidden.build((None, width))
        self.output_map.build((None, self.size))

    def call(self, poses):
        features = pose_features(poses, self.distances)
        return self.output_map(self.hidden(features))

    def compute_output_shape(self, poses_shape):
        return (poses_shape[0], self.size)

    def get_config(self):
        return {**super().get_config(), "size": self.size, "distances": self.distances}
