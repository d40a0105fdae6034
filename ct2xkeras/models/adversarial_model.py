"""What all methods train with: networks and their average, discriminators, two optimizers."""

import keras
import tensorflow as tf

from ct2xkeras import losses
from ct2xkeras.losses.adversarial import UNDECIDED
from ct2xkeras.losses.settings import LossSettings
from ct2xkeras.models.discriminator_augmentation import (
    DiscriminatorAugmentation,
    next_probability,
)
from ct2xkeras.models.lazy_penalties import lazy_r1
from ct2xkeras.models.random_draws import step_key
from ct2xkeras.models.replicas import apply_gradients, mean_over_replicas, num_replicas
from ct2xkeras.models.train_function import make_train_function
from ct2xkeras.models.views import flatten_views

STYLE_MEAN_HALF_LIFE = 200  # images


class AdversarialModel(keras.Model):
    """A method that trains against a discriminator of radiographs; progress counts images (views).

    `networks` is what training moves; `ema_networks`, their exponential moving average, is what
    `call` and `predict` use and what is exported. Every random choice of a step comes from the
    seed and the step's number, so that a resumed training equals one that never stopped.

    A subclass says `make_networks`, `make_discriminators` and `learn`, and names in `logged` the
    values that `learn` gives beside the loss. What it makes takes the model's `dtype_policy`.

    Args:
        architecture: of the method's networks, its fields, or the name of a preset.

    Call arguments and results: see `ViewSynthesizer`.

    Training batches are dictionaries as `ct2xkeras.data.training_dataset` makes them, with k views
    of each of b volumes: volume (b, z, y, x, 1), spacing (b, 3), pose (b, k, 12), and drr,
    coverage, style_image (b, k, height, width, 1).
    """

    logged = ()

    def __init__(self, architecture, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.networks = self.make_networks(architecture, "networks")
        self.architecture = self.networks.architecture
        self.ema_networks = self.make_networks(self.architecture, "ema_networks")
        self.ema_networks.trainable = False
        self._discriminator_names = []
        for name, discriminator in self.make_discriminators().items():
            setattr(self, name, discriminator)
            self._discriminator_names.append(name)
        self.seconds_waited = 0.0  # for batches, see `make_train_function`
        self.trackers = {name: keras.metrics.Mean(name=name) for name in ("loss", *self.logged)}

    # ------------------------------------------------------------------ what a method says

    def make_networks(self, architecture, name):
        """A `ViewSynthesizer`; called twice, for the trained networks and for their average."""
        raise NotImplementedError

    def make_discriminators(self):
        """{attribute: layer or model that is not built yet}; may be empty."""
        return {}

    def build_discriminators(self):
        """Build the discriminators, by default for pictures of one channel."""
        side = self.architecture.image_size
        for discriminator in self.discriminators():
            discriminator.build((None, side, side, 1))

    def learn(self, views):
        """One step of both sides.

        Args:
            views: a flat batch, see `flatten_views`.

        Returns:
            {"loss": scalar, and a scalar for each name of `logs_now`}.
        """
        raise NotImplementedError

    @property
    def phase(self):
        """What the compiled step depends on beside its tensors; another value compiles anew."""
        return None

    def images_now(self):
        """Images seen as a Python number; of a mirrored model too, and while a step is traced."""
        with tf.init_scope():
            value = self.images_seen.value
            strategy = getattr(value, "distribute_strategy", tf.distribute.get_strategy())
            return int(strategy.experimental_local_results(value)[0])

    # ------------------------------------------------------------------ building

    @classmethod
    def from_preset(cls, preset, **changes):
        """A new model at the sizes of a preset.

        Args:
            preset: name of one of the method's presets.
            changes: fields of its architecture that differ from it.

        Raises:
            ValueError: unknown preset, or sizes that do not fit; names the field.
        """
        architecture = cls(preset).architecture
        return cls({**architecture.to_dict(), **changes})

    def build(self, input_shape=None):
        self.networks.build()
        self.ema_networks.build()
        self.ema_networks.set_weights(self.networks.get_weights())
        self.build_discriminators()
        self.images_seen = self.add_weight(
            name="images_seen",
            shape=(),
            dtype="int64",
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )
        self.augment_probability = self.state("augment_probability")
        self.build_states()
        self.built = True

    def build_states(self):
        """Make the method's own states with `state`; by default none."""

    def state(self, name):
        """A number that training keeps, the mean over replicas."""
        return self.add_weight(
            name=name, shape=(), initializer="zeros", trainable=False, aggregation="mean"
        )

    def discriminators(self):
        return [getattr(self, name) for name in self._discriminator_names]

    def discriminator_variables(self):
        return [v for part in self.discriminators() for v in part.trainable_variables]

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
        self.g_optimizer = keras.optimizers.get(g_optimizer)
        self.d_optimizer = keras.optimizers.get(d_optimizer)
        self.g_optimizer.build(self.networks.trainable_variables)
        self.d_optimizer.build(self.discriminator_variables())
        self.ema_half_life = float(ema_half_life)
        self.clip_norm = clip_norm
        self.seed = int(seed)

    def get_compile_config(self):
        if not self.compiled:
            return None
        return {
            "g_optimizer": keras.optimizers.serialize(self.g_optimizer),
            "d_optimizer": keras.optimizers.serialize(self.d_optimizer),
            "loss_settings": self.loss_settings.to_dict(),
            "augmentation": self.augmentation.to_dict(),
            "ema_half_life": self.ema_half_life,
            "clip_norm": self.clip_norm,
            "seed": self.seed,
            "jit_compile": bool(self.jit_compile),
            "steps_per_execution": int(self.steps_per_execution),
        }

    def compile_from_config(self, config):
        for name in ("g_optimizer", "d_optimizer"):
            config[name] = keras.optimizers.deserialize(config[name])
        self.compile(**config)

    def get_config(self):
        shared = {"name": self.name, "dtype": self.dtype_policy.name}
        return {**shared, "architecture": self.architecture.to_dict()}

    @property
    def metrics(self):
        """Means of what a step logs."""
        return [self.trackers[name] for name in self.logs_now()]

    def logs_now(self):
        """Names of what a step logs; by default the loss and all of `logged`."""
        return ("loss", *self.logged)

    # ------------------------------------------------------------------ parts of a step

    def key(self, purpose):
        """Key of this step's random numbers, see `step_key`."""
        return step_key(self.seed, self.d_optimizer.iterations, purpose)

    def augment(self, images, purpose):
        """Pictures as the discriminator sees them, see `DiscriminatorAugmentation`."""
        return self.augmentation.apply(images, self.augment_probability, self.key(purpose))

    def discriminator_loss(self, judge, real, fake_logits):
        """What a discriminator minimises: its adversarial loss, and R1 where it is the step for it.

        Args:
            judge: function of real pictures that gives logits, through the augmentation if any.
            fake_logits: (views,), or maps of them, (views, ...).

        Returns:
            The loss (scalar), {name: scalar} for the log, and the logits of the real pictures.
        """
        settings = self.loss_settings
        real_logits = judge(real)
        loss = losses.discriminator_adversarial(
            real_logits, fake_logits, form=settings.adversarial_form
        )
        r1 = lazy_r1(
            lambda images: _of_pictures(judge(images)),
            real,
            self.d_optimizer.iterations,
            settings.r1_interval,
        )
        logs = {
            "discriminator": tf.reduce_mean(loss),
            "r1": r1,
            "real_score": tf.reduce_mean(real_logits),
            "fake_score": tf.reduce_mean(fake_logits),
        }
        return logs["discriminator"] + settings.r1_gamma / 2 * r1, logs, real_logits

    def update(self, optimizer, tape, loss, variables):
        """One optimizer step; see `apply_gradients`.

        Args:
            loss: the mean over this replica's views, scalar.

        Returns:
            Norm of the gradients before clipping, scalar.
        """
        gradients = tape.gradient(loss, variables)
        return apply_gradients(optimizer, gradients, variables, self.clip_norm)

    def update_discriminators(self, tape, loss, real_logits):
        """One step of all discriminators, and of the augmentation before them.

        Args:
            loss: what they minimise together, as in `update`.
            real_logits: (views,), or maps of them, (views, ...).

        Returns:
            {name: scalar} for the log.
        """
        norm = self.update(self.d_optimizer, tape, loss, self.discriminator_variables())
        self.adapt_augmentation(tf.reduce_mean(_rows(real_logits), axis=1))
        return {"d_gradient_norm": norm}

    def adapt_augmentation(self, real_logits):
        """Adapt the probability of augmentation, where it is adaptive."""
        if self.augmentation.kind == "ada":
            num_images = tf.cast(tf.size(real_logits), tf.float32) * num_replicas()
            undecided = UNDECIDED[self.loss_settings.adversarial_form]
            self.augment_probability.assign(
                next_probability(
                    self.augment_probability,
                    mean_over_replicas(tf.reduce_mean(tf.sign(real_logits - undecided))),
                    num_images,
                    self.augmentation.target,
                    self.augmentation.images_to_full,
                )
            )

    # ------------------------------------------------------------------ training

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
        self.networks.check_volume(views["volume"])
        logs = self.learn(views)
        self._count_and_average(tf.shape(views["pose"])[0])
        for name in self.logs_now():
            self.trackers[name].update_state(logs[name])
        return {name: self.trackers[name].result() for name in self.logs_now()}

    def _count_and_average(self, num_views):
        """Count the images of all replicas, and move the average towards the networks."""
        num_images = tf.cast(num_views, tf.float32) * num_replicas()
        self.images_seen.assign_add(tf.cast(num_images, tf.int64))
        seen = tf.cast(self.images_seen, tf.float32)
        # Early on the average must not hold on to the random start.
        half_life = tf.minimum(self.ema_half_life, 0.05 * seen)
        share = 1 - 0.5 ** (num_images / tf.maximum(half_life, 1e-3))
        for average, value in zip(self.ema_networks.weights, self.networks.weights, strict=True):
            average.value.assign_sub(share * (average.value - value.value))

    def move_style_mean(self, styles):
        """Move the networks' mean style towards codes (views, style_size) of radiographs."""
        num_images = tf.cast(tf.shape(styles)[0], tf.float32) * num_replicas()
        share = 1 - 0.5 ** (num_images / STYLE_MEAN_HALF_LIFE)
        mean = self.networks.style_mean
        mean.assign(mean + share * (tf.reduce_mean(styles, axis=0) - mean))


def _rows(logits):
    """Logits of each picture: (views, ...) to (views, n)."""
    return tf.reshape(logits, [tf.shape(logits)[0], -1])


def _of_pictures(logits):
    """One logit a picture: (views, ...) to (views,).

    R1 of it penalises n patches that share no pixel as it would n pictures.
    """
    rows = _rows(logits)
    return tf.reduce_sum(rows, axis=1) / tf.sqrt(tf.cast(tf.shape(rows)[1], rows.dtype))


def _settings(kind, value):
    """A settings object from itself, a dictionary of its fields, or None for the defaults."""
    return value if isinstance(value, kind) else kind(**(value or {}))
