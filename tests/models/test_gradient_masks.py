"""Each term of the loss moves what it should and nothing else."""

import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.losses.settings import GENERATOR_TERMS
from ct2xkeras.models import CT2XGAN
from ct2xkeras.models.views import flatten_views

TERMS = [name for name in GENERATOR_TERMS if name != "drr_lpips"]  # that one needs a file
JUDGED_BY = {"adversarial": "discriminator", "drr_adversarial": "drr_discriminator"}


@pytest.fixture(scope="module")
def model():
    model = CT2XGAN.from_preset("tiny", drr_discriminator=True)
    model.compile("adam", "adam", loss_settings=dict.fromkeys(TERMS, 1.0))
    return model


@pytest.fixture(scope="module")
def batch(model, make_batch):
    return {name: tf.constant(value) for name, value in make_batch(model.architecture).items()}


@pytest.fixture(scope="module")
def reached(model, batch):
    """{term: names of the parts whose weights have a gradient of it}."""
    views, networks = flatten_views(batch), model.networks
    parts = {
        "ct_encoder": networks.ct_encoder,
        "style_head": networks.style_encoder.style_map,
        "content_head": networks.style_encoder.content_map,
        "pose_attention": networks.pose_attention,
        "generator": networks.generator,
        "discriminator": model.discriminator,
        "drr_discriminator": model.drr_discriminator,
    }
    weights = {name: part.trainable_variables for name, part in parts.items()}
    with tf.GradientTape(persistent=True) as tape:
        made = model.synthesize_pair(views)
        read = model.read_back(views, made)
        terms = model.generator_terms(views, made, read)
    gradients = {term: tape.gradient(value, weights) for term, value in terms.items()}
    return {
        term: {name for name, values in parts.items() if moves(values)}
        for term, parts in gradients.items()
    }


def moves(gradients):
    given = [np.asarray(gradient) for gradient in gradients if gradient is not None]
    assert all(np.isfinite(gradient).all() for gradient in given)
    return any(gradient.any() for gradient in given)


@pytest.mark.parametrize("term", TERMS)
def test_each_term_moves_the_networks_it_should(term, reached):
    expected = {"ct_encoder", "style_head", "pose_attention", "generator"}
    if term.startswith("content"):
        expected |= {"content_head"}
    if term in JUDGED_BY:
        # On the tape; the training step takes this gradient for the networks alone.
        expected |= {JUDGED_BY[term]}
    assert reached[term] == expected


def step_moves(model, batch, **rates):
    """Which side a training step moves at these learning rates: (networks, discriminators)."""

    def weights():
        sides = (model.networks, model.discriminator, model.drr_discriminator)
        return [[v.numpy() for v in side.trainable_variables] for side in sides]

    for optimizer in ("g_optimizer", "d_optimizer"):
        getattr(model, optimizer).learning_rate = rates.get(optimizer, 0.0)
    before = weights()
    model.train_step(batch)
    return [
        any(np.abs(a - b).max() > 0 for a, b in zip(old, new, strict=True))
        for old, new in zip(before, weights(), strict=True)
    ]


def test_each_optimizer_moves_its_own_side_only(model, batch):
    assert step_moves(model, batch, g_optimizer=1e-3) == [True, False, False]
    assert step_moves(model, batch, d_optimizer=1e-3) == [False, True, True]
