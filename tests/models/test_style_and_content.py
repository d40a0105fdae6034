"""A style is a look and nothing else; content comes from the CT and the pose."""

import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.models import CT2XGAN, PRESETS
from ct2xkeras.models.views import flatten_views

TINY = PRESETS["tiny"]


def with_visible_parts(model, rng):
    """Weights that start at zero, the noise strengths and the style's curve, made to act."""
    for networks in (model.networks, model.ema_networks):
        curve = networks.generator.curve.curve.kernel
        curve.assign(rng.normal(0, 0.2, curve.shape))
        networks.generator.residual_map.kernel.assign(networks.generator.residual_map.kernel * 20)
        for layer in networks.generator.convolutions:
            layer.noise_strength.assign(0.3)
    return model


@pytest.fixture(scope="module")
def model():
    model = CT2XGAN(TINY)
    model.compile("adam", "adam")
    return with_visible_parts(model, np.random.default_rng(0))


@pytest.fixture(scope="module")
def views(make_batch):
    return flatten_views({name: tf.constant(value) for name, value in make_batch(TINY).items()})


@pytest.fixture
def inputs(make_batch, first_views):
    return first_views(make_batch(TINY))


def test_with_equal_style_codes_xray_and_drr_are_the_same_picture(model, views):
    made = model.synthesize_pair({**views, "style_image": views["drr"]})
    np.testing.assert_allclose(made["xray"], made["drr"], atol=1e-5)


def test_xray_and_drr_differ_through_their_styles_alone(model, views):
    made = model.synthesize_pair(views)
    assert np.abs(made["xray"] - made["drr"]).max() > 1e-2
    for style, name in (("xray_style", "xray"), ("drr_style", "drr")):
        again = model.networks.generator(made["contents"], views["drr"], made[style], made["seeds"])
        np.testing.assert_allclose(again, made[name], atol=1e-5)


def test_the_content_of_a_view_does_not_depend_on_the_style(model, views):
    other = {**views, "style_image": tf.reverse(views["style_image"], [0])}
    first, second = (model.synthesize_pair(each) for each in (views, other))
    for a, b in zip(first["contents"], second["contents"], strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(first["drr"], second["drr"], atol=1e-5)
    assert np.abs(first["xray"] - second["xray"]).max() > 1e-2


def test_swapping_two_styles_swaps_the_looks_and_nothing_else(model, inputs):
    one_view = {name: np.stack([value[0]] * 2) for name, value in inputs.items()}
    one_view["style_image"] = inputs["style_image"]
    straight = np.asarray(model(one_view))
    swapped = np.asarray(model({**one_view, "style_image": inputs["style_image"][::-1]}))
    np.testing.assert_allclose(straight, swapped[::-1], atol=1e-5)
    assert np.abs(straight[0] - straight[1]).max() > 1e-2


def test_a_seed_repeats_its_noise_and_another_gives_another(model, inputs):
    first, again, other = (
        np.asarray(model({**inputs, "seed": np.full(2, seed)})) for seed in (7, 7, 8)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-2
    np.testing.assert_allclose(model(inputs), model({**inputs, "seed": np.zeros(2, int)}))


def test_a_step_draws_its_own_noise_again_and_no_other_steps(model, views):
    first, again = (model.synthesize_pair(views)["seeds"].numpy() for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert len(set(first)) == len(first)
    model.d_optimizer.iterations.assign_add(1)
    other = model.synthesize_pair(views)["seeds"].numpy()
    model.d_optimizer.iterations.assign(0)
    assert not set(first) & set(other)


def test_a_shared_style_gives_every_reference_the_same_look(inputs, rng):
    model = CT2XGAN.from_preset("tiny", style="shared")
    model.build()
    model = with_visible_parts(model, rng)
    model.ema_networks.style_encoder.shared_style.assign(rng.normal(size=(1, TINY.style_size)))
    expected = np.asarray(model(inputs))
    other = model({**inputs, "style_image": inputs["style_image"][::-1]})
    np.testing.assert_allclose(other, expected, atol=1e-5)
