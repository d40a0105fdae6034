"""EG3D's sizes: published counts, shapes, and what belongs together."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.baselines.eg3d.architecture import EG3DArchitecture
from ct2xkeras.baselines.eg3d.discriminator import DualDiscriminator
from ct2xkeras.baselines.eg3d.presets import PRESETS
from ct2xkeras.baselines.eg3d.synthesizer import EG3DSynthesizer
from ct2xkeras.geometry import CArmPose, Detector, pose_vector

TINY = PRESETS["tiny"]


def networks_of(architecture):
    networks = EG3DSynthesizer(architecture)
    networks.build()
    networks.inversion_steps = 0
    return networks


def num_weights(layer):
    return sum(np.prod(v.shape, dtype=int) for v in layer.trainable_variables)


@pytest.fixture(scope="module")
def tiny():
    return networks_of(TINY)


def scene(side, num=2):
    detector = Detector(side, side, (300 / side, 300 / side))
    poses = [CArmPose(30 * view, 0, sdd=1000, sod=700) for view in range(num)]
    return np.stack([pose_vector(pose, detector) for pose in poses])


@pytest.mark.parametrize(("preset", "millions"), [("ffhq512", 30.7), ("ffhq256", 29.6)])
def test_the_published_generators_have_their_published_sizes(preset, millions):
    networks = EG3DSynthesizer(PRESETS[preset])
    networks.build()
    assert num_weights(networks) / 1e6 == pytest.approx(millions, rel=0.01)
    shapes = [(256, 256, 96), (512,)]
    assert networks.content_shapes == shapes


def test_the_discriminator_has_the_size_of_styleganss_but_for_two_channels():
    discriminator = DualDiscriminator(replace(PRESETS["ffhq512"], discriminator_pose=False))
    discriminator.build((None, 512, 512, 2))
    assert num_weights(discriminator) == 28_982_849 - 64  # of its three channels, one is missing


def test_shapes(tiny):
    z = np.random.default_rng(0).normal(size=(3, TINY.latent_size)).astype("float32")
    latents = tiny.latents_of(z)
    assert latents.shape == (3, 6, 8)  # two for each of 4, 8 and 16 pixels
    assert tiny.mean_latents().shape == (1, 6, 8)
    code = tiny.code_of(latents)
    assert [tuple(part.shape[1:]) for part in code] == tiny.content_shapes
    spacing, poses = np.full((3, 3), 20, "float32"), scene(32)
    index = np.array([2, 0], "int32")
    picture, small = tiny.pictures(code, spacing, poses, index)
    assert (picture.shape, small.shape) == ((2, 32, 32, 1), (2, 8, 8, 1))
    drawn = tiny.draw(code, None, spacing, poses, None, index, None, None, None)
    np.testing.assert_allclose(drawn, picture, atol=1e-4)


def test_each_latent_layer_moves_the_planes_and_the_last_the_style(tiny):
    rng = np.random.default_rng(0)
    latents = tf.constant(rng.normal(size=(1, TINY.num_codes, TINY.code_size)), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(latents)
        planes, style = tiny.code_of(latents)
        total = tf.reduce_sum(planes**2)
    gradient = tape.gradient(total, latents)[0].numpy()
    assert (np.abs(gradient).max(axis=1) > 0).all()
    np.testing.assert_array_equal(style, latents[:, -1])


def test_a_field_begins_with_a_line_integral_that_shows():
    """Neither black nor white: a discriminator must see the first pictures."""
    networks = networks_of(PRESETS["small64"])
    code = networks.code_of(networks.latents_of(np.eye(4, 128, dtype="float32")))
    spacing = np.full((4, 3), 300 / 96, "float32")
    small, _ = networks.rendered(code, spacing, scene(64, 4), np.arange(4, dtype="int32"))
    integrals = -3 * np.log((1 - np.asarray(small)) / 2)
    assert 0.3 < integrals.mean() < 4


def test_a_pose_conditioned_generator_falls_back_on_the_mean_pose():
    networks = networks_of(replace(TINY, generator_pose=True))
    z = np.ones((2, TINY.latent_size), "float32")
    before = np.asarray(networks.latents_of(z))
    networks.mean_pose.assign(np.linspace(-1, 1, networks.mean_pose.shape[0]))
    assert np.abs(networks.latents_of(z) - before).max() > 1e-3
    first, second = np.asarray(networks.mapped(z, scene(32)))
    assert np.abs(first - second).max() > 1e-3


def test_a_pose_conditioned_discriminator_judges_by_pose():
    discriminator = DualDiscriminator(replace(TINY, discriminator_pose=True, deviation_group=1))
    discriminator.build((None, 32, 32, 2), (None, 12))
    pair = np.ones((2, 32, 32, 2), "float32")
    first, second = np.asarray(discriminator(pair, scene(32)))
    assert first != second


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"image_size": 48}, "image_size"),
        ({"plane_size": 24}, "plane_size"),
        ({"neural_size": 24}, "neural_size"),
        ({"enlarged_from": 64}, "enlarged_from"),
        ({"render": "beta"}, "render"),
    ],
)
def test_sizes_that_do_not_fit_are_refused_by_name(changes, field):
    with pytest.raises(ValueError, match=f"^{field}="):
        EG3DArchitecture(**changes)


def test_config_round_trip(tiny):
    for layer in (
        tiny,
        DualDiscriminator(TINY),
        tiny.backbone,
        tiny.super_resolution,
        tiny.decoder,
    ):
        twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
        assert twin.get_config() == layer.get_config()
    assert EG3DArchitecture(**TINY.to_dict()) == TINY


@pytest.mark.long
def test_the_published_size_draws_a_view():
    networks = networks_of("ffhq512")
    code = networks.encode_ct(np.zeros((1, 128, 128, 128, 1), "int16"))
    spacing, index = np.full((1, 3), 2.5, "float32"), np.zeros(1, "int32")
    view = networks.draw(code, None, spacing, scene(512, 1), None, index, None, None, None)
    assert view.shape == (1, 512, 512, 1)
    assert np.isfinite(view).all()
    assert np.std(view) > 0.01
