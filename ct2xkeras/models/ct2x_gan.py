"""CT2X-GAN: the synthesiser, its discriminator and one training step."""

import keras
import tensorflow as tf
from keras import ops

from ct2xkeras import losses
from ct2xkeras.losses.settings import GENERATOR_TERMS, LossSettings
from ct2xkeras.models.architecture import resolve_architecture
from ct2xkeras.models.discriminator import Discriminator
from ct2xkeras.models.synthesizer import XraySynthesizer
from ct2xkeras.models.views import flatten_views, moved_copies

DISCRIMINATOR_TERMS = ("discriminator", "r1", "real_score", "fake_score")


@keras.saving.register_keras_serializable(package="ct2xkeras")
class CT2XGAN(keras.Model):
    """CT2X-GAN (Tan et al. 2024): X-rays of a CT at any pose, in the look of unpaired radiographs.

    `networks` is what training moves; `ema_networks`, their exponential moving average, is what
    `call` and `predict` use and what is exported.

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
        super().__init__(**kwargs)
        self.architecture = resolve_architecture(architecture)
        self.networks = XraySynthesizer(self.architecture, name="networks")
        self.ema_networks = XraySynthesizer(self.architecture, name="ema_networks")
        self.ema_networks.trainable = False
        self.discriminator = Discriminator(self.architecture, name="discriminator")
        self.trackers = {
            name: keras.metrics.Mean(name=name)
            for name in ("loss", *GENERATOR_TERMS, *DISCRIMINATOR_TERMS)
        }

    def build(self, input_shape=None):
        side = self.architecture.image_size
        self.networks.build()
        self.ema_networks.build()
        self.ema_networks.set_weights(self.networks.get_weights())
        self.discriminator.build((None, side, side, 1))
        self.images_seen = self.add_weight(
            name="images_seen",
            shape=(),
            dtype="int64",
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )
        self.built = True

    def call(self, inputs):
        return self.ema_networks(inputs)

    # ------------------------------------------------------------------ configuration

    def compile(
        self,
        g_optimizer,
        d_optimizer,
        loss_settings=None,
        ema_half_life=2000,
        seed=0,
        jit_compile=False,
        **kwargs,
    ):
        """Prepare for training.

        Args:
            g_optimizer, d_optimizer: Keras optimizers of the networks and of the discriminator.
            loss_settings: `LossSettings` or a dictionary of its fields.
            ema_half_life: of the moving average, in images.
            seed: of every random choice in the training step.
        """
        super().compile(optimizer=None, jit_compile=jit_compile, **kwargs)
        if not self.built:
            self.build()
        self.g_optimizer = keras.optimizers.get(g_optimizer)
        self.d_optimizer = keras.optimizers.get(d_optimizer)
        self.g_optimizer.build(self.networks.trainable_variables)
        self.d_optimizer.build(self.discriminator.trainable_variables)
        if not isinstance(loss_settings, LossSettings):
            loss_settings = LossSettings(**(loss_settings or {}))
        self.loss_settings = loss_settings
        self.ema_half_life = float(ema_half_life)
        self.seed = int(seed)

    def get_compile_config(self):
        return {
            "g_optimizer": keras.optimizers.serialize(self.g_optimizer),
            "d_optimizer": keras.optimizers.serialize(self.d_optimizer),
            "loss_settings": self.loss_settings.to_dict(),
            "ema_half_life": self.ema_half_life,
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
        return list(self.trackers.values())

    # ------------------------------------------------------------------ forward

    def synthesize_pair(self, views):
        """X^ and DRR^ of the same views (figure 2), with the codes of their style references."""
        networks = self.networks
        contents = networks.view_content(
            networks.encode_ct(views["volume"]),
            views["spacing"],
            views["pose"],
            views["volume_index"],
            views["drr"],
            views["coverage"],
        )
        num = ops.shape(views["pose"])[0]
        styles = networks.encode_style(
            ops.concatenate([views["style_image"], views["drr"]], axis=0)
        )
        # One pass over twice the views: X-ray styles first, DRR styles second.
        pictures = networks.generator(
            [ops.concatenate([content, content], axis=0) for content in contents],
            ops.concatenate([views["drr"], views["drr"]], axis=0),
            styles,
        )
        return {
            "xray": pictures[:num],
            "drr": pictures[num:],
            "xray_style": styles[:num],
            "drr_style": styles[num:],
        }

    # ------------------------------------------------------------------ losses

    def _consistency_terms(self, views, made):
        """The terms of figure 3, each (views,)."""
        num = ops.shape(views["pose"])[0]
        moved = moved_copies(views["style_image"], self.seed, self.g_optimizer.iterations)
        style, content = self.networks.style_encoder(
            ops.concatenate([made["xray"], made["drr"], moved], axis=0)
        )
        xray, drr, moved = style[:num], style[num : 2 * num], style[2 * num :]
        content_xray, content_drr = content[:num], content[num : 2 * num]
        if self.loss_settings.style_form == "distance":
            style_xray = losses.style_distance(xray, made["xray_style"])
            style_drr = losses.style_distance(drr, made["drr_style"])
        else:
            references = ops.concatenate([made["xray_style"], made["drr_style"]], axis=0)
            style_xray = losses.style_contrast(xray, references)
            style_xray = (style_xray + losses.style_contrast(moved, references)) / 2
            # Every DRR has one style: a DRR^ is told from the X-rays, not from other DRRs.
            style_drr = losses.style_contrast_each(drr, made["drr_style"], made["xray_style"])
        flat = [-1, content.shape[1] * content.shape[2] * content.shape[3]]
        return {
            "style_xray": style_xray,
            "style_drr": style_drr,
            "content": losses.content_distance(content_xray, content_drr),
            "content_contrast": losses.style_contrast(
                ops.reshape(content_xray, flat), ops.reshape(content_drr, flat)
            ),
        }

    def generator_terms(self, views, made):
        """Every term that the generator side minimises, {name: (views,)}, unweighted."""
        mask = views["coverage"]
        return {
            "adversarial": losses.generator_adversarial(self.discriminator(made["xray"])),
            "drr_similarity": losses.drr_similarity(made["drr"], views["drr"], mask),
            "structure": losses.structure_loss(made["xray"], views["drr"], mask),
            "tone": losses.tone_distance(made["xray"], views["style_image"]),
            **self._consistency_terms(views, made),
        }

    def _r1(self, real):
        """Mean R1 of real pictures, on every `r1_interval`-th step (times the interval), else 0."""
        interval = self.loss_settings.r1_interval

        def penalty():
            with tf.GradientTape() as tape:
                tape.watch(real)
                score = tf.reduce_sum(self.discriminator(real))
            return interval * tf.reduce_mean(losses.gradient_penalty(tape.gradient(score, real)))

        due = tf.equal(tf.cast(self.d_optimizer.iterations, tf.int64) % interval, 0)
        return tf.cond(due, penalty, lambda: tf.constant(0.0))

    # ------------------------------------------------------------------ training

    def _train_discriminator(self, real, fake):
        with tf.GradientTape() as tape:
            real_logits, fake_logits = self.discriminator(real), self.discriminator(fake)
            loss = losses.discriminator_adversarial(real_logits, fake_logits)
            r1 = self._r1(real)
            total = tf.reduce_mean(loss) + self.loss_settings.r1_gamma / 2 * r1
            total /= self._num_replicas()
        variables = self.discriminator.trainable_variables
        self.d_optimizer.apply(tape.gradient(total, variables), variables)
        return {
            "discriminator": tf.reduce_mean(loss),
            "r1": r1,
            "real_score": tf.reduce_mean(real_logits),
            "fake_score": tf.reduce_mean(fake_logits),
        }

    # No Python branch below depends on a tensor; AutoGraph would only make tracing a third longer.
    @tf.autograph.experimental.do_not_convert
    def train_step(self, batch):
        views = flatten_views(batch)
        with tf.GradientTape() as tape:
            made = self.synthesize_pair(views)
            with tape.stop_recording():
                logs = self._train_discriminator(
                    views["style_image"], tf.stop_gradient(made["xray"])
                )
            terms = {
                name: tf.reduce_mean(value)
                for name, value in self.generator_terms(views, made).items()
            }
            loss = tf.add_n([self.loss_settings.weight(name) * terms[name] for name in terms])
            scaled = loss / self._num_replicas()
        variables = self.networks.trainable_variables
        self.g_optimizer.apply(tape.gradient(scaled, variables), variables)
        self._count_and_average(tf.shape(views["pose"])[0])
        for name, value in {"loss": loss, **terms, **logs}.items():
            self.trackers[name].update_state(value)
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    def _num_replicas(self):
        return tf.cast(tf.distribute.get_strategy().num_replicas_in_sync, tf.float32)

    def _count_and_average(self, num_views):
        """Count the images of all replicas and move the average towards the networks."""
        num_images = tf.cast(num_views, tf.float32) * self._num_replicas()
        self.images_seen.assign_add(tf.cast(num_images, tf.int64))
        seen = tf.cast(self.images_seen, tf.float32)
        # Early on the average must not hold on to the random start.
        half_life = tf.minimum(self.ema_half_life, 0.05 * seen)
        share = 1 - 0.5 ** (num_images / tf.maximum(half_life, 1e-3))
        for average, value in zip(self.ema_networks.weights, self.networks.weights, strict=True):
            average.assign(average + tf.cast(share, average.dtype) * (value - average))
