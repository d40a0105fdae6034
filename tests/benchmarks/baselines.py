"""Speed of all methods side by side: time per view in use, images per second in training.

    python tests/benchmarks/baselines.py [--only ct2x-gan,eg3d] [--sizes 128,256] [--repeats 5]

All are in this process, with random weights, and take turns; times are medians. One patient is
encoded and seen in 1 and in 36 views, 4 in a call; `with encoding` counts both. A generative method
shows a patient of its prior. `published` are the published sizes, at the pictures' size; the others
are ours for CPUs. `--inversion` adds the search for the given patient, which is measured
with 1 and with 3 steps and told for as many as the architecture has. Training is at 64 x 64 pixels,
at the last resolution of those that grow, with 8 views of 2 patients in a batch.
"""

import functools
import statistics
import time
from dataclasses import dataclass, replace
from typing import Any

import rich_click as click
from model_case import make_batch
from rich.console import Console
from rich.table import Table

#: By image size; the first that a method has.
PRESETS = {32: ("tiny",), 64: ("small64",), 128: ("base128",), 256: ("paper256", "base128")}
CONTENDERS = {  # name: method, fields of its architecture, and its preset where not of PRESETS
    "ct2x-gan": ("ct2x-gan", {}, None),
    "pi-gan": ("pi-gan", {"stages": lambda side: (side,), "stage_images": (1,)}, None),
    "pi-gan published": ("pi-gan", {"stages": lambda side: (side,)}, "celeba64"),
    "eg3d": ("eg3d", {}, None),
    "eg3d published": ("eg3d", {"enlarged_from": lambda side: side // 2}, "ffhq512"),
    "drr2xray": ("drr2xray", {}, None),
    "classical drr": ("classical", {"kind": "drr", "style_size": 1}, None),
    "classical matched": ("classical", {"kind": "matched"}, None),
    "classical physics": ("classical", {"kind": "physics", "style_size": 1}, None),
}
VIEWS_A_CALL = 4
REFERENCE = "ct2x-gan"


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def medians(tasks, repeats):
    """{name: median seconds} of {name: function}; they take turns after a call that compiles."""
    for function in tasks.values():
        function()
    rounds = [{name: seconds(task) for name, task in tasks.items()} for _ in range(repeats)]
    return {name: statistics.median(each[name] for each in rounds) for name in tasks}


def method_of(name, side):
    """A contender's method, its preset for pictures of a side, and fields that are changed."""
    from ct2xkeras.methods import METHODS

    method, changes, preset = CONTENDERS[name]
    changes = {key: value(side) if callable(value) else value for key, value in changes.items()}
    own = (preset for preset in PRESETS[side] if preset in METHODS[method].presets())
    return METHODS[method], preset or next(own), changes


def table(title, columns, rows):
    found = Table(title=title)
    for column in columns:
        found.add_column(column, justify="left" if column == "method" else "right")
    for row in rows:
        found.add_row(*row)
    return found


def ms(value):
    return f"{1000 * value:,.1f}"


# ---------------------------------------------------------------------- in use


@dataclass(frozen=True)
class Patient:
    """One CT, and what it is seen with: poses of as many views as the longest series has."""

    volume: Any
    spacing: Any
    poses: Any


def patient(architecture, views):
    import tensorflow as tf

    batch = make_batch(architecture, 1, views)
    return Patient(*(tf.constant(batch[name]) for name in ("volume", "spacing")), batch["pose"][0])


def networks_of(name, side):
    method, preset, changes = method_of(name, side)
    architecture = replace(method.presets()[preset], image_size=side, **changes)
    networks = method.networks_class()(architecture)
    networks.build()
    networks.inversion_steps = 0
    return networks


def tasks_of(networks, views):
    """{task: function}: encode a CT; draw one view of it, and many."""
    import tensorflow as tf

    given = patient(networks.architecture, views)
    encode = tf.function(networks.encode_ct, autograph=False)
    code = encode(given.volume, given.spacing)

    @functools.partial(tf.function, autograph=False)
    def draw(code, poses):
        count = poses.shape[0]
        styles = tf.zeros([count, networks.architecture.style_size])
        index = tf.zeros([count], tf.int32)
        return networks.render(code, given.volume, given.spacing, poses, styles, index)[0]

    def series(count):
        poses = given.poses[:count]
        parts = (poses[i : i + VIEWS_A_CALL] for i in range(0, count, VIEWS_A_CALL))
        for part in parts:
            draw(code, tf.constant(part)).numpy()

    return {
        "encode": lambda: [part.numpy() for part in encode(given.volume, given.spacing)],
        "one": lambda: series(1),
        "many": lambda: series(views),
    }


def views_table(names, side, views, repeats):
    tasks, sizes = {}, {}
    for name in names:
        networks = networks_of(name, side)
        sizes[name] = networks.count_params()
        tasks |= {(name, task): call for task, call in tasks_of(networks, views).items()}
    found = medians(tasks, repeats)
    each = {name: found[name, "many"] / views for name in names}
    rows = [
        [
            name,
            f"{sizes[name]:,}",
            ms(found[name, "encode"]),
            ms(found[name, "one"]),
            ms(found[name, "encode"] + found[name, "one"]),
            ms(each[name]),
            ms(found[name, "encode"] / views + each[name]),
            f"{each[name] / each[REFERENCE]:.2f}" if REFERENCE in each else "-",
        ]
        for name in names
    ]
    columns = ["method", "parameters", "encode a CT", "1 view", "with encoding"]
    columns += [f"each of {views} views", "with encoding", f"to {REFERENCE}"]
    return table(f"{side} x {side} pixels, ms", columns, rows)


def inversion_table(names, side, repeats):
    import tensorflow as tf

    tasks, steps = {}, {}
    for name in names:
        networks = networks_of(name, side)
        if not hasattr(networks.architecture, "inversion_steps"):
            continue
        steps[name] = networks.architecture.inversion_steps
        given = patient(networks.architecture, 1)
        for count in (1, 3):
            networks.inversion_steps = count  # read while the function is traced, just below
            encode = tf.function(networks.encode_ct, autograph=False)
            scene = given.volume, given.spacing
            tasks[name, count] = functools.partial(encode.get_concrete_function(*scene), *scene)
    found = medians(tasks, repeats)
    rows = []
    for name, count in steps.items():
        step = (found[name, 3] - found[name, 1]) / 2
        whole = found[name, 1] + (count - 1) * step
        rows.append([name, f"{found[name, 1]:.2f}", f"{step:.2f}", f"{whole:.1f} ({count} steps)"])
    columns = ["method", "start and first step", "each further step", "a patient"]
    return table(f"Inversion at {side} x {side} pixels, s", columns, rows)


# ---------------------------------------------------------------------- training


def training_task(name, side):
    """A function that does one train step on a batch that is there already."""
    import keras
    import tensorflow as tf

    method, preset, changes = method_of(name, side)
    model = method.model_class().from_preset(preset, **changes)
    adam = functools.partial(keras.optimizers.Adam, 6e-4, beta_1=0.0, beta_2=0.99)
    model.compile(adam(), adam())
    model.images_seen.assign(10**9)
    step = model.make_train_function() or model.train_function
    batches = iter(tf.data.Dataset.from_tensors(make_batch(model.architecture, 2, 4)).repeat())
    return lambda: float(step(batches)["loss"])


def training_table(names, side, repeats):
    untrained = "classical", "published"  # nothing to train, or for hours
    names = [name for name in names if not any(word in name for word in untrained)]
    found = medians({name: training_task(name, side) for name in names}, repeats)
    rows = [[name, ms(found[name]), f"{8 / found[name]:.2f}"] for name in names]
    return table(f"Training at {side} x {side} pixels", ["method", "step, ms", "images/s"], rows)


@click.command(help=__doc__)
@click.option("--only", default=",".join(CONTENDERS), show_default=True, help="Names of methods.")
@click.option("--sizes", default="128,256", show_default=True, help="Of views; empty: none.")
@click.option("--views", default=36, show_default=True, help="Of the long series.")
@click.option("--inversion", is_flag=True, help="Time the search for a patient too.")
@click.option("--training-size", default=64, show_default=True, help="0 leaves training out.")
@click.option("--repeats", default=5, show_default=True)
def main(only, sizes, views, inversion, training_size, repeats):
    from ct2xkeras.quiet import quiet_tensorflow

    quiet_tensorflow()
    names, console = only.split(","), Console(width=140)
    for side in map(int, filter(None, sizes.split(","))):
        console.print(views_table(names, side, views, repeats))
        if inversion:
            console.print(inversion_table(names, side, repeats))
    if training_size:
        console.print(training_table(names, training_size, repeats))


if __name__ == "__main__":
    main()
