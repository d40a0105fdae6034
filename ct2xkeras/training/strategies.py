"""Which devices and processes share a training."""

import contextlib
import json
import os

import tensorflow as tf

from ct2xkeras.recipe import RecipeError, build_architecture
from ct2xkeras.training.failures import TrainingFailedError

WORKER_LOST = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.InternalError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
)


def choose_strategy(name, replicas=None):
    """The distribution strategy of a recipe.

    Args:
        name: `auto` (mirrored where there are several GPUs), `one_device`, `mirrored` (over the
            GPUs, or over as many parts of the CPU as `replicas` says), or `multi_worker` (the
            processes that the environment variable TF_CONFIG lists). The last two must come
            before anything else that TensorFlow does.
        replicas: devices to use in one process; None uses all.

    Raises:
        TrainingFailedError: there are fewer devices, or no TF_CONFIG.
    """
    if name == "multi_worker":
        return _multi_worker()
    gpus = tf.config.list_physical_devices("GPU")
    if name == "one_device" or (name == "auto" and max(len(gpus), replicas or 1) < 2):
        return tf.distribute.get_strategy()
    return tf.distribute.MirroredStrategy(_devices(gpus, replicas))


def _devices(gpus, replicas):
    if gpus:
        if len(gpus) < (replicas or 1):
            raise TrainingFailedError(
                f"training.replicas: {replicas} asked for, {len(gpus)} GPUs found."
            )
        return [f"GPU:{index}" for index in range(replicas or len(gpus))]
    return [f"CPU:{index}" for index in range(_split_cpu(replicas or 1))]


def _split_cpu(parts):
    """Make so many logical devices of the CPU; as often as one likes with the same number."""
    cpu = tf.config.list_physical_devices("CPU")[0]
    device = tf.config.LogicalDeviceConfiguration()
    with contextlib.suppress(RuntimeError):  # TensorFlow runs already
        tf.config.set_logical_device_configuration(cpu, [device] * parts)
    found = len(tf.config.list_logical_devices("CPU"))
    if found < parts:
        raise TrainingFailedError(
            f"training.replicas: {parts} parts of the CPU asked for, but TensorFlow began with "
            f"{found}. Choose the strategy before TensorFlow computes anything."
        )
    return parts


def _multi_worker():
    try:
        json.loads(os.environ["TF_CONFIG"])["cluster"]["worker"]
    except (KeyError, TypeError, json.JSONDecodeError):
        raise TrainingFailedError(
            "training.strategy: multi_worker needs the environment variable TF_CONFIG, e.g. "
            '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", '
            '"index": 0}}, with its own index on each host. docs/training.md has examples.'
        ) from None
    with naming_lost_workers():
        return tf.distribute.MultiWorkerMirroredStrategy()


def is_chief(strategy):
    """Whether this process writes the run folder; one of several does."""
    resolver = strategy.cluster_resolver
    return resolver is None or not resolver.task_type or resolver.task_id == 0


def num_workers(strategy):
    """Processes that share the training, and which of them this is."""
    resolver = strategy.cluster_resolver
    if resolver is None or not resolver.task_type:
        return 1, 0
    return len(resolver.cluster_spec().as_dict()["worker"]), resolver.task_id


def check_fits(strategy, recipe):
    """Makes sure that a recipe fits its replicas: equal shares of each batch, whole groups of
    compared pictures; XLA on one GPU; and that its networks need nothing that data sets lack.

    Raises:
        RecipeError: names the field and the numbers.
    """
    architecture = build_architecture(recipe)
    volumes, replicas = recipe.training.volumes_per_batch, strategy.num_replicas_in_sync
    if recipe.training.xla and replicas > 1:
        raise RecipeError(f"training.xla: works on one device only, there are {replicas} replicas.")
    if recipe.training.xla and not tf.config.list_physical_devices("GPU"):
        raise RecipeError(
            "training.xla: needs a GPU. On a CPU features are sampled by a sparse product, which "
            "is several times as fast there and which XLA cannot compile."
        )
    if volumes % replicas:
        raise RecipeError(
            f"training.volumes_per_batch: {volumes} cannot be divided evenly among {replicas} "
            f"replicas; give a multiple of {replicas}."
        )
    views, group = recipe.training.batch_size // replicas, architecture.compared_pictures
    if group and views % group:
        raise RecipeError(
            f"model.architecture.deviation_group: {views} views of a batch (of each replica) can "
            f"not be divided into groups of {group}; give training.volumes_per_batch times "
            "training.views_per_volume that can, or another group."
        )
    if getattr(architecture, "discriminator_pose", False):
        raise RecipeError(
            "model.architecture.discriminator_pose: needs the poses of the radiographs, which data "
            "sets do not have; expected false, found true. Batches of your own may hold them as "
            "`style_pose`: train from Python."
        )


def agreement(strategy):
    """A function that makes one yes or no of those of all workers: yes where any says so.

    Workers leave the training after the same step, or those that stay would wait for the others.
    """
    if num_workers(strategy)[0] == 1:
        return bool

    @tf.function
    def total(flag):
        flags = strategy.run(tf.identity, args=(flag,))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, flags, axis=None)

    return lambda flag: float(total(tf.constant(float(flag)))) > 0


@contextlib.contextmanager
def naming_lost_workers(strategy=None):
    """Turns the many errors of a lost connection into one that says what to do.

    Args:
        strategy: of the training; None while workers have yet to meet.
    """
    try:
        yield
    except WORKER_LOST as error:
        if strategy is not None and num_workers(strategy)[0] == 1:
            raise
        raise TrainingFailedError(
            "Lost the connection to another worker. The last checkpoint is good: start all workers "
            "again by the same command and they go on from it."
        ) from error
