"""CTs and radiographs as they come; wrong inputs."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from ct2xkeras.data import Radiograph, prepare_radiograph
from ct2xkeras.pictures import encode_png, to_uint16

# Every signature is a graph of its own, which takes seconds when it is first called.
pytestmark = pytest.mark.slow


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)))


@pytest.fixture(scope="module")
def drawn(loaded, request_parts):
    parts = request_parts
    return loaded("synthesize_ct", **parts.raw, **parts.look, **parts.view, **parts.seed)


def test_a_raw_ct_is_seen_as_the_prepared_one(loaded, examples, request_parts, drawn):
    parts = request_parts
    prepared = loaded(
        "prepare_ct", hu=examples.hu[None].astype("f4"), spacing=examples.spacing[None]
    )
    assert np.abs(prepared["volume"] - examples.volume).max() <= 1  # a rounding here and there
    np.testing.assert_allclose(prepared["spacing"], examples.grid_spacing, rtol=1e-6)
    np.testing.assert_allclose(drawn["center"], prepared["center"])
    ct = {"volume": prepared["volume"], "spacing": prepared["spacing"]}
    expected = loaded("serving_default", **ct, **parts.look, **parts.view)["xray"]
    np.testing.assert_allclose(drawn["xray"], expected, atol=1e-5)


def test_the_center_is_the_middle_of_the_patient(loaded):
    hu = np.full((1, 20, 40, 40), -1000, "f4")
    hu[:, :, 5:35, 10:20] = 0
    spacing = np.array([[9, 8, 7]], "f4")
    found = loaded("prepare_ct", hu=hu, spacing=spacing)
    # The body, grown by a voxel, and one of margin: columns 8 to 21, whose middle is 14.5 of 19.5.
    np.testing.assert_allclose(found["center"], [[-5 * 7, 0, 0]], atol=1e-4)
    np.testing.assert_allclose(found["spacing"] * 16, [[20 * 9, 34 * 8, 14 * 7]], rtol=1e-6)


def test_png_is_the_picture_in_16_bits(loaded, request_parts, drawn):
    parts = request_parts
    found = loaded("synthesize_ct_png", **parts.raw, **parts.look, **parts.view, **parts.seed)
    for name in ("xray", "drr"):
        for png, picture in zip(found[f"{name}_bytes"], drawn[name], strict=True):
            np.testing.assert_allclose(pixels(png), to_uint16(picture[..., 0]), atol=1)
    coverage = pixels(found["coverage_bytes"][0]) / 65535
    np.testing.assert_allclose(coverage, drawn["coverage"][0, ..., 0], atol=1e-4)


def test_a_code_in_bytes_gives_the_same_pictures(loaded, examples, request_parts, drawn):
    parts = request_parts
    code = loaded("encode_ct_bytes", **parts.raw)["code_bytes"]
    style = loaded("encode_style", image=examples.style_image)
    view = {"code_bytes": code, **style, **parts.view, **parts.seed}
    found = loaded("render_bytes", **view)
    for name in ("xray", "drr", "coverage"):
        np.testing.assert_allclose(found[name], drawn[name], atol=1e-5)
    png = loaded("render_png", **view)["xray_bytes"]
    np.testing.assert_allclose(pixels(png[1]), to_uint16(drawn["xray"][1, ..., 0]), atol=1)


def test_bytes_of_the_grid_are_its_floats(loaded, examples, request_parts):
    parts = request_parts
    grid = np.array([examples.volume.astype("<i2").tobytes()], object)
    given = {"spacing": examples.grid_spacing, **parts.look, **parts.view}
    found = loaded("synthesize_bytes", volume_bytes=grid, **given, **parts.seed)
    expected = loaded("serving_default", **parts.ct, **parts.look, **parts.view)
    np.testing.assert_allclose(found["xray"], expected["xray"], atol=1e-6)


def test_cts_of_different_sizes_share_a_request(loaded, examples, request_parts):
    parts = request_parts
    smaller = examples.hu[4:-4]
    contents = [hu.astype("<i2").tobytes() for hu in (examples.hu, smaller)]
    raw = {
        "hu_bytes": np.array(contents, object),
        "shape": np.array([examples.hu.shape, smaller.shape], np.int32),
        "spacing": examples.spacing[None],
    }
    found = loaded("encode_ct_bytes", **raw)
    assert found["code_bytes"][0] == loaded("encode_ct_bytes", **parts.raw)["code_bytes"][0]
    assert found["spacing"][1, 0] < found["spacing"][0, 0]


def test_a_radiograph_is_prepared_inside(loaded, examples, rng):
    picture = rng.uniform(-1, 1, (70, 90)).cumsum(0).cumsum(1)
    picture = 2 * (picture - picture.min()) / np.ptp(picture) - 1
    png = encode_png(picture)
    given = Radiograph(pixels(png).astype("f4") / 255, "x")
    expected = prepare_radiograph(given, (32, 32), crop=0.8)
    found = loaded("encode_radiograph", image_bytes=np.array([png], object))
    np.testing.assert_allclose(found["style_image"][0, ..., 0], expected, atol=1e-5)
    style = loaded("encode_style", image=found["style_image"])
    np.testing.assert_allclose(found["style_code"], style["style_code"], atol=1e-5)


# ------------------------------------------------------------------ wrong inputs


def pose_with(pose, **changes):
    from ct2xkeras.geometry import POSE_FIELDS

    pose = pose.copy()
    for name, value in changes.items():
        pose[0, POSE_FIELDS.index(name)] = value
    return pose


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sod": 1200.0}, "0 < sod < sdd"),
        ({"sod": 50.0}, "source is inside the volume"),
        ({"primary_angle": np.nan}, "pose holds NaN"),
        ({"isocenter_x": 1e9}, "numbers beyond"),
        ({"row_spacing": 0.0}, "must be positive"),
    ],
)
def test_wrong_poses_are_refused(loaded, request_parts, changes, message):
    pose = pose_with(request_parts.view["pose"], **changes)
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        loaded("drr", **request_parts.ct, pose=pose)


def test_wrong_cts_and_looks_are_refused(loaded, request_parts, examples):
    parts = request_parts

    def refused(message, name, **inputs):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            loaded(name, **inputs)

    ct, view = parts.ct, parts.view
    refused("volume holds NaN", "encode_ct", **{**ct, "volume": ct["volume"] * np.float32(np.nan)})
    refused("spacing must lie", "drr", **{**ct, "spacing": -ct["spacing"]}, **view)
    twice = {name: np.repeat(values, 2, axis=0) for name, values in ct.items()}
    refused("volume must have one row", "drr", **twice, **view)
    refused("pose has no rows", "drr", **ct, pose=view["pose"][:0])
    raw = parts.raw
    refused("does not fit", "encode_ct_bytes", **{**raw, "shape": raw["shape"] + 1})
    huge = np.full((1, 3), 2**31 - 1, np.int32)
    refused("does not fit", "encode_ct_bytes", **{**raw, "shape": huge})
    style = loaded("encode_style", image=examples.style_image)
    code = {"code_bytes": np.array([b"no code"], object), **style}
    refused(None, "render_png", **code, **view, **parts.seed)
    other = tf.io.serialize_tensor(tf.zeros([5], tf.int32)).numpy()
    code["code_bytes"] = np.array([other], object)
    refused("another model or version", "render_png", **code, **view, **parts.seed)
    refused("style image holds NaN", "encode_style", image=examples.style_image * np.float32("nan"))
    bad = [examples.radiograph, b"no picture"]
    refused("expected PNG or JPEG", "encode_radiograph", image_bytes=np.array(bad, object))
