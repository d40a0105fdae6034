"""CT2X-GAN: the synthesiser, its discriminators and one training step."""

import functools

import keras
import tensorflow as tf

from ct2xkeras import losses
from ct2xkeras.losses.settings import GENERATOR_TERMS, LossSettings
from ct2xkeras.models.adversarial_model import AdversarialModel
from ct2xkeras.models.discriminator import Discriminator
from ct2xkeras.models.lazy_penalties import lazy_path_length
from ct2xkeras.models.random_draws import integers
from ct2xkeras.models.synthesizer import XraySynthesizer
from ct2xkeras.models.training_terms import (
    active_terms,
    consistency_terms,
    picture_terms,
    style_matches,
)
from ct2xkeras.models.views import moved_copies


@keras.saving.register_keras_serializable(package="ct2xkeras")
class CT2XGAN(AdversarialModel):
    """CT2X-GAN (Tan et al. 2024): X-rays of a CT at any pose, in the look of unpaired radiographs.

        model = CT2XGAN.from_preset("small64")
        model.compile(g_optimizer="adam", d_optimizer="adam")
        model.fit(training_dataset(...))
        xrays = model.predict({"volume": ..., "spacing": ..., "style_image": ..., "pose": ...})

    Args:
        architecture: an `Architecture`, its fields, or the name of a preset.

    Networks, calls and training batches: see `AdversarialModel`.
    """

    logged = (
        *GENERATOR_TERMS,
        "discriminator",
        "r1",
        "real_score",
        "fake_score",
        "g_gradient_norm",
        "d_gradient_norm",
        "style_retrieval",
    )

    def make_networks(self, architecture, name):
        return XraySynthesizer(architecture, name=name, dtype=self.dtype_policy)

    def make_discriminators(self):
        names = ["discriminator"]
        if self.architecture.drr_discriminator:
            names.append("drr_discriminator")
        common = {"dtype": self.dtype_policy}
        return {name: Discriminator(self.architecture, name=name, **common) for name in names}

    def build_states(self):
        self.mean_path_length = self.state("mean_path_length")

    def compile(self, *args, **kwargs):
        """Prepare for training, see `AdversarialModel.compile`."""
        super().compile(*args, **kwargs)
        if self.loss_settings.active("drr_adversarial") != self.architecture.drr_discriminator:
            raise ValueError(
                "The loss drr_adversarial and the architecture's drr_discriminator belong "
                "together: set both or neither."
            )
        self.perceptual = _perceptual(self.loss_settings)

    def logs_now(self):
        """The terms that act, and what is always logged."""
        settings = getattr(self, "loss_settings", LossSettings())
        silent = {name for name in GENERATOR_TERMS if not settings.active(name)}
        return tuple(name for name in super().logs_now() if name not in silent)

    # ------------------------------------------------------------------ forward

    def synthesize_pair(self, views):
        """X^ and DRR^ of the same views (figure 2), with all that they were made of."""
        networks = self.networks
        contents = networks.view_content(
            networks.encode_ct(views["volume"], training=True),
            views["spacing"],
            views["pose"],
            views["volume_index"],
            views["drr"],
            views["coverage"],
        )
        num = tf.shape(views["pose"])[0]
        seeds = integers(self.key("noise"), num, 1)[:, 0]
        styles = networks.encode_style(tf.concat([views["style_image"], views["drr"]], axis=0))
        # One pass over twice the views: X-ray styles first, DRR styles second.
        pictures = networks.generator(
            [tf.concat([content, content], axis=0) for content in contents],
            tf.concat([views["drr"], views["drr"]], axis=0),
            styles,
            tf.concat([seeds, seeds], axis=0),
        )
        return {
            "contents": contents,
            "seeds": seeds,
            "xray": pictures[:num],
            "drr": pictures[num:],
            "xray_style": styles[:num],
            "drr_style": styles[num:],
        }

    def read_back(self, views, made):
        """Codes that the style decoupling encoder reads in the synthesised pictures."""
        moved = moved_copies(views["style_image"], self.key("moved_copies"))
        style, content = self.networks.style_encoder(
            tf.concat([made["xray"], made["drr"], moved], axis=0)
        )
        xray_style, drr_style, moved_style = tf.split(style, 3)
        xray_content, drr_content, _ = tf.split(content, 3)
        return {
            "xray_style": xray_style,
            "drr_style": drr_style,
            "moved_style": moved_style,
            "xray_content": xray_content,
            "drr_content": drr_content,
        }

    # ------------------------------------------------------------------ losses

    def generator_terms(self, views, made, read):
        """Every active term that the generator side minimises, unweighted.

        Returns:
            {name: (views,)}, of adversarial terms (views, h, w) where patches are judged.
        """
        settings = self.loss_settings
        logits = functools.partial(losses.generator_adversarial, form=settings.adversarial_form)
        return {
            **picture_terms(settings, views, made, self.perceptual),
            **consistency_terms(settings, made, read),
            **active_terms(
                settings,
                {
                    "adversarial": lambda: logits(
                        self.discriminator(self.augment(made["xray"], "fake_for_generator"))
                    ),
                    "drr_adversarial": lambda: logits(self.drr_discriminator(made["drr"])),
                    "path_length": lambda: self._path_length(views, made),
                    "self_reconstruction": lambda: self._self_reconstruction(views, made, read),
                },
            ),
        }

    def _self_reconstruction(self, views, made, read):
        again = self.networks.generator(
            made["contents"], views["drr"], read["xray_style"], made["seeds"]
        )
        return losses.absolute_difference(again, tf.stop_gradient(made["xray"]), views["coverage"])

    def _path_length(self, views, made):
        values, mean = lazy_path_length(
            lambda styles: self.networks.generator(
                made["contents"], views["drr"], styles, made["seeds"]
            ),
            made["xray_style"],
            self.mean_path_length,
            self.key("path_length"),
            self.d_optimizer.iterations,
            self.loss_settings.path_length_interval,
        )
        self.mean_path_length.assign(mean)
        return values

    # ------------------------------------------------------------------ training

    def _train_discriminators(self, views, made):
        with tf.GradientTape() as tape:
            fake_logits = self.discriminator(self.augment(made["xray"], "fake"))
            loss, logs, real_logits = self.discriminator_loss(
                lambda images: self.discriminator(self.augment(images, "real")),
                views["style_image"],
                fake_logits,
            )
            if self.architecture.drr_discriminator:
                drr_loss, drr_logs, _ = self.discriminator_loss(
                    self.drr_discriminator, views["drr"], self.drr_discriminator(made["drr"])
                )
                loss += drr_loss
                logs |= {name: logs[name] + drr_logs[name] for name in ("discriminator", "r1")}
        return logs | self.update_discriminators(tape, loss, real_logits)

    def learn(self, views):
        with tf.GradientTape() as tape:
            made = self.synthesize_pair(views)
            with tape.stop_recording():
                logs = self._train_discriminators(views, made)
            read = self.read_back(views, made)
            terms = {
                name: tf.reduce_mean(value)
                for name, value in self.generator_terms(views, made, read).items()
            }
            loss = tf.add_n(
                [self.loss_settings.weight(name, self.images_seen) * terms[name] for name in terms]
            )
        norm = self.update(self.g_optimizer, tape, loss, self.networks.trainable_variables)
        self.move_style_mean(made["xray_style"])
        matches = style_matches(read["xray_style"], made["xray_style"])
        logs |= {"g_gradient_norm": norm, "style_retrieval": tf.reduce_mean(matches)}
        return {"loss": loss, **terms, **logs}


def _perceptual(settings):
    """The distance of the term `drr_lpips`, with its network and heads loaded."""
    if not settings.active("drr_lpips"):
        return None
    from ct2xkeras.metrics.extractors.perceptual import PerceptualDistance

    return PerceptualDistance(settings.lpips_network or None, settings.lpips_heads or None)
