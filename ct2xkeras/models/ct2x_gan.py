"""CT2X-GAN: the synthesiser, its discriminators and one training step."""

import functools
from dataclasses import replace

import keras
import tensorflow as tf

from ct2xkeras import losses
from ct2xkeras.losses.settings import GENERATOR_TERMS, LossSettings
from ct2xkeras.models.discriminator import Discriminator
from ct2xkeras.models.discriminator_augmentation import (
    DiscriminatorAugmentation,
    next_probability,
)
from ct2xkeras.models.lazy_penalties import lazy_path_length, lazy_r1
from ct2xkeras.models.presets import find_preset, resolve_architecture
from ct2xkeras.models.random_draws import integers, step_key
from ct2xkeras.models.replicas import apply_gradients, mean_over_replicas, num_replicas
from ct2xkeras.models.synthesizer import XraySynthesizer
from ct2xkeras.models.train_function import make_train_function
from ct2xkeras.models.training_terms import (
    active_terms,
    consistency_terms,
    picture_terms,
    style_matches,
)
from ct2xkeras.models.views import flatten_views, moved_copies

LOGGED = (
    "discriminator",
    "r1",
    "real_score",
    "fake_score",
    "g_gradient_norm",
    "d_gradient_norm",
    "style_retrieval",
)
STYLE_MEAN_HALF_LIFE = 200  # images


@keras.saving.register_keras_serializable(package="ct2xkeras")
class CT2XGAN(keras.Model):
    """CT2X-GAN (Tan et al. 2024): X-rays of a CT at any pose, in the look of unpaired radiographs.

    `networks` is what training moves; `ema_networks`, their exponential moving average, is what
    `call` and `predict` use and what is exported.

        model = CT2XGAN.from_preset("small64")
        model.compile(g_optimizer="adam", d_optimizer="adam")
        model.fit(training_dataset(...))
        xrays = model.predict({"volume": ..., "spacing": ..., "style_image": ..., "pose": ...})

    Args:
        architecture: an `Architecture`, its fields, or the name of a preset.

    Call arguments:
        inputs: see `XraySynthesizer`.

    Returns:
        Synthesised X-rays (batch, height, width, 1), about [-1, 1], bones bright.

    Training batches are dictionaries as `ct2xkeras.data.training_dataset` makes them, with k views
    of each of b volumes: volume (b, z, y, x, 1), spacing (b, 3), pose (b, k, 12), and drr,
    coverage, style_image (b, k, height, width, 1).
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(autocast=False, **kwargs)  # poses and volumes are mm and HU
        self.architecture = resolve_architecture(architecture)
        self.networks = XraySynthesizer(self.architecture, name="networks")
        self.ema_networks = XraySynthesizer(self.architecture, name="ema_networks")
        self.ema_networks.trainable = False
        self.discriminator = Discriminator(self.architecture, name="discriminator")
        self.drr_discriminator = None
        if self.architecture.drr_discriminator:
            self.drr_discriminator = Discriminator(self.architecture, name="drr_discriminator")
        self.seconds_waited = 0.0  # for batches, see `make_train_function`
        self.trackers = {
            name: keras.metrics.Mean(name=name) for name in ("loss", *GENERATOR_TERMS, *LOGGED)
        }

    @classmethod
    def from_preset(cls, preset, **changes):
        """A new model at the sizes of a preset.

        Args:
            preset: one of `PRESETS`.
            changes: fields of `Architecture` that differ from it.

        Raises:
            ValueError: unknown preset, or sizes that do not fit; names the field.
        """
        return cls(replace(find_preset(preset), **changes))

    def build(self, input_shape=None):
        side = self.architecture.image_size
        self.networks.build()
        self.ema_networks.build()
        self.ema_networks.set_weights(self.networks.get_weights())
        for discriminator in self._discriminators():
            discriminator.build((None, side, side, 1))
        self.images_seen = self.add_weight(
            name="images_seen",
            shape=(),
            dtype="int64",
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )
        self.mean_path_length = self._state("mean_path_length")
        self.augment_probability = self._state("augment_probability")
        self.built = True

    def _state(self, name):
        return self.add_weight(
            name=name, shape=(), initializer="zeros", trainable=False, aggregation="mean"
        )

    def _discriminators(self):
        both = (self.discriminator, self.drr_discriminator)
        return [discriminator for discriminator in both if discriminator is not None]

    def _discriminator_variables(self):
        return [v for part in self._discriminators() for v in part.trainable_variables]

    def call(self, inputs):
        return self.ema_networks(inputs)

    # ------------------------------------------------------------------ configuration

    def compile(
        self,
        g_optimizer,
        d_optimizer,
        loss_settings=None,
        augmentation=None,
        ema_half_life=2000,
        clip_norm=None,
        seed=0,
        jit_compile=False,
        **kwargs,
    ):
        """Prepare for training.

        Args:
            g_optimizer, d_optimizer: Keras optimizers of the networks and of the discriminators.
            loss_settings: `LossSettings` or a dictionary of its fields.
            augmentation: `DiscriminatorAugmentation` or a dictionary of its fields.
            ema_half_life: of the moving average, in images.
            clip_norm: largest norm of all gradients of an update, over all replicas; None: any.
            seed: of every random choice in the training step.
            jit_compile: whether XLA compiles the step; on one device only.
            kwargs: `steps_per_execution` and `run_eagerly`, as Keras has them.
        """
        super().compile(optimizer=None, jit_compile=jit_compile, **kwargs)
        if not self.built:
            self.build()
        self.loss_settings = _settings(LossSettings, loss_settings)
        self.augmentation = _settings(DiscriminatorAugmentation, augmentation)
        if self.loss_settings.active("drr_adversarial") != (self.drr_discriminator is not None):
            raise ValueError(
                "The loss drr_adversarial and the architecture's drr_discriminator belong "
                "together: set both or neither."
            )
        self.g_optimizer = keras.optimizers.get(g_optimizer)
        self.d_optimizer = keras.optimizers.get(d_optimizer)
        self.g_optimizer.build(self.networks.trainable_variables)
        self.d_optimizer.build(self._discriminator_variables())
        self.ema_half_life = float(ema_half_life)
        self.clip_norm = clip_norm
        self.seed = int(seed)
        self.perceptual = _perceptual(self.loss_settings)

    def get_compile_config(self):
        return {
            "g_optimizer": keras.optimizers.serialize(self.g_optimizer),
            "d_optimizer": keras.optimizers.serialize(self.d_optimizer),
            "loss_settings": self.loss_settings.to_dict(),
            "augmentation": self.augmentation.to_dict(),
            "ema_half_life": self.ema_half_life,
            "clip_norm": self.clip_norm,
            "seed": self.seed,
        }

    def compile_from_config(self, config):
        for name in ("g_optimizer", "d_optimizer"):
            config[name] = keras.optimizers.deserialize(config[name])
        self.compile(**config)

    def get_config(self):
        return {"name": self.name, "architecture": self.architecture.to_dict()}

    @property
    def metrics(self):
        """Means of what a step logs: the terms that act, and the discriminators' values."""
        return [self.trackers[name] for name in self._logged()]

    def _logged(self):
        settings = getattr(self, "loss_settings", LossSettings())
        active = [name for name in GENERATOR_TERMS if settings.active(name)]
        return ("loss", *active, *LOGGED)

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
        seeds = integers(self._key("noise"), num, 1)[:, 0]
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
        moved = moved_copies(views["style_image"], self._key("moved_copies"))
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
        """Every active term that the generator side minimises, {name: (views,)}, unweighted."""
        settings = self.loss_settings
        logits = functools.partial(losses.generator_adversarial, form=settings.adversarial_form)
        return {
            **picture_terms(settings, views, made, self.perceptual),
            **consistency_terms(settings, made, read),
            **active_terms(
                settings,
                {
                    "adversarial": lambda: logits(
                        self.discriminator(self._augment(made["xray"], "fake_for_generator"))
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
            self._key("path_length"),
            self.d_optimizer.iterations,
            self.loss_settings.path_length_interval,
        )
        self.mean_path_length.assign(mean)
        return values

    def _key(self, purpose):
        return step_key(self.seed, self.d_optimizer.iterations, purpose)

    def _augment(self, images, purpose):
        return self.augmentation.apply(images, self.augment_probability, self._key(purpose))

    # ------------------------------------------------------------------ training

    def _discriminator_loss(self, judge_real, real, fake_logits):
        """Loss, R1 and real logits of one discriminator; R1 goes through the augmentation too."""
        real_logits = judge_real(real)
        loss = losses.discriminator_adversarial(
            real_logits, fake_logits, form=self.loss_settings.adversarial_form
        )
        r1 = lazy_r1(judge_real, real, self.d_optimizer.iterations, self.loss_settings.r1_interval)
        return tf.reduce_mean(loss), r1, real_logits

    def _train_discriminators(self, views, made):
        with tf.GradientTape() as tape:
            fake_logits = self.discriminator(self._augment(made["xray"], "fake"))
            loss, r1, real_logits = self._discriminator_loss(
                lambda images: self.discriminator(self._augment(images, "real")),
                views["style_image"],
                fake_logits,
            )
            if self.drr_discriminator is not None:
                drr_loss, drr_r1, _ = self._discriminator_loss(
                    self.drr_discriminator, views["drr"], self.drr_discriminator(made["drr"])
                )
                loss, r1 = loss + drr_loss, r1 + drr_r1
            total = (loss + self.loss_settings.r1_gamma / 2 * r1) / num_replicas()
        variables = self._discriminator_variables()
        norm = self._update(self.d_optimizer, tape, total, variables)
        self._adapt_augmentation(real_logits)
        return {
            "discriminator": loss,
            "r1": r1,
            "real_score": tf.reduce_mean(real_logits),
            "fake_score": tf.reduce_mean(fake_logits),
            "d_gradient_norm": norm,
        }

    def _update(self, optimizer, tape, loss, variables):
        gradients = tape.gradient(loss, variables)
        return apply_gradients(optimizer, gradients, variables, self.clip_norm)

    def _adapt_augmentation(self, real_logits):
        if self.augmentation.kind == "ada":
            num_images = tf.cast(tf.size(real_logits), tf.float32) * num_replicas()
            self.augment_probability.assign(
                next_probability(
                    self.augment_probability,
                    mean_over_replicas(tf.reduce_mean(tf.sign(real_logits))),
                    num_images,
                    self.augmentation.target,
                    self.augmentation.images_to_full,
                )
            )

    def make_train_function(self, force=False):
        if self.train_function is None or force:
            self.train_function = make_train_function(self)
        return self.train_function

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        """Nothing: `compile` has built all. Keras' own takes a batch and fails with workers."""

    # No Python branch below depends on a tensor; AutoGraph would only make tracing a third longer.
    @tf.autograph.experimental.do_not_convert
    def train_step(self, batch):
        views = flatten_views(batch)
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
            scaled = loss / num_replicas()
        variables = self.networks.trainable_variables
        norm = self._update(self.g_optimizer, tape, scaled, variables)
        self._count_and_average(tf.shape(views["pose"])[0], made["xray_style"])
        matches = style_matches(read["xray_style"], made["xray_style"])
        logs |= {"g_gradient_norm": norm, "style_retrieval": tf.reduce_mean(matches)}
        logs = {"loss": loss, **terms, **logs}
        for name, value in logs.items():
            self.trackers[name].update_state(value)
        return {name: self.trackers[name].result() for name in self._logged()}

    def _count_and_average(self, num_views, styles):
        """Count the images of all replicas, and move both averages towards what is now."""
        num_images = tf.cast(num_views, tf.float32) * num_replicas()
        self.images_seen.assign_add(tf.cast(num_images, tf.int64))
        style_mean = self.networks.style_mean
        share = 1 - 0.5 ** (num_images / STYLE_MEAN_HALF_LIFE)
        style_mean.assign(style_mean + share * (tf.reduce_mean(styles, axis=0) - style_mean))
        seen = tf.cast(self.images_seen, tf.float32)
        # Early on the average must not hold on to the random start.
        half_life = tf.minimum(self.ema_half_life, 0.05 * seen)
        share = 1 - 0.5 ** (num_images / tf.maximum(half_life, 1e-3))
        for average, value in zip(self.ema_networks.weights, self.networks.weights, strict=True):
            average.value.assign_sub(share * (average.value - value.value))


def _perceptual(settings):
    """The distance of the term `drr_lpips`, with its network and heads loaded."""
    if not settings.active("drr_lpips"):
        return None
    from ct2xkeras.metrics.extractors.perceptual import PerceptualDistance

    return PerceptualDistance(settings.lpips_network, settings.lpips_heads or None)


def _settings(kind, value):
    """A settings object from itself, a dictionary of its fields, or None for the defaults."""
    return value if isinstance(value, kind) else kind(**(value or {}))
