import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.models import CT2XGAN, PRESETS
from ct2xkeras.serving.export import export, next_version

ALONE = """
import sys
import numpy as np
sys.modules["ct2xkeras"] = None  # importing it fails
import tensorflow as tf
model = tf.saved_model.load(sys.argv[1])
inputs = dict(np.load(sys.argv[2]))
result = model.signatures["serving_default"](**{k: tf.constant(v) for k, v in inputs.items()})
np.save(sys.argv[3], result["xray"].numpy())
assert not any(name.startswith("ct2xkeras.") for name in sys.modules)
"""


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(3)
    model = CT2XGAN(PRESETS["tiny"])
    model.build()
    return model


@pytest.fixture(scope="module")
def exported(model, tmp_path_factory):
    return export(model, tmp_path_factory.mktemp("SavedModels") / "tiny")


@pytest.fixture(scope="module")
def inputs(make_batch, first_views):
    views = first_views(make_batch(PRESETS["tiny"]))
    return {name: value.astype("float32") for name, value in views.items()}


@pytest.fixture(scope="module")
def signature(exported):
    loaded = tf.saved_model.load(str(exported))

    def call(name, **inputs):
        results = loaded.signatures[name](**{k: tf.constant(v) for k, v in inputs.items()})
        return {key: value.numpy() for key, value in results.items()}

    return call


def test_a_process_without_the_package_gives_what_predict_gives(model, exported, inputs, tmp_path):
    np.savez(tmp_path / "inputs.npz", **inputs)
    command = [sys.executable, "-c", ALONE, exported, tmp_path / "inputs.npz", tmp_path / "x.npy"]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    expected = model.predict(inputs, verbose=0)
    np.testing.assert_allclose(np.load(tmp_path / "x.npy"), expected, atol=1e-5)


def test_encoding_once_and_rendering_equals_the_default(model, signature, inputs):
    one = {name: value[:1] for name, value in inputs.items()}
    expected = model.predict(one, verbose=0)
    style = signature("encode_style", image=one["style_image"])["style_code"]
    rest = {"volume": one["volume"], "spacing": one["spacing"], "pose": one["pose"]}
    direct = signature("synthesize_with_style", style_code=style, **rest)
    np.testing.assert_allclose(direct["xray"], expected, atol=1e-5)
    codes = signature("encode_ct", volume=one["volume"])
    poses = np.concatenate([inputs["pose"], one["pose"]])
    rendered = signature(
        "render",
        **codes,
        **{**rest, "pose": poses},
        style_code=np.repeat(style, len(poses), axis=0),
    )
    np.testing.assert_allclose(rendered["xray"][[0, -1]], np.repeat(expected, 2, 0), atol=1e-5)
    drr = signature("drr", **rest)
    np.testing.assert_allclose(rendered["drr"][:1], drr["drr"], atol=1e-5)


def test_versions_count_up_and_are_never_overwritten(model, exported):
    folder = exported.parent
    assert (exported.name, next_version(folder)) == ("1", 2)
    with pytest.raises(ValueError, match="this version is there already"):
        export(model, folder, version=1)
    assert sorted(p.name for p in folder.iterdir()) == ["1"]
