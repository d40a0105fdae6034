"""Trains a tiny model for some steps on one device, on parts of the CPU, or as one of two workers.

    python replicas_script.py one|mirrored:N|multi_worker STEPS OUT

Writes every weight of the model to OUT (.npz). Plain gradient descent: Adam divides by the size of
a gradient, so that it makes the rounding of those near zero as large as all others.
"""

import sys

import numpy as np

from ct2xkeras.training.strategies import choose_strategy, num_workers

VOLUMES, VIEWS, LEARNING_RATE = 4, 2, 3e-3


def main(mode, steps, out):
    name, _, replicas = mode.partition(":")
    names = {"one": "one_device"}
    strategy = choose_strategy(names.get(name, name), int(replicas) if replicas else None)

    import keras

    from ct2xkeras.models import CT2XGAN

    keras.utils.set_random_seed(1)
    with strategy.scope():
        # Each replica holds whole groups of the discriminator's variety.
        model = CT2XGAN.from_preset("tiny", patch_halvings=0, deviation_group=VIEWS)
        sgd = [keras.optimizers.SGD(LEARNING_RATE) for _ in range(2)]
        model.compile(*sgd, loss_settings={"r1_interval": 4}, clip_norm=10.0)
    start = weights(model, strategy)
    history = model.fit(dataset(strategy, steps), steps_per_epoch=steps, verbose=0).history
    losses = {f"log {name}": values[-1] for name, values in history.items()}
    starts = {f"start {name}": value for name, value in start.items()}
    np.savez(out, **starts, **weights(model, strategy), **losses)


def dataset(strategy, steps):
    """The same batches for everyone, of which each worker takes its part."""
    import tensorflow as tf

    batches = tf.data.Dataset.from_tensor_slices(make_batches(steps))
    workers, index = num_workers(strategy)
    if workers == 1:
        return batches
    part = VOLUMES // workers
    return strategy.distribute_datasets_from_function(
        lambda context: batches.map(
            lambda batch: {key: v[index * part : (index + 1) * part] for key, v in batch.items()}
        )
    )


def make_batches(steps):
    from ct2xkeras.models import PRESETS

    architecture, rng = PRESETS["tiny"], np.random.default_rng(0)
    side, size = architecture.image_size, architecture.volume_size
    pose = [0, 0, 0, 1500, 1200, 0, 0, 0, 8, 8, 15, 15]
    views = (steps, VOLUMES, VIEWS)
    turned = rng.uniform(-20, 20, (*views, 1)) * np.eye(12)[0]
    return {
        "volume": rng.integers(-1000, 1000, (steps, VOLUMES, *size, 1)).astype("int16"),
        "spacing": np.full((steps, VOLUMES, 3), 300 / size[0], "float32"),
        "pose": (turned + pose).astype("float32"),
        "drr": rng.uniform(-1, 1, (*views, side, side, 1)).astype("float32"),
        "coverage": np.ones((*views, side, side, 1), "float32"),
        "style_image": rng.uniform(-1, 1, (*views, side, side, 1)).astype("float32"),
    }


def weights(model, strategy):
    return {
        f"{index:03d} {weight.path.partition('/')[2]}": np.asarray(
            strategy.experimental_local_results(weight.value)[0]
        )
        for index, weight in enumerate(model.weights)
    }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
