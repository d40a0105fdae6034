"""Changes that make more of few patients and radiographs.

What is done to a picture or patient is a function of (seed, its number), as all choices are.
"""

from dataclasses import asdict, dataclass

import numpy as np
import tensorflow as tf

from ct2xkeras.data.batches.sampling import MIRROR, TONE, WARP, uniform
from ct2xkeras.geometry import POSE_FIELDS

_TURNS_ROUND = ("primary_angle", "roll", "isocenter_x", "principal_column")
_POSE_SIGNS = np.array([-1 if name in _TURNS_ROUND else 1 for name in POSE_FIELDS], np.float32)


@dataclass(frozen=True)
class Augmentation:
    """Random changes of training examples; all are off by default.

    Args:
        mirror_patient: probability that a CT is shown as its mirror image, left for right, in all
            of its views. Anatomy is not symmetric: the heart changes sides too.
        rotation: largest turn of a radiograph either way, degrees.
        shift: largest shift of a radiograph either way, as a share of its sides.
        scale: a radiograph grows or shrinks by a factor of up to 1 + scale.
        gain: a radiograph's grey values, black being 0, change by a factor of up to 1 + gain.
        gamma: they are raised to a power between 1 / (1 + gamma) and 1 + gamma.
    """

    mirror_patient: float = 0.0
    rotation: float = 0.0
    shift: float = 0.0
    scale: float = 0.0
    gain: float = 0.0
    gamma: float = 0.0

    def __post_init__(self):
        wrong = {name: value for name, value in asdict(self).items() if not value >= 0}
        if wrong or self.mirror_patient > 1:
            raise ValueError(
                f"Augmentation takes numbers from 0, mirror_patient up to 1; received {self}."
            )


NO_AUGMENTATION = Augmentation()


def maybe_mirrored(case: dict, number, augmentation: Augmentation, seed) -> dict:
    """A CT and its views, or their mirror image.

    Args:
        case: as `CTViews` gives it.
        number: of the volume in the stream, scalar int64.
    """
    if not augmentation.mirror_patient:
        return case
    chosen = uniform(number, 1, seed, MIRROR)[0] < augmentation.mirror_patient
    return tf.cond(chosen, lambda: mirrored(case), lambda: dict(case))


def mirrored(case: dict) -> dict:
    """The mirror image of a patient, seen by the mirror image of the C-arm.

    The pictures are those of the patient with columns reversed: the projector gives the same for
    the mirrored volume and poses. Grids are centred on the world's origin, so that reversing their
    x axis mirrors the world.
    """
    columns = {name: tf.reverse(case[name], [-2]) for name in ("volume", "drr", "coverage")}
    return case | columns | {"pose": case["pose"] * _POSE_SIGNS}


def moved_radiograph(image, number, augmentation: Augmentation, seed):
    """A stored radiograph (h, w, 1), turned, shifted and scaled at random.

    Beyond its border it goes on as its own reflection.

    Args:
        number: of the view in the stream, scalar int64.
    """
    if not (augmentation.rotation or augmentation.shift or augmentation.scale):
        return image
    draws = 2 * uniform(number, 4, seed, WARP) - 1
    return warped(
        image,
        degrees=augmentation.rotation * draws[0],
        shift=augmentation.shift * draws[1:3],
        scale=(1 + augmentation.scale) ** draws[3],
    )


def warped(image, degrees, shift, scale):
    """(h, w, 1) turned clockwise about its middle, scaled, then shifted; bilinear.

    Args:
        shift: (down, right), as shares of the sides.
    """
    sides = tf.cast(tf.shape(image)[:2], tf.float32)
    down, right = tf.unstack(shift * sides)
    middle_y, middle_x = tf.unstack((sides - 1) / 2)
    angle = degrees * (np.pi / 180)
    cosine, sine = tf.cos(angle) / scale, tf.sin(angle) / scale
    # The warp asks which point of the picture each new pixel shows.
    x, y = middle_x + right, middle_y + down
    across = [cosine, sine, middle_x - cosine * x - sine * y]
    along = [-sine, cosine, middle_y + sine * x - cosine * y]
    new = tf.raw_ops.ImageProjectiveTransformV3(
        images=image[None],
        transforms=tf.stack([*across, *along, 0.0, 0.0])[None],
        output_shape=tf.shape(image)[:2],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )
    return tf.ensure_shape(new[0], image.shape)


def toned_radiograph(image, number, augmentation: Augmentation, seed):
    """A radiograph in [-1, 1] with other grey values, within [-1, 1]; arguments as above."""
    if not (augmentation.gain or augmentation.gamma):
        return image
    draws = 2 * uniform(number, 2, seed, TONE) - 1
    gain, gamma = (1 + augmentation.gain) ** draws[0], (1 + augmentation.gamma) ** draws[1]
    return toned(image, gain, gamma)


def toned(image, gain, gamma):
    """Grey values in [0, 1] raised to a power and scaled, cut at white; picture in [-1, 1]."""
    grey = tf.clip_by_value((image + 1) / 2, 0, 1)
    return 2 * tf.minimum(gain * grey**gamma, 1) - 1
