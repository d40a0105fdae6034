"""One case of the model benchmark, measured in a process of its own: peak memory is then its own.

    python tests/benchmarks/model_case.py '{"preset": "tiny", "measure": ["step"]}'

prints what was measured as JSON: seconds, peak MB, numbers of parameters.
"""

import functools
import json
import os
import resource
import statistics
import sys
import time

DEFAULTS = {
    "preset": "small64",
    "changes": {},  # fields of Architecture
    "policy": "float32",
    "xla": False,
    "portable": False,  # projector and samples in the operations that XLA can compile
    "measure": ["views", "step"],
    "volumes": 2,
    "views": 4,
    "repeats": 5,
    "threads": 2,
}
FURTHER_VIEWS = 4


def measure(case):
    """What `case["measure"]` names, as one dictionary."""
    import ct2xkeras  # noqa: F401, I001  before TensorFlow: it chooses TensorFlow's CPU kernels
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(case["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(case["threads"])
    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy(case["policy"])
    from model_parts import part_times

    model = build_model(case)
    batch = make_batch(model.architecture, case["volumes"], case["views"])
    found = {"parameters": model.networks.count_params() + model.discriminator.count_params()}
    measures = {"views": view_times, "step": step_times, "parts": part_times}
    for name in case["measure"]:
        found |= measures[name](model, batch, case)
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def build_model(case):
    import keras

    from ct2xkeras.models import CT2XGAN, pose_attention

    model = CT2XGAN.from_preset(case["preset"], **case["changes"])
    if case["portable"]:
        for networks in (model.networks, model.ema_networks):
            networks.drr.method = "joseph_march"
            networks.drr.supports_jit = True
        gather = functools.partial(pose_attention.sample_along_rays, method="gather")
        pose_attention.sample_along_rays = gather
    adam = functools.partial(keras.optimizers.Adam, 6e-4, beta_1=0.0, beta_2=0.99)
    model.compile(adam(), adam(), jit_compile=case["xla"])
    return model


def make_batch(architecture, num_volumes, num_views):
    """A training batch of noise; time does not depend on what a picture shows."""
    import numpy as np

    from ct2xkeras.geometry import PosePrior

    rng, side, size = np.random.default_rng(0), architecture.image_size, architecture.volume_size
    shape = (num_volumes, num_views)
    prior = PosePrior(views={"pa": 1.0}, footprint=(120.0, 160.0))
    poses = prior.sample(0, num_volumes * num_views, (300, 300, 300), (side, side))
    pictures = rng.uniform(-1, 1, (2, *shape, side, side, 1)).astype("float32")
    return {
        "volume": rng.integers(-1000, 1500, (num_volumes, *size, 1)).astype("int16"),
        "spacing": np.tile(np.divide(300, size).astype("float32"), (num_volumes, 1)),
        "pose": poses.reshape(*shape, -1).astype("float32"),
        "drr": pictures[0],
        "coverage": np.ones_like(pictures[0]),
        "style_image": pictures[1],
    }


def median_time(function, repeats):
    """(seconds of the first call, median seconds of the next `repeats`)."""
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return times[0], statistics.median(times[1:])


def view_times(model, batch, case):
    """One CT: encoding it, its first view, and each view more in one call."""
    import tensorflow as tf

    networks, repeats = model.ema_networks, case["repeats"]
    compiled = functools.partial(tf.function, autograph=False, jit_compile=case["xla"])
    volume, spacing = tf.constant(batch["volume"][:1]), tf.constant(batch["spacing"][:1])
    encode = compiled(networks.encode_ct)
    code = encode(volume)

    @compiled
    def render(code, volume, spacing, poses, styles, index):
        return networks.render(code, volume, spacing, poses, styles, index)[0]

    def views(number):
        poses = tf.repeat(tf.constant(batch["pose"][0, :1]), number, axis=0)
        styles = tf.zeros([number, model.architecture.style_size])
        index = tf.zeros([number], tf.int32)
        call = functools.partial(render, code, volume, spacing, poses, styles, index)
        return median_time(lambda: call().numpy(), repeats)[1]

    first = views(1)
    return {
        "encode": median_time(lambda: [part.numpy() for part in encode(volume)], repeats)[1],
        "first_view": first,
        "further_view": (views(1 + FURTHER_VIEWS) - first) / FURTHER_VIEWS,
    }


def step_times(model, batch, case):
    """Train steps as `fit` runs them; tracing is what the first one takes longer."""
    import tensorflow as tf

    batches = iter(tf.data.Dataset.from_tensors(batch).repeat())
    step = model.make_train_function() or model.train_function
    first, seconds = median_time(lambda: step(batches), case["repeats"])
    views = batch["pose"].shape[0] * batch["pose"].shape[1]
    return {"trace": first - seconds, "step": seconds, "images_per_s": views / seconds}


def main():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    print(json.dumps(measure(DEFAULTS | json.loads(sys.argv[1]))))


if __name__ == "__main__":
    main()
