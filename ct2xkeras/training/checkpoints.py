"""Checkpoints: networks, average, discriminator, both optimisers and the image counter."""

import json

import tensorflow as tf

from ct2xkeras.files import write_text
from ct2xkeras.recipe.schema import BEST_METRICS
from ct2xkeras.training.resources import require_disk


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


class BestCheckpoint:
    """Keeps the checkpoint with the best value of a metric, beside the newest ones.

    Args:
        run: a `RunFolder`.
        metric: name of a metric without its options, as `structure` or `kid`.
        model: a compiled model.
    """

    def __init__(self, run, metric, model):
        run.best_checkpoint.mkdir(parents=True, exist_ok=True)
        self.manager = checkpoint_manager(model, run.best_checkpoint, keep=1)
        self.file = run.best_checkpoint / "best.json"
        self.metric = metric

    def offer(self, model, values):
        """Save the model if its values are the best so far; without the metric nothing happens.

        Args:
            values: {metric spec: value}.
        """
        spec = next((spec for spec in values if spec.partition("[")[0] == self.metric), None)
        if spec is None or not self._is_better(spec, values[spec]):
            return
        require_disk(self.manager.directory, model)
        images = model.images_now()
        self.manager.save(checkpoint_number=images)
        write_text(
            self.file, json.dumps({"metric": spec, "value": values[spec], "images": images}) + "\n"
        )

    def _is_better(self, spec, value):
        try:
            best = json.loads(self.file.read_text(encoding="utf-8"))
        except OSError:
            return True
        if best["metric"] != spec:  # measured on something else
            return True
        gain = value - best["value"]
        return gain > 0 if BEST_METRICS[self.metric] == "highest" else gain < 0
