import re
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from ct2xkeras.models import PRESETS
from ct2xkeras.models.synthesizer import XraySynthesizer
from ct2xkeras.serving.export import export


@pytest.fixture(scope="session")
def served_networks():
    """Tiny networks whose weights are all random, so that nothing passes for being zero.

    Curve and gains count their weights tenfold, so that they get a tenth of the noise: with
    more, pictures would be white all over, and any two of them equal.
    """
    keras.utils.set_random_seed(3)
    networks = XraySynthesizer(PRESETS["tiny"])
    networks.build()
    rng = np.random.default_rng(0)
    for weight in networks.weights:
        scale = 0.005 if re.search("/(curve|gains)/", weight.path) else 0.05
        weight.assign(weight + scale * rng.normal(size=weight.shape))
    return networks


@pytest.fixture(scope="session")
def exported(served_networks, tmp_path_factory):
    """SavedModels/tiny/1 of `served_networks`."""
    return export(served_networks, tmp_path_factory.mktemp("SavedModels") / "tiny", crop=0.8)


@pytest.fixture(scope="session")
def loaded(exported):
    """Calls a signature of `exported` by name with arrays; gives {name: array}."""
    import tensorflow as tf

    model = tf.saved_model.load(str(exported))

    def call(name, **inputs):
        results = model.signatures[name](**{k: tf.constant(v) for k, v in inputs.items()})
        return {key: value.numpy() for key, value in results.items()}

    return call


@pytest.fixture(scope="session")
def examples(served_networks):
    from ct2xkeras.serving.example_inputs import example_inputs

    return example_inputs(served_networks.architecture, 0.8)


@pytest.fixture(scope="session")
def request_parts(examples):
    """Inputs of signatures by what they describe: ct, raw, look, view and seed."""
    return SimpleNamespace(
        ct={"volume": examples.volume, "spacing": examples.grid_spacing},
        raw={
            "hu_bytes": np.array([examples.hu.astype("<i2").tobytes()], object),
            "shape": np.array([examples.hu.shape], np.int32),
            "spacing": examples.spacing[None],
        },
        look={"style_image": examples.style_image},
        view={"pose": examples.pose},
        seed={"seed": np.zeros(1, np.int32)},
    )
