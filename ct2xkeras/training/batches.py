"""The batches of a training, for one process or for each of several workers."""

from ct2xkeras.data import training_dataset
from ct2xkeras.recipe import build_augmentation
from ct2xkeras.training.strategies import num_workers


def batches(recipe, data, strategy, start, steps):
    """What `fit` takes: from the batch after `start` images on, `steps` of them.

    Args:
        recipe: a `Recipe`.
        data: folder of a finished data set.
        strategy: of the training; each of its workers reads its own part.
    """
    training = recipe.training
    workers, index = num_workers(strategy)
    dataset = training_dataset(
        data,
        volumes_per_batch=training.volumes_per_batch,
        views_per_volume=training.views_per_volume,
        seed=recipe.seed,
        flip=recipe.data.flip,
        crop=recipe.data.crop,
        augmentation=build_augmentation(recipe),
        start_batch=start // training.batch_size,
        worker=index,
        num_workers=workers,
    )
    if workers == 1:
        return dataset.take(steps)  # executions of several steps need an end
    # In pieces of one for each of a worker's replicas.
    volumes = training.volumes_per_batch // strategy.num_replicas_in_sync
    return strategy.distribute_datasets_from_function(lambda context: dataset.rebatch(volumes))
