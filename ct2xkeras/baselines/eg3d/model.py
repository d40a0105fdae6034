"""EG3D with its dual discriminator, and one training step."""

import functools

import keras
import tensorflow as tf

from ct2xkeras import losses
from ct2xkeras.baselines.eg3d.discriminator import (
    DualDiscriminator,
    packed,
    picture_pair,
    unpacked,
)
from ct2xkeras.baselines.eg3d.filtering import blurred, resized
from ct2xkeras.baselines.eg3d.regularization import lazy_density, random_neighbours
from ct2xkeras.baselines.eg3d.synthesizer import EG3DSynthesizer
from ct2xkeras.layers import pose_features
from ct2xkeras.models.adversarial_model import AdversarialModel
from ct2xkeras.models.random_draws import integers, normal, normal_from, uniform

MEAN_DECAY = 0.995  # a step, of the mean code
SWAPS = (1.0, 0.5)  # share of poses that the mapping network sees of another view, first and last
SWAP_IMAGES = 1_000_000  # over which it falls


@keras.saving.register_keras_serializable(package="ct2xkeras")
class EG3D(AdversarialModel):
    """EG3D (Chan et al. 2022): a generator of patients whose pictures look like radiographs.

    Every view of a batch shows another generated patient, at the batch's pose, in the room that the
    batch's CT fills; the CT itself is not looked at. Published: non-saturating loss, R1 every 16
    steps on both pictures, density regularisation, blurred pictures at first. Both sides learn from
    one set of generated pictures a step.

    Args:
        architecture: an `EG3DArchitecture`, its fields, or the name of a preset.

    Call arguments and results: see `ViewSynthesizer`. With `discriminator_pose` training batches
    also have style_pose (b, k, 12), the poses of the radiographs.
    """

    logged = (
        "adversarial",
        "density",
        "discriminator",
        "r1",
        "real_score",
        "fake_score",
        "g_gradient_norm",
        "d_gradient_norm",
    )

    def make_networks(self, architecture, name):
        return EG3DSynthesizer(architecture, name=name, dtype=self.dtype_policy)

    def make_discriminators(self):
        settings = {"name": "discriminator", "dtype": self.dtype_policy}
        return {"discriminator": DualDiscriminator(self.architecture, **settings)}

    def build_discriminators(self):
        side = self.architecture.image_size
        self.discriminator.build((None, side, side, 2), (None, 12))

    # ------------------------------------------------------------------ forward

    def generate(self, views):
        """New patients at the poses of views: final and small pictures, planes, mapped latents."""
        arch, networks = self.architecture, self.networks
        num = tf.shape(views["pose"])[0]
        z = normal(self.key("latents"), num, arch.latent_size)
        mapped = networks.mapped(z, self._generator_poses(views["pose"]))
        seeds = integers(self.key("noise"), num, 1)[:, 0]
        code = networks.code_of(networks.for_each_layer(mapped), seeds)
        spacing = tf.gather(views["spacing"], views["volume_index"])
        fractions = [
            self._fractions(purpose, num, samples)
            for purpose, samples in (
                ("coarse_depths", arch.coarse_samples),
                ("fine_depths", arch.fine_samples),
            )
        ]
        picture, small = networks.pictures(code, spacing, views["pose"], tf.range(num), fractions)
        return {"picture": picture, "small": small, "planes": code[0], "mapped": mapped}

    def _fractions(self, purpose, num, samples):
        side = self.architecture.neural_size
        values = uniform(self.key(purpose), num, side * side * samples)
        return tf.reshape(values, [-1, side, side, samples])

    def _generator_poses(self, poses):
        """Poses that the mapping network sees: often another view's, so that it cannot rely on it.

        A picture that knew its own pose could show another patient at each.
        """
        if not self.architecture.generator_pose:
            return None
        first, last = SWAPS
        passed = tf.minimum(tf.cast(self.images_seen, tf.float32) / SWAP_IMAGES, 1.0)
        draws = uniform(self.key("pose_swap"), tf.shape(poses)[0], 1)
        swapped = draws < first + (last - first) * passed
        return tf.where(swapped, tf.roll(poses, 1, axis=0), poses)

    def judge(self, picture, small, poses, purpose):
        """Logits (views,) of pairs of pictures: blurred early on, augmented."""
        arch = self.architecture
        seen = tf.cast(self.images_seen, tf.float32)
        sigma = arch.blur_sigma * tf.maximum(1 - seen / arch.blur_images, 0.0)
        pair = self.augment(blurred(picture_pair(picture, small), sigma), purpose)
        return self.discriminator(pair, poses)

    # ------------------------------------------------------------------ training

    def learn(self, views):
        with tf.GradientTape() as tape:
            made = self.generate(views)
            with tape.stop_recording():
                logs = self._train_discriminator(views, made)
            logits = self._judge_made(views, made, "fake_for_generator")
            form = self.loss_settings.adversarial_form
            adversarial = tf.reduce_mean(losses.generator_adversarial(logits, form=form))
            density = self._density(made["planes"])
            loss = adversarial + self.architecture.density_weight * density
        norm = self.update(self.g_optimizer, tape, loss, self.networks.trainable_variables)
        self._move_means(made["mapped"], views["pose"])
        logs |= {"adversarial": adversarial, "density": density, "g_gradient_norm": norm}
        return {"loss": loss, **logs}

    def _judge_made(self, views, made, purpose):
        return self.judge(made["picture"], made["small"], views["pose"], purpose)

    def _train_discriminator(self, views, made):
        arch, real = self.architecture, views["style_image"]
        with tf.GradientTape() as tape:
            fake_logits = self._judge_made(views, made, "fake")
            # R1 takes the gradient by both pictures, as if the small one were no part of the other.
            loss, logs, real_logits = self.discriminator_loss(
                functools.partial(self._judge_packed, poses=self._real_poses(views)),
                packed(real, resized(real, arch.neural_size)),
                fake_logits,
            )
        return logs | self.update_discriminators(tape, loss, real_logits)

    def _judge_packed(self, numbers, poses):
        arch = self.architecture
        pictures = unpacked(numbers, arch.image_size, arch.neural_size)
        return self.judge(*pictures, poses, "real")

    def _real_poses(self, views):
        if self.architecture.discriminator_pose and "style_pose" not in views:
            raise ValueError(
                "discriminator_pose=True: batches need style_pose, the poses of the radiographs; "
                "turn it off where these are unknown."
            )
        return views.get("style_pose")

    def _density(self, planes):
        """Density regularisation, where it is due; see `lazy_density`."""
        arch, num = self.architecture, tf.shape(planes)[0]
        draws = uniform(self.key("density_points"), num, 9 * arch.density_points)
        places, directions = tf.split(
            draws, [3 * arch.density_points, 6 * arch.density_points], axis=1
        )
        points, offsets = random_neighbours(places, normal_from(directions), arch.density_distance)
        field = self.networks.field(planes, tf.range(num))
        return lazy_density(
            lambda points: field(points)[0],
            points,
            offsets,
            self.d_optimizer.iterations,
            arch.density_interval,
        )

    def _move_means(self, mapped, poses):
        moved = [(self.networks.mean_code, mapped)]
        if self.architecture.generator_pose:
            moved.append((self.networks.mean_pose, pose_features(poses)))
        for mean, values in moved:
            mean.assign(MEAN_DECAY * mean + (1 - MEAN_DECAY) * tf.reduce_mean(values, axis=0))
