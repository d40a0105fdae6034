"""Contrastive unpaired translation in the training loop of all methods."""

import keras
import tensorflow as tf

from ct2xkeras import losses
from ct2xkeras.baselines.drr2xray.patch_contrast import (
    features_at,
    patch_contrast,
    patch_positions,
)
from ct2xkeras.baselines.drr2xray.patch_discriminator import PatchDiscriminator
from ct2xkeras.baselines.drr2xray.synthesizer import TranslationSynthesizer
from ct2xkeras.models.adversarial_model import AdversarialModel
from ct2xkeras.models.random_draws import uniform

TERMS = ("contrast", "identity_contrast", "structure")  # with weights in the architecture


@keras.saving.register_keras_serializable(package="ct2xkeras")
class DRR2Xray(AdversarialModel):
    """CUT (Park et al. 2020) from DRRs to X-rays: adversarial loss and contrasts of patches.

    `L_GAN + contrast * PatchNCE(DRR) + identity_contrast * PatchNCE(radiograph)`, the paper's
    equation 5, and CT2X-GAN's structure term where its weight asks for it. Negatives are of the
    same picture, so that replicas share nothing.

    Args:
        architecture: a `TranslationArchitecture`, its fields, or the name of a preset.
    """

    logged = (
        "adversarial",
        *TERMS,
        "discriminator",
        "r1",
        "real_score",
        "fake_score",
        "g_gradient_norm",
        "d_gradient_norm",
    )

    def make_networks(self, architecture, name):
        return TranslationSynthesizer(architecture, name=name, dtype=self.dtype_policy)

    def make_discriminators(self):
        settings = {"name": "discriminator", "dtype": self.dtype_policy}
        return {"discriminator": PatchDiscriminator(self.architecture, **settings)}

    def logs_now(self):
        """The terms that act, and what is always logged."""
        silent = {name for name in TERMS if not getattr(self.architecture, name)}
        return tuple(name for name in super().logs_now() if name not in silent)

    # ------------------------------------------------------------------ losses

    def contrasts(self, shown, made, draws):
        """PatchNCE of each picture with what it was made of, mean over layers: (pictures,).

        Args:
            shown: features of the sources, see `Translator.encode`; made: their translations.
            draws: (pictures, pixels), random numbers that choose the places.
        """
        networks, arch = self.networks, self.architecture
        answers, _, _ = networks.translator.encode(made)
        positions = [
            patch_positions(draws, each.shape[1] * each.shape[2], arch.patches) for each in shown
        ]
        keys, queries = (
            networks.projection(list(map(features_at, features, positions)))
            for features in (shown, answers)
        )
        values = [
            patch_contrast(query, key, arch.temperature)
            for query, key in zip(queries, keys, strict=True)
        ]
        return tf.add_n(values) / len(values)

    def generator_terms(self, views, made, shown):
        """What the translator minimises, {name: scalar}, unweighted.

        Args:
            made: translations of DRRs, followed by those of radiographs where these are contrasted.
            shown: features of the sources of all of them.
        """
        drr, coverage = views["drr"], views["coverage"]
        xray = made[: tf.shape(drr)[0]]
        draws = uniform(self.key("patches"), tf.shape(drr)[0], drr.shape[1] * drr.shape[2])
        contrasts = self.contrasts(shown, made, tf.tile(draws, [self._sources(), 1]))
        logits = self.discriminator(self.augment(xray, "fake_for_generator"))
        terms = {
            "adversarial": losses.generator_adversarial(
                logits, form=self.loss_settings.adversarial_form
            ),
            "contrast": contrasts[: tf.shape(drr)[0]],
            "identity_contrast": contrasts[tf.shape(drr)[0] :],
            "structure": losses.structure_loss(xray, drr, coverage),
        }
        return {name: tf.reduce_mean(terms[name]) for name in terms if name in self.logs_now()}

    def _sources(self):
        """Pictures that are translated for each view: its DRR, and a radiograph if contrasted."""
        return 2 if self.architecture.identity_contrast else 1

    # ------------------------------------------------------------------ training

    def _train_discriminator(self, real, xray):
        def judge(images):
            return self.discriminator(self.augment(images, "real"))

        with tf.GradientTape() as tape:
            fake_logits = self.discriminator(self.augment(xray, "fake"))
            loss, logs, real_logits = self.discriminator_loss(judge, real, fake_logits)
        return logs | self.update_discriminators(tape, loss, real_logits)

    def learn(self, views):
        drr, real = views["drr"], views["style_image"]
        arch = self.architecture
        with tf.GradientTape() as tape:
            sources = tf.concat([drr, real][: self._sources()], axis=0)
            made, shown = self.networks.translator(sources)
            with tape.stop_recording():
                logs = self._train_discriminator(real, made[: tf.shape(drr)[0]])
            terms = self.generator_terms(views, made, shown)
            loss = tf.add_n([getattr(arch, name, 1.0) * terms[name] for name in terms])
        norm = self.update(self.g_optimizer, tape, loss, self.networks.trainable_variables)
        return {"loss": loss, **terms, **logs, "g_gradient_norm": norm}
