"""The exported model against the networks it was made from."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from ct2xkeras.models import CT2XGAN, PRESETS
from ct2xkeras.models.synthesizer import XraySynthesizer
from ct2xkeras.serving.export import export, export_keras, next_version
from ct2xkeras.serving.quantization import QuantizationError
from ct2xkeras.serving.requests import WARM_UP_FILE

SCRIPTS = Path(__file__).parent / "alone"


def alone(script, *arguments):
    """Run a script in a process where ct2xkeras cannot be imported."""
    command = [sys.executable, SCRIPTS / script, *arguments]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def of_each_view(inputs, num):
    return {name: np.repeat(v, num // len(v), axis=0) for name, v in inputs.items()}


@pytest.fixture(scope="module")
def inputs(request_parts):
    parts = request_parts
    return of_each_view({**parts.ct, **parts.look, **parts.view}, len(parts.view["pose"]))


@pytest.fixture(scope="module")
def expected(served_networks, inputs):
    return served_networks.predict(inputs, verbose=0)


@pytest.fixture(scope="module")
def codes(loaded, examples):
    style = loaded("encode_style", image=examples.style_image)
    return style, loaded("encode_ct", volume=examples.volume, spacing=examples.grid_spacing)


# ------------------------------------------------------------------ the same by every way


@pytest.mark.parametrize(
    "script", ["by_loading.py", pytest.param("by_session.py", marks=pytest.mark.slow)]
)
def test_a_process_without_the_package_gives_what_predict_gives(
    script, exported, inputs, expected, tmp_path
):
    np.savez(tmp_path / "inputs.npz", **inputs)
    alone(script, exported, tmp_path / "inputs.npz", tmp_path / "xray.npy")
    np.testing.assert_allclose(np.load(tmp_path / "xray.npy"), expected, atol=1e-5)


@pytest.mark.slow
def test_saved_model_cli_gives_what_predict_gives(exported, inputs, expected, tmp_path):
    for name, values in inputs.items():
        np.save(tmp_path / f"{name}.npy", values)
    given = ";".join(f"{name}={tmp_path / name}.npy" for name in inputs)
    command = [Path(sys.executable).parent / "saved_model_cli", "run", "--dir", exported]
    command += ["--tag_set", "serve", "--signature_def", "serving_default"]
    command += ["--inputs", given, "--outdir", tmp_path / "out"]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    np.testing.assert_allclose(np.load(tmp_path / "out/xray.npy"), expected, atol=1e-5)


def test_one_ct_and_one_style_serve_many_poses(loaded, request_parts, expected):
    parts = request_parts
    found = loaded("serving_default", **parts.ct, **parts.look, **parts.view)
    np.testing.assert_allclose(found["xray"], expected, atol=1e-5)


def test_encoding_once_and_rendering_equals_the_default(loaded, codes, request_parts, expected):
    parts, (style, content) = request_parts, codes
    view = {**style, **parts.view, **parts.seed}
    direct = loaded("synthesize_with_style", **parts.ct, **view)
    rendered = loaded("render", **content, **parts.ct, **view)
    for found in (direct, rendered):
        np.testing.assert_allclose(found["xray"], expected, atol=1e-5)
    drr = loaded("drr", **parts.ct, **parts.view)
    np.testing.assert_allclose(rendered["drr"], drr["drr"], atol=1e-5)
    np.testing.assert_allclose(rendered["coverage"], drr["coverage"], atol=1e-5)


@pytest.mark.slow
def test_many_poses_are_drawn_in_pieces_and_each_is_the_same_as_alone(loaded, codes, request_parts):
    parts, (style, content) = request_parts, codes
    pose = np.repeat(parts.view["pose"], 7, axis=0)  # 21: two whole pieces and a part of one
    pose[:, 0] += np.arange(len(pose))
    together = loaded("render", **content, **parts.ct, **style, pose=pose, **parts.seed)["xray"]
    assert len(together) == 21
    last = loaded("render", **content, **parts.ct, **style, pose=pose[-1:], **parts.seed)["xray"]
    np.testing.assert_allclose(together[-1:], last, atol=1e-5)


def test_several_cts_keep_their_own_pictures(loaded, inputs, expected):
    changed = {**inputs, "volume": inputs["volume"].copy()}
    changed["volume"][1] += 200
    found = loaded("serving_default", **changed)["xray"]
    np.testing.assert_allclose(found[[0, 2]], expected[[0, 2]], atol=1e-5)
    assert np.abs(found[1] - expected[1]).max() > 0.01


@pytest.mark.slow
def test_the_seed_alone_decides_the_noise(loaded, codes, request_parts):
    parts, (style, _) = request_parts, codes

    def draw(seed):
        seeds = np.array([seed], np.int32)
        return loaded("synthesize_with_style", **parts.ct, **style, **parts.view, seed=seeds)

    np.testing.assert_array_equal(draw(5)["xray"], draw(5)["xray"])
    assert np.abs(draw(5)["xray"] - draw(6)["xray"]).max() > 1e-3


@pytest.mark.slow
def test_truncation_moves_styles_to_the_mean(served_networks, loaded, codes):
    (style, _) = codes
    found = loaded("truncate_style", **style, truncation=np.array([0.0], np.float32))
    np.testing.assert_allclose(found["style_code"][0], served_networks.style_mean, atol=1e-6)
    found = loaded("truncate_style", **style, truncation=np.array([1.0], np.float32))
    np.testing.assert_allclose(found["style_code"], style["style_code"], atol=1e-6)


# ------------------------------------------------------------------ what lies in the folder


@pytest.mark.slow
def test_warm_up_requests_are_answered_by_every_signature(exported):
    logs = pytest.importorskip("tensorflow_serving.apis.prediction_log_pb2")
    model = tf.saved_model.load(str(exported))
    names = []
    for record in tf.data.TFRecordDataset(str(exported / WARM_UP_FILE)):
        request = logs.PredictionLog.FromString(record.numpy()).predict_log.request
        inputs = {k: tf.constant(tf.make_ndarray(v)) for k, v in request.inputs.items()}
        assert model.signatures[request.model_spec.signature_name](**inputs)
        assert request.model_spec.name == "tiny"
        names.append(request.model_spec.signature_name)
    assert sorted(names) == sorted(model.signatures)


def test_operations_run_on_any_machine(exported):
    graph = saved_model_pb2.SavedModel.FromString((exported / "saved_model.pb").read_bytes())
    library = graph.meta_graphs[0].graph_def.library.function
    nodes = [node for function in library for node in function.node_def]
    # Only reading and writing of weights is bound to a device, which every machine has.
    assert {node.device for node in nodes} <= {"", "/device:CPU:0", "/device:CPU:*"}
    assert not {node.op for node in nodes} & {"PyFunc", "EagerPyFunc", "XlaLaunch"}


def test_the_folder_explains_itself(exported):
    card = (exported / "model_card.md").read_text()
    assert "not for diagnosis" in card
    assert "16 x 16 x 16 voxels" in card
    poses = (exported / "poses.md").read_text()
    assert "| 11 | `principal_column` |" in poses
    assert "| `lateral_left` | 90 | 0 |" in poses
    for path in (exported / "examples").glob("*.json"):
        assert json.loads(path.read_text())["signature_name"] == path.stem


def test_versions_count_up_and_are_never_overwritten(served_networks, exported):
    folder = exported.parent
    assert (exported.name, next_version(folder)) == ("1", 2)
    with pytest.raises(ValueError, match="this version is there already"):
        export(served_networks, folder, version=1)
    assert sorted(p.name for p in folder.iterdir()) == ["1"]


def test_a_failed_export_leaves_nothing(served_networks, tmp_path, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr("ct2xkeras.serving.export.example_requests", lambda *_: {})
    monkeypatch.setattr(tf.saved_model, "save", broken)
    with pytest.raises(OSError, match="disk full"):
        export(served_networks, tmp_path / "m")
    assert list((tmp_path / "m").iterdir()) == []


# ------------------------------------------------------------------ precision and formats


@pytest.mark.slow
def test_bfloat16_networks_are_served_in_float32(served_networks, inputs, expected, tmp_path):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        trained = CT2XGAN(PRESETS["tiny"])
        trained.build()
    finally:
        keras.config.set_dtype_policy(before)
    trained.ema_networks.set_weights(served_networks.get_weights())
    assert np.abs(trained.predict(inputs, verbose=0) - expected).max() > 1e-4
    model = tf.saved_model.load(str(export(trained.ema_networks, tmp_path / "m")))
    xray = model.signatures["serving_default"](**{k: tf.constant(v) for k, v in inputs.items()})
    np.testing.assert_allclose(xray["xray"], expected, atol=1e-5)


@pytest.mark.slow
def test_quantised_weights_take_half_the_room_and_hold_40_db(
    served_networks, exported, inputs, expected, tmp_path
):
    path = export(served_networks, tmp_path / "m", quantize=True)
    size = "variables/variables.data-00000-of-00001"
    assert (path / size).stat().st_size < 0.7 * (exported / size).stat().st_size
    assert "dB against float32" in (path / "model_card.md").read_text()
    shutil.move(path, tmp_path / "moved")
    model = tf.saved_model.load(str(tmp_path / "moved"))
    found = model.signatures["serving_default"](**{k: tf.constant(v) for k, v in inputs.items()})
    error = np.sqrt(np.mean(np.square(found["xray"] - expected)))
    assert 1e-6 < error < 0.02  # 40 dB of a range of 2


@pytest.mark.slow
def test_weights_beyond_float16_are_refused_with_the_figure(served_networks, tmp_path):
    networks = XraySynthesizer(PRESETS["tiny"])
    networks.build()
    networks.set_weights(served_networks.get_weights())
    networks.generator.residual_map.bias.assign([1e5])
    with pytest.raises(QuantizationError, match=r"give pictures of .* dB"):
        export(networks, tmp_path / "m", quantize=True)
    assert not (tmp_path / "m" / "1").exists()


def test_a_keras_file_gives_what_predict_gives(served_networks, inputs, expected, tmp_path):
    path = export_keras(served_networks, tmp_path / "tiny.keras")
    found = keras.models.load_model(path).predict(inputs, verbose=0)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    with pytest.raises(ValueError, match="is there already"):
        export_keras(served_networks, path)
