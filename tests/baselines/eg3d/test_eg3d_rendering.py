"""What rays see of a field, in both modes, and where."""

import numpy as np
import pytest
from keras import ops

from ct2xkeras.baselines.eg3d.decoder import FieldDecoder
from ct2xkeras.baselines.eg3d.rendering import (
    alpha_shares,
    attenuation_shares,
    importance,
    render,
)
from ct2xkeras.baselines.eg3d.synthesizer import EG3DSynthesizer
from ct2xkeras.geometry import CArmPose, Detector, pose_vector, project_points
from ct2xkeras.projection import image_to_line_integrals

MODES = ("alpha", "attenuation")
CHANNELS = 2


def parallel_rays(num=3, near=1.0, far=3.0):
    """Rays along z through the box, (1, 1, num, ...)."""
    directions = np.zeros((1, 1, num, 3), "float32")
    directions[..., 2] = 1
    ends = [np.full((1, 1, num, 1), depth, "float32") for depth in (near, far)]
    return np.array([[[[0, 0, -2]]]], "float32"), directions, *ends


def constant_field(raw, feature):
    def field(points):
        ones = ops.ones_like(points[..., 0])
        return raw * ones, feature * ops.stack([ones] * CHANNELS, axis=-1)

    return field


@pytest.mark.parametrize("fine", [0, 5])
def test_a_constant_field_is_what_the_formulas_say(fine):
    raw, feature, way = 0.3, 0.7, 2.0
    picture, features = render(
        constant_field(raw, feature), parallel_rays(), "attenuation", 6, fine
    )
    integral = np.log1p(np.exp(raw)) * way
    np.testing.assert_allclose(image_to_line_integrals(picture), integral, rtol=1e-4)
    np.testing.assert_allclose(features, feature, rtol=1e-5)

    picture, features = render(constant_field(raw, feature), parallel_rays(), "alpha", 200, fine)
    seen = feature * (1 - np.exp(-np.log1p(np.exp(raw - 1)) * way))
    np.testing.assert_allclose(features, seen, rtol=0.01)  # not before the first sample
    np.testing.assert_allclose(picture, 2 * features[..., :1] - 1, rtol=1e-6)


def test_shares_of_a_ray_that_misses_are_nothing():
    depths, raw = np.full((2, 4), 3.0, "float32"), np.zeros((2, 4), "float32")
    end = np.full((2, 1), 3.0, "float32")
    for shares in (alpha_shares, attenuation_shares):
        np.testing.assert_array_equal(shares(depths, raw, end, end), 0)


def test_only_emission_and_absorption_hides_what_is_behind():
    depths = np.linspace(0, 1, 6, dtype="float32")[None]
    raw = np.full((1, 6), -20.0, "float32")
    raw[0, 2] = 100.0
    near, far = np.zeros((1, 1), "float32"), np.ones((1, 1), "float32")
    alpha = np.asarray(alpha_shares(depths, raw, near, far))[0]
    assert alpha[3:].max() < 1e-3 < alpha[1]
    even = np.asarray(attenuation_shares(depths, raw, near, far))[0]
    np.testing.assert_allclose(even, [0.1, 0.2, 0.2, 0.2, 0.2, 0.1], rtol=1e-5)
    for mode, shares in (("alpha", alpha), ("attenuation", even)):
        wanted = np.asarray(importance(mode, shares[None], raw))[0]
        assert wanted.argmax() in (1, 2)
        assert wanted.min() > 0


@pytest.mark.parametrize("mode", MODES)
def test_fine_samples_find_a_thin_sheet(mode):
    def sheet(points):
        raw = 60 * ops.exp(-ops.square((points[..., 2] - 0.13) / 0.04)) - 6
        return raw, ops.ones_like(points[..., :CHANNELS])

    exact = render(sheet, parallel_rays(1), mode, 400, 0)[0]
    coarse, fine = (render(sheet, parallel_rays(1), mode, 16, num)[0] for num in (0, 24))
    assert np.abs(fine - exact).max() < 0.05
    assert np.abs(fine - exact).max() < np.abs(coarse - exact).max() + 1e-3


def test_the_decoder_by_hand(rng):
    decoder = FieldDecoder(3, 2)
    decoder.build((None, 4))
    kernels = [rng.normal(size=shape).astype("float32") for shape in ((4, 3), (3,), (3, 3), (3,))]
    decoder.set_weights(kernels)
    values = rng.normal(size=(2, 5, 4)).astype("float32")
    first, bias, second, last_bias = kernels
    hidden = np.log1p(np.exp(values @ first / 2 + bias))
    outputs = hidden @ second / 3**0.5 + last_bias
    raw, features = decoder(values)
    np.testing.assert_allclose(raw, outputs[..., 0], rtol=1e-4, atol=1e-5)
    expected = 1.002 / (1 + np.exp(-outputs[..., 1:])) - 0.001
    np.testing.assert_allclose(features, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("mode", MODES)
def test_a_dense_point_lights_the_pixel_that_geometry_says(mode, monkeypatch):
    sides, point = (
        np.array([400.0, 300.0, 300.0]),
        np.array([31.0, -22.0, 40.0]),
    )  # z, y, x; x, y, z
    networks = EG3DSynthesizer(
        {
            "image_size": 64,
            "volume_size": (16, 12, 12),
            "neural_size": 32,
            "enlarged_from": 32,
            "render": mode,
            "coarse_samples": 96,
            "fine_samples": 0,
        }
    )
    detector = Detector(64, 64, (5.0, 5.0), principal_point=(7.0, -4.0))
    poses = [CArmPose(25, -10, 5, sdd=1000, sod=700), CArmPose(-80, 5, sdd=1100, sod=800)]

    def blob(planes, index):
        def field(points):
            away = ops.sum(ops.square(points - (point / 200).astype("float32")), axis=-1)
            near = ops.exp(-away / 0.05**2)
            return 30 * near - 12, near[..., None] * np.ones(16, "float32")

        return field

    monkeypatch.setattr(networks, "field", blob)
    picture, _ = networks.rendered(
        [None],
        (sides / (16, 12, 12))[None].astype("float32"),
        np.stack([pose_vector(pose, detector) for pose in poses]),
        np.zeros(2, "int32"),
    )
    light = np.asarray(picture)[..., 0] + 1
    for one, pose in zip(light, poses, strict=True):
        place = [(np.indices(one.shape)[axis] * one).sum() / one.sum() for axis in (0, 1)]
        expected = (project_points(point, pose, detector) + 0.5) / 2 - 0.5
        np.testing.assert_allclose(place, expected, atol=0.15)
