"""pi-GAN's training."""

import keras
import tensorflow as tf

from ct2xkeras import losses
from ct2xkeras.baselines.pi_gan.coordinates import shrink
from ct2xkeras.baselines.pi_gan.discriminator import ProgressiveDiscriminator
from ct2xkeras.baselines.pi_gan.rendering import Draws
from ct2xkeras.baselines.pi_gan.synthesizer import PiGANSynthesizer
from ct2xkeras.baselines.pi_gan.terms import kept_share, mean_of_best, pose_distance
from ct2xkeras.models.adversarial_model import AdversarialModel
from ct2xkeras.models.random_draws import normal, uniform

LATENT_MEAN_SHARE = 0.005  # of a step in the mean of latents


@keras.saving.register_keras_serializable(package="ct2xkeras")
class PiGAN(AdversarialModel):
    """pi-GAN (Chan et al. 2021): a prior of patients whose X-rays look like the radiographs.

    A batch gives the poses and the room of its CTs; each view shows a patient of its own. While
    it trains, pictures have the size of the stage that the images seen have come to (`phase`).
    Weights, R1 and clipping are those of the recipe; published are R1 at every step with gamma 0.2,
    learning rates 6e-5 and 2e-4, and a largest norm of 10.

    Args:
        architecture: a `PiGANArchitecture`, its fields, or the name of a preset.

    Call arguments and results: see `ViewSynthesizer`.
    """

    logged = (
        "adversarial",
        "pose",
        "discriminator",
        "discriminator_pose",
        "r1",
        "real_score",
        "fake_score",
        "g_gradient_norm",
        "d_gradient_norm",
    )

    def __init__(self, architecture, **kwargs):
        super().__init__(architecture, **kwargs)
        self._stage = 0

    def make_networks(self, architecture, name):
        return PiGANSynthesizer(architecture, name=name, dtype=self.dtype_policy)

    def make_discriminators(self):
        sizes = (self.architecture.discriminator_filters, self.architecture.stages)
        settings = {"name": "discriminator", "dtype": self.dtype_policy}
        return {"discriminator": ProgressiveDiscriminator(*sizes, **settings)}

    # ------------------------------------------------------------------ progress

    @property
    def phase(self):
        """Index of the stage that the images seen have come to."""
        # Kept for the step that is compiled next: replicas had better not ask while they trace.
        self._stage = self.architecture.stage_at(self.images_now())
        return self._stage

    def _fade(self, stage):
        """How far the layers of a stage have come in, scalar in [0, 1]."""
        begun = self.architecture.stage_images[stage] - 1
        passed = tf.cast(self.images_seen - begun, tf.float32)
        return tf.clip_by_value(passed / self.architecture.fade_images, 0.0, 1.0)

    # ------------------------------------------------------------------ pictures

    def generate(self, views, side):
        """Pictures (views, side, side, 1) of new patients at the views' poses."""
        networks, num = self.networks, tf.shape(views["pose"])[0]
        z = normal(self.key("latents"), num, networks.latent_size)
        latents = networks.latents_of(z)
        mean = networks.latent_mean
        batch_mean = tf.reduce_mean(latents, axis=0, keepdims=True)
        mean.assign(mean + LATENT_MEAN_SHARE * (batch_mean - mean))
        rays = networks.rays(views["spacing"], views["pose"], views["volume_index"], side)
        return networks.paint(latents, rays, self._draws(num, side))

    def _draws(self, num, side):
        arch = self.architecture
        coarse, fine = arch.coarse_samples, arch.fine_samples

        def drawn(kind, purpose, samples):
            numbers = kind(self.key(purpose), num, side * side * samples)
            return tf.reshape(numbers, [num, side, side, samples])

        noise = None
        if arch.density_noise:
            left = 1 - tf.cast(self.images_seen, tf.float32) / arch.noise_images
            strength = arch.density_noise * tf.maximum(left, 0.0)
            noise = strength * drawn(normal, "noise", coarse + fine)
        return Draws(
            drawn(uniform, "coarse_depths", coarse),
            drawn(uniform, "fine_depths", fine) if fine else None,
            noise,
        )

    # ------------------------------------------------------------------ training

    def learn(self, views):
        arch, stage = self.architecture, self._stage
        side, fade = arch.stages[stage], self._fade(stage)
        with tf.GradientTape() as tape:
            made = self.generate(views, side)
            with tape.stop_recording():
                logs = self._train_discriminator(views, made, fade)
            logits, beams = self.discriminator(self.augment(made, "fake_for_generator"), fade)
            values = losses.generator_adversarial(logits, self.loss_settings.adversarial_form)
            share = kept_share(self.images_seen, arch.top_k_share, arch.top_k_images)
            adversarial = mean_of_best(values, logits, share)
            pose = tf.reduce_mean(pose_distance(beams, views["pose"]))
            loss = adversarial + arch.pose_weight * pose
        norm = self.update(self.g_optimizer, tape, loss, self.networks.trainable_variables)
        return {
            "loss": loss,
            "adversarial": adversarial,
            "pose": pose,
            **logs,
            "g_gradient_norm": norm,
        }

    def _train_discriminator(self, views, made, fade):
        real = shrink(views["style_image"], made.shape[1])
        with tf.GradientTape() as tape:
            fake_logits, beams = self.discriminator(self.augment(made, "fake"), fade)
            loss, logs, real_logits = self.discriminator_loss(
                lambda images: self.discriminator(self.augment(images, "real"), fade)[0],
                real,
                fake_logits,
            )
            pose = tf.reduce_mean(pose_distance(beams, views["pose"]))
            loss += self.architecture.pose_weight * pose
        logs |= self.update_discriminators(tape, loss, real_logits)
        return {"discriminator_pose": pose, **logs}
