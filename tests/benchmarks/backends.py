"""Projector, encoder and generator on one Keras backend and device.

    KERAS_BACKEND=jax python tests/benchmarks/backends.py --presets small64 --presets base128

The networks are written in `keras.ops`, so that they run on TensorFlow, JAX and PyTorch. Each call
is compiled as the backend does it (`tf.function`, `jax.jit`, PyTorch as it is) and timed until its
result is there; medians of the repeats. Times are in milliseconds, for one CT. The projector sums a
256^3 volume at 256 x 256 pixels.
"""

import statistics
import time

import click
import keras
import numpy as np

from ct2xkeras.geometry import CArmPose, Detector, pose_vector
from ct2xkeras.models import PRESETS, XraySynthesizer
from ct2xkeras.projection import affine_from_spacing, project

NUM_VIEWS = 8


def compiled(function):
    backend = keras.backend.backend()
    if backend == "jax":
        import jax

        return jax.jit(function)
    if backend == "tensorflow":
        import tensorflow as tf

        return tf.function(function, autograph=False)
    import torch

    return torch.no_grad()(function)


def milliseconds(function, *inputs, repeats):
    """Median time of a call, after two calls that compile and warm up."""
    inputs = [keras.ops.convert_to_tensor(value) for value in inputs]
    times = []
    for _ in range(repeats + 2):
        begun = time.perf_counter()
        found = function(*inputs)
        # Waiting for one number of the result waits for all of it, and moves nothing else.
        float(keras.ops.sum(keras.tree.flatten(found)[-1]))
        times.append(1e3 * (time.perf_counter() - begun))
    return statistics.median(times[2:])


def poses(num, side):
    """Views from 0 to 40 degrees LAO of a field of 140 mm."""
    detector = Detector(side, side, (140 * 1.25 / side,) * 2)
    angles = np.linspace(0, 40, num)
    vectors = [pose_vector(CArmPose(angle, 0, sdd=1500, sod=1200), detector) for angle in angles]
    return np.stack(vectors).astype("float32")


def projector_times(repeats):
    volume = np.random.default_rng(0).uniform(0, 0.03, (1, 256, 256, 256, 1)).astype("float32")
    affine = keras.ops.convert_to_numpy(
        affine_from_spacing(keras.ops.full((1, 3), 300 / 256), (256, 256, 256))
    )

    def views(volume, poses):
        index = keras.ops.zeros(poses.shape[:1], "int32")
        return project(volume, affine, poses, (256, 256), index, "joseph_march")

    run = compiled(views)
    one, many = (
        milliseconds(run, volume, poses(num, 256), repeats=repeats) for num in (1, NUM_VIEWS)
    )
    return one, many / NUM_VIEWS


def network_times(preset, repeats):
    architecture = PRESETS[preset]
    networks = XraySynthesizer(architecture)
    networks.build()
    networks.drr.method = "joseph_march"
    rng, size = np.random.default_rng(0), architecture.volume_size
    volume = rng.integers(-1000, 1500, (1, *size, 1)).astype("int16")
    spacing = np.divide(300, size).astype("float32")[None]
    encode = compiled(networks.encode_ct)

    def render(volume, spacing, poses, *code):
        num = poses.shape[0]
        styles = keras.ops.zeros((num, architecture.style_size))
        index = keras.ops.zeros((num,), "int32")
        return networks.render(code, volume, spacing, poses, styles, index)[0]

    render = compiled(render)
    code = [keras.ops.convert_to_numpy(part) for part in encode(volume)]
    times = [milliseconds(encode, volume, repeats=repeats)]
    for num in (1, NUM_VIEWS):
        views = poses(num, architecture.image_size)
        times.append(milliseconds(render, volume, spacing, views, *code, repeats=repeats))
    return times[0], times[1], times[2] / NUM_VIEWS


@click.command(help=__doc__)
@click.option("--presets", multiple=True, default=("small64", "base128"))
@click.option("--repeats", default=10)
def main(presets, repeats):
    print(f"Keras {keras.__version__} on {keras.backend.backend()}")
    one, many = projector_times(repeats)
    print(f"projector: {one:.2f} ms a view, {many:.2f} ms a view of {NUM_VIEWS}")
    for preset in presets:
        encode, first, further = network_times(preset, repeats)
        print(
            f"{preset}: encode {encode:.2f} ms, first view {first:.2f} ms, "
            f"{further:.2f} ms a view of {NUM_VIEWS}"
        )


if __name__ == "__main__":
    main()
