"""Whether the parts work on this machine: short experiments with a known outcome."""

import tempfile
from pathlib import Path

import numpy as np

from ct2xkeras.doctor.finding import BROKEN, OK, Finding

SIDE, VOXEL, ATTENUATION = 16, 4.0, 0.02  # voxels; mm; 1/mm
CLOSE = 1e-3  # relative; float32 and the projector's linear interpolation


def try_projector():
    """A cube's line integrals at three views against the rays' chords through it."""
    from ct2xkeras.geometry import CArmPose, Detector, affine_from_spacing, pose_vector
    from ct2xkeras.projection import project

    detector = Detector(5, 5, (2.0, 2.0))
    poses = [CArmPose(*angles) for angles in ((0, 0), (90, 0), (20, -15))]
    vectors = np.stack([pose_vector(pose, detector) for pose in poses])
    cube = np.full((1, SIDE, SIDE, SIDE, 1), ATTENUATION, np.float32)
    affine = affine_from_spacing((VOXEL,) * 3, (SIDE,) * 3)[None].astype(np.float32)
    found = project(cube, affine, vectors, detector.size, volume_index=np.zeros(3, int))
    expected = ATTENUATION * np.stack([cube_chords(pose, detector) for pose in poses])
    error = float(np.max(np.abs(np.asarray(found)[..., 0] / expected - 1)))
    return f"line integrals of a cube to {error:.0e}", error < CLOSE


def cube_chords(pose, detector):
    """Length, mm, of each pixel's ray inside the cube about the origin: (rows, columns)."""
    from ct2xkeras.geometry import backproject_rays

    source, rays = backproject_rays(pose, detector)
    faces = np.array([-1.0, 1.0]).reshape(2, 1, 1, 1) * SIDE * VOXEL / 2
    with np.errstate(divide="ignore"):
        crossings = (faces - source) / rays
    return crossings.max(0).min(-1) - crossings.min(0).max(-1)


def try_training_step():
    """One training step of preset `tiny`: losses are finite and the networks move."""
    import tensorflow as tf

    from ct2xkeras.models import CT2XGAN

    model = CT2XGAN.from_preset("tiny")
    # Compiling the step would take longer than all the rest.
    model.compile(g_optimizer="adam", d_optimizer="adam", run_eagerly=True)
    before = model.networks.get_weights()
    batches = tf.data.Dataset.from_tensors(training_batch(model.architecture))
    logs = model.fit(batches, steps_per_epoch=1, verbose=0, shuffle=False).history
    moved = any(np.any(a != b) for a, b in zip(before, model.networks.get_weights(), strict=True))
    finite = all(np.isfinite(values).all() for values in logs.values())
    return f"preset tiny, loss {logs['loss'][0]:.3g}", finite and moved


def training_batch(architecture):
    """A batch of two noisy volumes with two views each."""
    from ct2xkeras.geometry import PosePrior

    rng, side = np.random.default_rng(0), architecture.image_size
    poses = PosePrior(views={"pa": 1.0}).sample(0, 4, (300, 300, 300), (side, side))
    pictures = rng.uniform(-1, 1, (2, 2, 2, side, side, 1)).astype(np.float32)
    shape = (2, *architecture.volume_size)
    return {
        "volume": rng.integers(-1000, 1500, (*shape, 1)).astype(np.int16),
        "spacing": np.tile(np.divide(300, shape[1:]).astype(np.float32), (2, 1)),
        "pose": poses.reshape(2, 2, -1),
        "drr": pictures[0],
        "coverage": np.ones_like(pictures[0]),
        "style_image": pictures[1],
    }


def try_export():
    """The default signature of preset `tiny` as a SavedModel draws what the networks draw."""
    import tensorflow as tf

    from ct2xkeras.models import XraySynthesizer

    networks = XraySynthesizer("tiny")
    networks.build()
    batch = training_batch(networks.architecture)
    inputs = {name: np.float32(batch[name]) for name in ("volume", "spacing")}
    inputs |= {name: np.float32(batch[name][:, 0]) for name in ("style_image", "pose")}
    with tempfile.TemporaryDirectory() as folder:
        save_default_signature(networks, Path(folder))
        served = tf.saved_model.load(folder).signatures["serving_default"]
        found = served(**{name: tf.constant(value) for name, value in inputs.items()})["xray"]
    error = float(np.max(np.abs(found - networks(inputs))))
    return f"SavedModel draws the same to {error:.0e}", error < CLOSE


def save_default_signature(networks, folder):
    """A SavedModel with one signature of those of `ct2xkeras export`, in a fraction of the time."""
    import tensorflow as tf

    from ct2xkeras.serving.inputs import input_specs
    from ct2xkeras.serving.served_networks import ServedNetworks, graph
    from ct2xkeras.serving.signatures import GridSignatures
    from ct2xkeras.serving.stored_weights import StoredWeights

    weights, specs = StoredWeights(networks), input_specs(networks)
    signatures = GridSignatures(ServedNetworks(networks, weights, crop=1.0))
    names = ("volume", "spacing", "style_image", "pose")
    function = graph(signatures.synthesize, *(specs[name] for name in names))
    tf.saved_model.save(weights, str(folder), {"serving_default": function})


#: What is tried, by name, in order.
TRIALS = {
    "projector": try_projector,
    "training step": try_training_step,
    "export": try_export,
}


def run_trial(name):
    """The `Finding` of one trial; whatever it raises is what is broken."""
    mend = "reinstall ct2xkeras; if that does not help, report it with `ct2xkeras doctor --json`"
    try:
        says, good = TRIALS[name]()
    except Exception as error:
        reason = " ".join(str(error).split())
        return Finding(name, BROKEN, f"{type(error).__name__}: {reason[:300]}", mend)
    return Finding(name, OK, says) if good else Finding(name, BROKEN, f"{says}: wrong", mend)
