"""Augmentation of what a discriminator sees, for small sets of radiographs.

A discriminator that knows its few radiographs by heart stops teaching. Here real and synthesised
pictures are changed at random before it sees them, in both its own and the generator's step, so
that the generator need not learn the changes. Two forms, of which both leave out what a radiograph
does not have (hue, saturation) or must not lose (left and right: nothing is ever mirrored):

- `diff_augment`, DiffAugment (Zhao et al. 2020): always acts, has no setting;
- `adaptive_augment`, the X-ray part of ADA's pipe (Karras et al. 2020): each change acts on an
  example with a probability, which `next_probability` raises while the discriminator overfits.

Randomness is stateless: the same key, integers of shape (2,), gives the same changes in eager
execution, in graphs and under XLA, and each example of a batch its own.
"""

from dataclasses import asdict, dataclass

import tensorflow as tf

from ct2xkeras.models import differentiable_augmentation as pictures
from ct2xkeras.models.random_draws import normal_from, uniform

KINDS = ("none", "diffaugment", "ada")

# Both papers' translation, as a share of the sides; DiffAugment's cutout.
TRANSLATION = 1 / 8
CUTOUT = 1 / 2
# ADA's widths. Its rotation by any angle is made a small one: radiographs are hung upright.
SCALE_DEVIATION = 0.2  # of log2
BRIGHTNESS_DEVIATION = 0.2
CONTRAST_DEVIATION = 0.5  # of log2
LARGEST_ROTATION = 5.0  # degrees


def _whole_shift(draws, sides):
    """Draws in [0, 1) (batch, 2) as shifts of up to `TRANSLATION` of the sides, whole pixels."""
    largest = tf.constant([round(TRANSLATION * side) for side in sides], tf.float32)
    return tf.floor(draws * (2 * largest + 1)) - largest


def diff_augment(images, key):
    """DiffAugment's brightness, contrast, translation and cutout (Zhao et al. 2020).

    Brightness moves by up to 0.5 either way, contrast about the picture's mean by a factor of 0.5
    to 1.5, the picture by up to an eighth of its sides; then a rectangle of half its sides is cut
    out, whose middle may be any pixel. What comes in at an edge and what is cut out is black (-1).
    The paper's colour also changes saturation, which grey pictures do not have.

    Args:
        images: (batch, height, width, channels) in [-1, 1].
        key: (2,) integers.

    Returns:
        The changed pictures, of the same shape, also beyond [-1, 1]; differentiable to any order.
    """
    sides = tuple(images.shape[1:3])
    draws = uniform(key, tf.shape(images)[0], 6)
    images = pictures.brightened(images, draws[:, 0] - 0.5)
    images = pictures.contrasted(images, draws[:, 1] + 0.5, pictures.picture_mean(images))
    images = pictures.translated(images, _whole_shift(draws[:, 2:4], sides))
    size = [round(CUTOUT * side) for side in sides]
    middle = tf.floor(draws[:, 4:6] * tf.constant(sides, tf.float32))
    start = tf.cast(middle, tf.int32) - [size[0] // 2, size[1] // 2]
    return pictures.cut_out(images, start, size)


def adaptive_augment(images, probability, key):
    """The changes of ADA's pipe (Karras et al. 2020) that suit radiographs.

    In this order: rotation by up to 5 degrees either way, scaling by `2^N(0, 0.2^2)`, translation
    by up to an eighth of the sides (whole pixels), all three in one resampling with reflection;
    brightness by `N(0, 0.2^2)`, contrast by `2^N(0, 0.5^2)` about mid grey. Our choices: the small
    rotation; bilinear resampling where the paper oversamples and filters.

    Args:
        images: (batch, height, width, channels) in [-1, 1].
        probability: scalar in [0, 1], with which each of the five changes acts on an example,
            independently of the others. At 0 the pictures come back bit for bit.
        key: (2,) integers.

    Returns:
        The changed pictures, of the same shape, differentiable to any order.
    """
    draws = uniform(key, tf.shape(images)[0], 14)
    gates, even, normal = tf.split(draws, [5, 3, 6], axis=1)
    normal = normal_from(normal)
    acts = tf.cast(gates < tf.cast(probability, tf.float32), tf.float32)
    rotates, scales, translates, brightens, contrasts = tf.unstack(acts, axis=1)
    images = pictures.moved(
        images,
        shift=translates[:, None] * _whole_shift(even[:, :2], tuple(images.shape[1:3])),
        scale=2.0 ** (scales * SCALE_DEVIATION * normal[:, 0]),
        degrees=rotates * LARGEST_ROTATION * (2 * even[:, 2] - 1),
    )
    images = pictures.brightened(images, brightens * BRIGHTNESS_DEVIATION * normal[:, 1])
    return pictures.contrasted(images, 2.0 ** (contrasts * CONTRAST_DEVIATION * normal[:, 2]))


def next_probability(
    probability, real_logits_sign_mean, num_images, target=0.6, images_to_full=500_000
):
    """ADA's controller: `p + sign(r_t - target) * num_images / images_to_full`, within [0, 1].

    `r_t = E[sign(D(real))]` is 0 for a discriminator that does not know its radiographs from new
    ones and 1 for one that knows each by heart.

    Args:
        probability: scalar, the one in use.
        real_logits_sign_mean: scalar, `r_t` over the last images.
        num_images: shown since the last change.
        target: of `r_t`.
        images_to_full: images over which p goes from 0 to 1 if `r_t` stays above its target.

    Returns:
        Scalar float32 tensor.
    """
    towards = tf.sign(tf.cast(real_logits_sign_mean, tf.float32) - target)
    step = tf.cast(num_images, tf.float32) / images_to_full
    return tf.clip_by_value(tf.cast(probability, tf.float32) + towards * step, 0.0, 1.0)


@dataclass(frozen=True)
class DiscriminatorAugmentation:
    """Which augmentation a discriminator's pictures get, and how ADA is steered.

    Args:
        kind: `none`, `diffaugment`, or `ada`.
        target: of `r_t`, for `ada`; see `next_probability`.
        images_to_full: for `ada`; see `next_probability`.
    """

    kind: str = "none"
    target: float = 0.6
    images_to_full: int = 500_000

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind={self.kind!r}: expected one of {', '.join(map(repr, KINDS))}.")
        if not -1 < self.target < 1:
            raise ValueError(f"target={self.target!r}: expected a number between -1 and 1.")
        if not self.images_to_full > 0:
            raise ValueError(f"images_to_full={self.images_to_full!r}: expected more than 0.")

    def to_dict(self):
        return asdict(self)

    def apply(self, images, probability, key):
        """Pictures (batch, height, width, channels) as the discriminator is to see them.

        Args:
            probability: scalar in [0, 1]; only `ada` asks for it.
            key: (2,) integers; another one for each step and set of pictures.
        """
        if self.kind == "diffaugment":
            return diff_augment(images, key)
        if self.kind == "ada":
            return adaptive_augment(images, probability, key)
        return images
