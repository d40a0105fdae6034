"""An exported model by REST, by gRPC, and by `ct2xkeras synthesize --server`.

Set CT2XKERAS_TF_SERVING_URL, to `http://HOST:8501` or `grpc://HOST:8500`, and
CT2XKERAS_TF_SERVING_MODELS, the folder whose `tiny/` this TF Serving serves as model `tiny`, to run
the same assertions against a real TF Serving.
"""

import io
import json
import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from ct2xkeras.cli.synthesize import command
from ct2xkeras.data import prepare_radiograph, read_radiograph, read_volume, to_model_volume
from ct2xkeras.serving import Client, ServerError

pytestmark = pytest.mark.slow

TOLERANCE = 1e-5


def on_tf_serving(exported):
    """Puts the model where a TF Serving finds it; gives its address."""
    address, folder = (
        os.environ.get(f"CT2XKERAS_TF_SERVING_{name}", "") for name in ("URL", "MODELS")
    )
    if not address or not folder:
        pytest.skip("CT2XKERAS_TF_SERVING_URL and CT2XKERAS_TF_SERVING_MODELS are not set")
    version = int(time.time())  # above all that earlier runs left
    target = Path(folder) / "tiny" / str(version)
    shutil.copytree(exported, target.with_name(f".{version}"))
    target.with_name(f".{version}").rename(target)
    client = Client(address, "tiny", version, timeout=120)
    for _ in range(60):
        try:
            if client.states().get(version) == "AVAILABLE":
                return address
        except ServerError:
            pass
        time.sleep(1)
    raise AssertionError(f"{address} has not loaded version {version}")


@pytest.fixture(scope="module")
def server(exported, start_server):
    return start_server(exported.parent.parent, "--no-page")


@pytest.fixture(scope="module", params=["rest", "grpc", "TF Serving"])
def client(request, exported):
    if request.param == "TF Serving":
        address = on_tf_serving(exported)
    else:
        address = getattr(request.getfixturevalue("server"), request.param)
    with Client(address, "tiny", timeout=120) as client:
        yield client


def test_signatures_are_those_of_the_file(client):
    assert {"serving_default", "encode_ct_bytes", "render_bytes", "camera"} <= set(
        client.signatures
    )
    assert client.image_size == 32
    assert client.volume_size == (16, 16, 16)
    sdd, sod, footprint = client.camera
    assert sdd > sod > footprint > 0


def test_every_way_gives_what_the_savedmodel_gives(client, loaded, request_parts):
    parts = request_parts
    cases = {
        "serving_default": {**parts.ct, **parts.look, **parts.view},
        "synthesize_ct": {**parts.raw, **parts.look, **parts.view, **parts.seed},
        "encode_style": {"image": parts.look["style_image"]},
        "drr": {**parts.ct, **parts.view},
    }
    for name, inputs in cases.items():
        expected = loaded(name, **inputs)
        found = client.predict(name, **inputs)
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            assert found[key].dtype == value.dtype
            np.testing.assert_allclose(found[key], value, atol=TOLERANCE, err_msg=f"{name} {key}")


def test_pngs_travel_whole(client, loaded, request_parts):
    parts = request_parts
    inputs = {**parts.raw, **parts.look, **parts.view, **parts.seed}
    expected = loaded("synthesize_ct", **inputs)["xray"]
    found = client.predict("synthesize_ct_png", **inputs)["xray_bytes"]
    pixels = np.stack([np.asarray(Image.open(io.BytesIO(png))) for png in found])
    np.testing.assert_allclose(pixels / 32767.5 - 1, np.clip(expected[..., 0], -1, 1), atol=1e-4)


def test_encoded_once_and_rendered_in_parts_is_the_same(client, loaded, examples, request_parts):
    ct = client.encode_ct(examples.hu, examples.spacing)
    style = client.encode_radiograph(examples.radiograph)
    views = client.render(ct, style, examples.pose, seed=3, at_once=2)
    code = loaded("encode_ct_bytes", **request_parts.raw)["code_bytes"]
    expected = loaded(
        "render_bytes",
        code_bytes=code,
        style_code=style[None],
        pose=examples.pose,
        seed=np.array([3], np.int32),
    )
    for name, value in expected.items():
        np.testing.assert_allclose(views[name], value, atol=TOLERANCE)
    mean = client.encode_radiograph(examples.radiograph, truncation=0.0)
    same = client.encode_style(examples.style_image[0, ..., 0], 0.0)
    np.testing.assert_allclose(mean, same, atol=TOLERANCE)


def test_refusals_of_the_graph_reach_the_caller(client, request_parts):
    parts = request_parts
    wrong = {**parts.ct, "spacing": -parts.ct["spacing"]}
    with pytest.raises(ServerError, match="spacing") as caught:
        client.predict("serving_default", **wrong, **parts.look, **parts.view)
    assert caught.value.status == "INVALID_ARGUMENT"


def test_synthesize_from_a_server_draws_what_the_networks_draw(
    server, served_networks, save_phantom, tmp_path, rng
):
    ct = save_phantom(tmp_path / "ct.nii.gz")
    style, out = tmp_path / "style.png", tmp_path / "out"
    Image.fromarray(rng.integers(0, 255, (8, 8)).astype(np.uint8)).resize((80, 80)).save(style)
    options = ["--server", server.rest, "--model", "tiny", "--style", style, "--seed", "2"]
    options += ["--view", "30/10", "--drr", "--truncation", "0.5", "--out", out]
    result = CliRunner().invoke(command, [str(ct), *map(str, options)], catch_exceptions=False)
    assert result.exit_code == 0, result.output

    grid = to_model_volume(read_volume(ct), (16, 16, 16))
    look = prepare_radiograph(read_radiograph(style), (32, 32), crop=0.8)
    record = json.loads((out / "ct_lao30_cra10_style.json").read_text())
    pose = np.array(list(record["pose"].values()), np.float32)
    pose[5:8] -= grid.center
    np.testing.assert_allclose(pose[5:8], 0, atol=1e-3)
    hu, spacing = grid.hu[None, ..., None], grid.spacing[None]
    xray, drr, _ = served_networks.render(
        served_networks.encode_ct(hu),
        hu,
        spacing,
        pose[None],
        served_networks.encode_style(look[None, ..., None], 0.5),
        np.zeros(1, np.int32),
        np.array([2]),
    )
    for kind, expected in (("style", xray), ("drr", drr)):
        pixels = np.asarray(Image.open(out / f"ct_lao30_cra10_{kind}.png")) / 32767.5 - 1
        expected = np.clip(np.asarray(expected)[0, ..., 0], -1, 1)
        assert expected.std() > 0.01, "a picture of one grey"
        np.testing.assert_allclose(pixels, expected, atol=2e-3)  # HU are rounded on one side only
