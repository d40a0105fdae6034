"""Each switch of the training step takes one step; not traced, which takes most of the time."""

import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.losses.adversarial import UNDECIDED
from ct2xkeras.models import CT2XGAN

VARIANTS = {
    "hinge": {"loss_settings": {"adversarial_form": "hinge"}},
    "least_squares": {"loss_settings": {"adversarial_form": "least_squares"}},
    "plain style distance": {"loss_settings": {"style_form": "distance"}},
    "path_length": {
        "loss_settings": {"path_length": 1.0, "path_length_interval": 1, "self_reconstruction": 1.0}
    },
    "diffaugment": {"augmentation": {"kind": "diffaugment"}},
    "ada": {"augmentation": {"kind": "ada", "images_to_full": 40}},
}
NETWORKS = {
    "global attention": {"attention": "global"},
    "no attention": {"attention": "none"},
    "batch normalisation": {"normalization": "batch"},
    "shared style": {"style": "shared"},
    "no distances": {"pose_distances": False},
    "no curve, edges and noise": {"curve_knots": 0, "edge_bands": 0, "noise": False},
    "whole pictures": {"patch_halvings": 0},
}


def train(make_batch, changes=None, num_steps=1, **options):
    """A model after some steps that moved every weight, and the last step's logs."""
    model = CT2XGAN.from_preset("tiny", **changes or {})
    model.compile("adam", "adam", **options)
    before = [v.numpy() for v in model.networks.trainable_variables]
    batch = {name: tf.constant(value) for name, value in make_batch(model.architecture).items()}
    for _ in range(num_steps):
        logs = model.train_step(batch)
    for name, value in logs.items():
        assert np.isfinite(value), name
    for old, new in zip(before, model.networks.trainable_variables, strict=True):
        assert np.isfinite(new).all(), new.path
        assert np.abs(old - new).max() > 0, new.path
    return model, logs


@pytest.mark.long
@pytest.mark.parametrize("name", VARIANTS)
def test_every_form_of_the_losses_trains(name, make_batch):
    train(make_batch, **VARIANTS[name])


@pytest.mark.long
@pytest.mark.parametrize("name", NETWORKS)
def test_every_variant_of_the_networks_trains(name, make_batch):
    # A shared style starts at 0: what acts on it moves from the second step on.
    train(make_batch, NETWORKS[name], num_steps=2)


def test_the_path_length_has_a_running_mean(make_batch):
    settings = {"path_length": 1.0, "path_length_interval": 1}
    model, logs = train(make_batch, loss_settings=settings)
    assert float(logs["path_length"]) > 0
    assert float(model.mean_path_length) > 0


@pytest.mark.parametrize("form", UNDECIDED)
def test_ada_acts_more_where_real_pictures_are_recognised_and_less_where_they_are_not(form):
    model = CT2XGAN.from_preset("tiny")
    augmentation = {"kind": "ada", "images_to_full": 40, "target": 0.0}
    settings = {"adversarial_form": form}
    model.compile("adam", "adam", loss_settings=settings, augmentation=augmentation)
    steps = []
    for certainty in (0.2, 0.2, -0.2):  # four views of forty each: a tenth up or down
        model.adapt_augmentation(tf.constant([UNDECIDED[form] + certainty] * 4))
        steps.append(float(model.augment_probability))
    assert steps == pytest.approx([0.1, 0.2, 0.1], abs=1e-6)
