"""Checkpoints: networks, average, discriminator, both optimisers and the image counter."""

import tensorflow as tf


def checkpoint_manager(model, folder, keep):
    """Manager of the newest `keep` checkpoints of a compiled model."""
    checkpoint = tf.train.Checkpoint(**_variables(model))
    return tf.train.CheckpointManager(
        checkpoint, str(folder), max_to_keep=keep, checkpoint_name="images"
    )


def _variables(model):
    """Every variable by name, in three groups.

    TensorFlow's own walk through a Keras model passes over layers that are held in lists: it saves
    and restores a part of the weights without a word. So each variable is named here.
    """
    optimizers = {"g_optimizer": model.g_optimizer, "d_optimizer": model.d_optimizer}
    # A path begins with the model's name, which differs between two models in one process.
    weights = {variable.path.partition("/")[2]: variable.value for variable in model.weights}
    return {"weights": weights} | {
        name: {str(index): variable.value for index, variable in enumerate(optimizer.variables)}
        for name, optimizer in optimizers.items()
    }


def images_seen(model):
    """Views that a model was trained on; works for mirrored models too."""
    value = model.images_seen.value
    strategy = getattr(value, "distribute_strategy", tf.distribute.get_strategy())
    return int(strategy.experimental_local_results(value)[0])


def newest_images(folder):
    """Views that the newest checkpoint of a folder was trained on, from its name."""
    newest = tf.train.latest_checkpoint(str(folder))
    return int(newest.rpartition("-")[2]) if newest else 0


def restore_newest(manager):
    """Restore the newest checkpoint; says whether there was one. Incomplete ones are refused."""
    if manager.latest_checkpoint is None:
        return False
    manager.checkpoint.restore(manager.latest_checkpoint).assert_consumed()
    return True
