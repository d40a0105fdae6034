"""EG3D's training step: what the discriminator sees, its penalty, regularisation, overfitting."""

import functools
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.baselines.eg3d import equalized
from ct2xkeras.baselines.eg3d.discriminator import packed, picture_pair, unpacked
from ct2xkeras.baselines.eg3d.filtering import resized
from ct2xkeras.baselines.eg3d.model import EG3D
from ct2xkeras.baselines.eg3d.presets import PRESETS
from ct2xkeras.baselines.eg3d.regularization import lazy_density, random_neighbours
from ct2xkeras.geometry import CArmPose, Detector, pose_vector
from ct2xkeras.models.lazy_penalties import lazy_r1

TINY = PRESETS["tiny"]


def compiled(architecture=TINY, rates=(2.5e-3, 2e-3), **options):
    model = EG3D(architecture)
    adam = [keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.99, epsilon=1e-8) for rate in rates]
    model.compile(*adam, ema_half_life=100, **options)
    return model


def pictures(rng, num=4):
    image = rng.uniform(-1, 1, (num, 32, 32, 1)).astype("float32")
    return tf.constant(image), resized(image, 8)


# ---------------------------------------------------------------------- discriminator


def test_a_pair_comes_back_from_its_numbers(rng):
    image, small = pictures(rng)
    for found, expected in zip(unpacked(packed(image, small), 32, 8), (image, small), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_early_pictures_are_blurred_and_late_ones_are_not(rng):
    model = compiled()
    image, small = pictures(rng)
    plain = np.asarray(model.discriminator(picture_pair(image, small)))
    assert np.abs(model.judge(image, small, None, "real") - plain).max() > 1e-3
    model.images_seen.assign(TINY.blur_images)
    np.testing.assert_array_equal(model.judge(image, small, None, "real"), plain)


def test_r1_is_the_derivative_of_the_logits_by_both_pictures(rng, monkeypatch):
    """Its gradient by the weights against central differences: no second derivative is lost.

    With a smooth activation: differences would jump over LeakyReLU's kinks.
    """
    smooth = {None: lambda values: values, "leaky_relu": tf.nn.silu}
    monkeypatch.setattr(equalized, "activated", lambda values, name: smooth[name](values))
    model = compiled()
    real = packed(*pictures(rng))
    judge = functools.partial(model._judge_packed, poses=None)
    variables = model.discriminator.trainable_variables

    def penalty():
        return lazy_r1(judge, real, 0, 1)

    with tf.GradientTape() as tape:
        value = penalty()
    gradients = tape.gradient(value, variables)
    ways = [rng.normal(size=v.shape).astype("float32") for v in variables]
    pairs = zip(gradients, ways, strict=True)
    slope = sum(float(tf.reduce_sum(g * way)) for g, way in pairs if g is not None)
    start, ends = model.discriminator.get_weights(), []
    for step in (-3e-3, 3e-3):
        model.discriminator.set_weights(
            [weight + step * way for weight, way in zip(start, ways, strict=True)]
        )
        ends.append(float(penalty()))
    assert slope == pytest.approx((ends[1] - ends[0]) / 6e-3, rel=0.03)


# ---------------------------------------------------------------------- generator


def test_the_density_term_is_the_mean_step_between_neighbours(rng):
    places, directions = (rng.uniform(size=(2, 300)).astype("float32") for _ in range(2))
    points, offsets = random_neighbours(places, directions, distance=0.01)
    assert np.abs(points).max() <= 1
    np.testing.assert_allclose(offsets, 0.02 * directions.reshape(2, 100, 3), rtol=1e-5)

    def density(points):
        return tf.reduce_sum(points * [1.0, -2.0, 3.0], axis=-1)

    expected = 4 * np.abs(np.asarray(offsets) @ [1.0, -2.0, 3.0]).mean()
    terms = [float(lazy_density(density, points, offsets, step, 4)) for step in (0, 1, 4)]
    np.testing.assert_allclose(terms, [expected, 0, expected], rtol=1e-4)


def test_both_conditionings_train_every_weight(make_batch):
    both = replace(
        TINY, generator_pose=True, discriminator_pose=True, render="alpha", density_interval=1
    )
    model = compiled(both, augmentation={"kind": "ada"})
    batch = {name: tf.constant(value) for name, value in make_batch(both).items()}
    with pytest.raises(ValueError, match="style_pose"):
        model.train_step(batch)
    parts = (model.networks, model.discriminator)
    before = [part.get_weights() for part in parts]
    logs = model.train_step({**batch, "style_pose": batch["pose"]})
    assert all(np.isfinite(value) for value in logs.values())
    assert float(logs["density"]) > 0
    for part, start in zip(parts, before, strict=True):
        for weight, old in zip(part.weights, start, strict=True):
            assert np.isfinite(weight).all(), weight.path
            assert weight.path.endswith("style_mean") or np.abs(weight - old).max() > 0, weight.path


# ---------------------------------------------------------------------- overfitting


def toy_pictures(side=32, num=8):
    """Bright discs of several sizes before a black ground."""
    rows, columns = np.indices((side, side)) / side - 0.5
    radius = np.linspace(0.15, 0.4, num)[:, None, None]
    discs = 0.9 * np.tanh(30 * (radius - np.hypot(rows, columns))) - 0.1
    return discs[..., None].astype("float32")


def to_nearest(ones, others):
    """Root mean square difference of pictures to the nearest of the others, their mean."""
    differences = np.square(ones[:, None] - others[None]).mean((2, 3, 4))
    return np.sqrt(differences.min(axis=1)).mean()


@pytest.mark.long
@pytest.mark.parametrize("mode", ["alpha", "attenuation"])
def test_eight_pictures_are_learned(mode, make_batch):
    sizes = {"neural_size": 16, "plane_channels": 8, "features": 8, "deviation_group": 4}
    widths = ("backbone_{}", "discriminator_{}")
    wide = {w.format(part): n for w in widths for part, n in (("base", 512), ("limit", 32))}
    architecture = replace(TINY, render=mode, blur_images=400, **sizes, **wide)
    model = compiled(architecture, loss_settings={"r1_gamma": 1.0, "r1_interval": 4})
    batch, toys = make_batch(architecture, 2, 4), toy_pictures()
    poses = np.tile(pose_vector(CArmPose(0, 0), Detector(32, 32, (10.0, 10.0))), (8, 1))
    batch |= {"pose": poses.reshape(2, 4, 12), "style_image": toys.reshape(2, 4, 32, 32, 1)}

    def shown():
        networks = model.ema_networks
        z = np.random.default_rng(1).normal(size=(8, architecture.latent_size))
        code = networks.code_of(networks.latents_of(z.astype("float32")))
        index = np.arange(8, dtype="int32")
        return np.asarray(networks.pictures(code, batch["spacing"][[0] * 8], poses, index)[0])

    before = to_nearest(shown(), toys)
    data = tf.data.Dataset.from_tensors(batch).repeat()
    logs = model.fit(data, steps_per_epoch=75, epochs=2, verbose=0, shuffle=False).history
    assert to_nearest(shown(), toys) < 0.3 * before  # each looks like a toy
    assert to_nearest(toys, shown()) < 0.35 * before  # and each toy is there
    assert abs(logs["discriminator"][-1] - 2 * np.log(2)) < 0.5  # which cannot tell them apart
