"""How fast training batches come, and how long a training step waits for them."""

import gzip
import json
import statistics
import time
from itertools import islice
from pathlib import Path

import tensorflow as tf
from projector import peak_memory

from ct2xkeras.data import DatasetSpec, build_dataset, read_info, training_dataset
from ct2xkeras.data.batches.storage import Shards
from ct2xkeras.data.dataset.info import INFO_NAME, shard_names

QUICKSTART = Path(__file__).parents[2] / "recipes" / "quickstart.yaml"


def reading_table(arguments, folder) -> str:
    """Batches by each way of reading, against TensorFlow's record reader on the same shards."""
    packed, plain = make_datasets(arguments, folder)
    ways = {
        "record reader alone, GZIP": lambda: bare_stream(packed, arguments),
        "training_dataset, GZIP, in memory": lambda: our_stream(packed, arguments, 2**40),
        "training_dataset, GZIP, from unpacked files": lambda: our_stream(packed, arguments, 0),
        "record reader alone, uncompressed": lambda: bare_stream(plain, arguments),
        "training_dataset, uncompressed, in memory": lambda: our_stream(plain, arguments, 2**40),
        "training_dataset, uncompressed, from files": lambda: our_stream(plain, arguments, 0),
    }
    memory = {name: added_megabytes(way, arguments) for name, way in ways.items()}
    runs = {name: [] for name in ways}
    for _ in range(arguments.repeats):
        for name, way in ways.items():
            runs[name].append(run(way, arguments))
    lines = [
        f"### Reading: {arguments.cts} CTs of {arguments.volume}^3, {arguments.poses} DRRs each "
        f"and {arguments.xrays} radiographs for {arguments.pixels}^2 pixels\n",
        "| way | volumes/s | images/s | of the record reader | first batch, s | added MB at peak |",
        "|---|---|---|---|---|---|",
    ]
    ceiling = None
    for name, values in runs.items():
        first, rate = (statistics.median(column) for column in zip(*values, strict=True))
        ceiling = rate if "alone" in name else ceiling
        images = rate * arguments.views_per_volume
        share = f"{rate / ceiling:.0%}"
        lines.append(
            f"| {name} | {rate:.1f} | {images:.1f} | {share} | {first:.2f} | {memory[name]} |"
        )
    return "\n".join(lines)


def added_megabytes(way, arguments) -> str:
    _, megabytes = peak_memory(lambda: run(way, arguments))
    return "-" if megabytes is None else f"{megabytes:.0f}"


def make_datasets(arguments, folder) -> tuple[Path, Path]:
    """The same phantoms with GZIP and without."""
    spec = DatasetSpec(
        volume_size=(arguments.volume,) * 3,
        image_size=(arguments.pixels,) * 2,
        phantom_cts=arguments.cts,
        phantom_xrays=arguments.xrays,
        poses_per_ct=arguments.poses,
        pose_prior={"footprint": [100, 200]},
        cts_per_shard=4,
    )
    build_dataset(spec, folder / "packed")
    info = read_info(folder / "packed")
    for name in shard_names(info):
        (folder / "plain" / name).parent.mkdir(parents=True, exist_ok=True)
        content = gzip.decompress((folder / "packed" / name).read_bytes())
        (folder / "plain" / name).write_bytes(content)
    info["settings"]["compression"] = ""
    (folder / "plain" / INFO_NAME).write_text(json.dumps(info))
    return folder / "packed", folder / "plain"


def our_stream(directory, arguments, memory_limit):
    return training_dataset(
        directory,
        arguments.volumes_per_batch,
        arguments.views_per_volume,
        memory_limit=memory_limit,
    )


def bare_stream(directory, arguments):
    """As many records in the order of the files, read and not decoded."""
    info = read_info(directory)
    of_volume = {"ct": 1, "drr": 1, "xray": arguments.views_per_volume}
    kinds = []
    for kind, number in of_volume.items():
        shards = Shards(directory, info, "train", kind)
        records = tf.data.TFRecordDataset(
            shards.paths, shards.compression, num_parallel_reads=tf.data.AUTOTUNE
        )
        kinds.append(records.repeat().batch(number))
    volumes = tf.data.Dataset.zip(tuple(kinds))
    return volumes.batch(arguments.volumes_per_batch).prefetch(tf.data.AUTOTUNE)


def run(make_stream, arguments) -> tuple[float, float]:
    """Seconds to the first batch, everything included, and volumes a second after it."""
    start = time.perf_counter()
    batches = iter(make_stream())
    next(batches)
    first = time.perf_counter()
    for _ in islice(batches, arguments.batches):
        pass
    seconds = time.perf_counter() - first
    return first - start, arguments.batches * arguments.volumes_per_batch / seconds


def waiting_table(arguments, folder) -> str:
    """What the data cost a training step of the quickstart recipe."""
    from ct2xkeras.recipe import build_dataset_spec, build_model, load_recipe

    recipe = load_recipe(QUICKSTART)
    build_dataset(build_dataset_spec(recipe), folder / "quickstart")
    settings = recipe.training
    stream = training_dataset(
        folder / "quickstart", settings.volumes_per_batch, settings.views_per_volume
    )
    step = tf.function(build_model(recipe).train_step, autograph=False)
    held = next(iter(stream))
    for _ in range(4):
        step(held)
    timed = [time_steps(step, stream, arguments.steps) for _ in range(arguments.repeats)]
    again = tf.data.Dataset.from_tensors(held).repeat()
    without = [time_steps(step, again, arguments.steps) for _ in range(arguments.repeats)]
    total, waited = (statistics.median(column) for column in zip(*timed, strict=True))
    alone = statistics.median(total for total, _ in without)
    return "\n".join(
        [
            "### A training step of recipes/quickstart.yaml\n",
            "| s a step | of which waiting for data | s with one batch held | difference |",
            "|---|---|---|---|",
            f"| {total:.3f} | {waited / total:.1%} | {alone:.3f} | {(total - alone) / total:.1%} |",
        ]
    )


def time_steps(step, stream, number) -> tuple[float, float]:
    """Seconds a step in all, and seconds of it until its batch was there."""
    batches, waited = iter(stream), 0.0
    next(batches)
    start = time.perf_counter()
    for _ in range(number):
        asked = time.perf_counter()
        batch = next(batches)
        waited += time.perf_counter() - asked
        float(step(batch)["loss"])  # until the step is done
    return (time.perf_counter() - start) / number, waited / number
