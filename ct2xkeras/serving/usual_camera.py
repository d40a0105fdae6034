"""The C-arm's distances in training, for clients that have no recipe at hand."""

from dataclasses import dataclass

import tensorflow as tf

from ct2xkeras.geometry import PosePrior


@dataclass(frozen=True)
class UsualCamera:
    """Distances at which a model has seen patients, mm.

    Args:
        sdd: source to detector.
        sod: source to isocentre.
        footprint: widest field at the isocentre.
    """

    sdd: float
    sod: float
    footprint: float

    @classmethod
    def of_prior(cls, prior: PosePrior) -> "UsualCamera":
        """Mean distances and widest field of a recipe's poses."""
        return cls(prior.sdd[0], prior.sdd[0] * prior.sod_ratio[0], prior.footprint[1])


def camera_signature(camera):
    """`tf.function`: whatever `rows` (n,) int32 to `sdd`, `sod` and `footprint` (n,).

    TF Serving wants a signature to have an input.
    """

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.int32, "rows")])
    def usual_camera(rows):
        zeros = tf.zeros_like(rows, tf.float32)
        return {name: zeros + value for name, value in vars(camera).items()}

    return usual_camera
