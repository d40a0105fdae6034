"""pi-GAN's discriminator, its terms, and how training goes through the stages."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.baselines.pi_gan.coordinates import CoordResidualBlock, add_coordinates, shrink
from ct2xkeras.baselines.pi_gan.discriminator import ProgressiveDiscriminator
from ct2xkeras.baselines.pi_gan.model import PiGAN
from ct2xkeras.baselines.pi_gan.presets import PRESETS
from ct2xkeras.baselines.pi_gan.terms import kept_share, mean_of_best, pose_distance
from ct2xkeras.geometry import CArmPose, Detector, beam_direction, pose_vector

TINY = PRESETS["tiny"]


def pictures(rng, side, num=3):
    return rng.uniform(-1, 1, (num, side, side, 1)).astype("float32")


# ---------------------------------------------------------------------- discriminator


def test_coordinates_run_from_minus_one_to_one():
    features = np.zeros((2, 3, 5, 4), "float32")
    rows, columns = np.moveaxis(np.asarray(add_coordinates(features))[1, ..., 4:], -1, 0)
    np.testing.assert_allclose(rows, np.repeat([[-1], [0], [1]], 5, axis=1))
    np.testing.assert_allclose(columns, np.tile([-1, -0.5, 0, 0.5, 1], (3, 1)))


def test_a_block_halves_and_a_picture_shrinks_by_means(rng):
    features = rng.normal(size=(2, 8, 8, 4)).astype("float32")
    for filters in (4, 6):
        assert CoordResidualBlock(filters)(features).shape == (2, 4, 4, filters)
    image = pictures(rng, 8)
    expected = image.reshape(3, 2, 4, 2, 4, 1).mean((2, 4))
    np.testing.assert_allclose(shrink(image, 2), expected, atol=1e-6)


def test_a_stage_begins_as_the_one_before_and_ends_by_itself(rng):
    discriminator = ProgressiveDiscriminator((4, 6, 8, 8), (8, 16, 32))
    discriminator.build((None, 32, 32, 1))
    for side in (16, 32):
        image = pictures(rng, side)
        start = discriminator(image, fade=0.0)
        before = discriminator(shrink(image, side // 2))
        for value, expected in zip(start, before, strict=True):
            np.testing.assert_allclose(value, expected, atol=1e-5)
        half, end = (np.asarray(discriminator(image, fade=f)[0]) for f in (0.5, 1.0))
        assert np.abs(end - start[0]).max() > 1e-4
        assert np.abs(half - end).max() > 1e-5
    old = discriminator.entrances[1]
    expected = np.asarray(discriminator(image)[0])
    old.set_weights([10 * weight for weight in old.get_weights()])
    np.testing.assert_array_equal(discriminator(image)[0], expected)


def test_r1_is_the_derivative_of_the_logits_while_a_stage_fades_in(rng):
    """Second derivatives against central differences."""
    discriminator = ProgressiveDiscriminator((3, 4, 4), (8, 16))
    discriminator.build((None, 16, 16, 1))
    image, kernel = tf.constant(pictures(rng, 16)), discriminator.entrances[0].kernel
    way = rng.normal(size=kernel.shape).astype("float32")
    start = kernel.numpy()

    def penalty():
        with tf.GradientTape() as inner:
            inner.watch(image)
            score = tf.reduce_sum(discriminator(image, fade=0.3)[0])
        return tf.reduce_sum(tf.square(inner.gradient(score, image)))

    with tf.GradientTape() as tape:
        value = penalty()
    slope = float(tf.reduce_sum(tape.gradient(value, kernel.value) * way))
    ends = []
    for step in (-1e-2, 1e-2):
        kernel.assign(start + step * way)
        ends.append(float(penalty()))
    assert slope == pytest.approx((ends[1] - ends[0]) / 2e-2, rel=0.1)  # kinks


# ---------------------------------------------------------------------- terms


def test_the_pose_term_is_the_squared_angle_of_small_errors():
    detector = Detector(8, 8, (1.0, 1.0))
    right = [CArmPose(170, 20), CArmPose(0, 0)]
    wrong = [CArmPose(170, 23), CArmPose(4, -3)]
    beams = np.stack([beam_direction(pose) for pose in wrong]).astype("float32")
    vectors = np.stack([pose_vector(pose, detector) for pose in right])
    expected = np.deg2rad([[0, 3], [4, 3]]) ** 2
    np.testing.assert_allclose(pose_distance(beams, vectors), expected.sum(1) / 2, rtol=0.01)


def test_the_generator_learns_from_the_best(rng):
    values, logits = rng.normal(size=(2, 8)).astype("float32")
    best = np.argsort(logits)[::-1]
    for share, num in ((1.0, 8), (0.75, 6), (0.7, 6), (0.01, 1)):
        mean = mean_of_best(tf.constant(values), tf.constant(logits), tf.constant(share))
        assert float(mean) == pytest.approx(values[best[:num]].mean(), rel=1e-5)
    shares = [float(kept_share(seen, 0.6, 100)) for seen in (0, 100, 10_000)]
    np.testing.assert_allclose(shares, [1, 0.99, 0.6], rtol=1e-6)


# ---------------------------------------------------------------------- training


def compiled(architecture=TINY, rates=(1e-3, 1e-3), **options):
    model = PiGAN(architecture)
    adam = [keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.9) for rate in rates]
    settings = {"r1_gamma": 0.2, "r1_interval": 1}
    model.compile(*adam, loss_settings=settings, ema_half_life=100, clip_norm=10.0, **options)
    return model


def test_the_stage_follows_the_images():
    stages = [TINY.stage_at(images) for images in (0, 7, 8, 100)]
    assert stages == [0, 0, 1, 1]
    model = compiled()
    model.images_seen.assign(8)
    assert model.phase == 1
    assert float(model._fade(1)) == 0
    model.images_seen.assign(12)
    assert float(model._fade(1)) == 0.5
    assert (float(model._fade(0)), model.phase) == (1, 1)


def fitted(model, batch, steps):
    """Logs of some steps with the same batch, and the names of all weights that did not move."""
    before = [weight.numpy() for weight in model.weights]
    data = tf.data.Dataset.from_tensors(batch).repeat()
    history = model.fit(data, steps_per_epoch=steps, epochs=1, verbose=0, shuffle=False).history
    pairs = zip(model.weights, before, strict=True)
    still = {weight.path.split("/", 1)[1] for weight, old in pairs if np.array_equal(weight, old)}
    return history, still


# What this method does not have: styles, and chances of ADA's changes.
STILL = {"networks/style_mean", "ema_networks/style_mean", "augment_probability"}


def test_a_step_moves_everything_and_logs_what_is_named(make_batch):
    model = compiled()
    model.images_seen.assign(8)  # the second stage; its new layers count from the second step on
    history, still = fitted(model, make_batch(TINY), steps=2)  # 4 views each
    assert int(model.images_seen) == 16
    assert set(history) == {"loss", *PiGAN.logged}
    assert all(np.isfinite(values).all() for values in history.values())
    assert still == STILL


@pytest.mark.long
def test_training_passes_through_its_stages(make_batch):
    model = compiled()
    seen = []
    for images, steps in ((8, 2), (16, 2)):
        _, still = fitted(model, make_batch(TINY), steps)
        seen.append(still - STILL)
        assert int(model.images_seen) == images
    late = {"discriminator/from_picture_32", "discriminator/block_32"}
    assert seen[0]
    assert all(any(name in path for name in late) for path in seen[0])
    assert not seen[1]


def test_the_same_seed_draws_the_same_patients(make_batch):
    views = make_batch(TINY)
    first, second, other = (compiled(seed=seed) for seed in (3, 3, 4))
    for model in (second, other):
        model.networks.set_weights(first.networks.get_weights())
    scene = {
        "pose": tf.constant(views["pose"].reshape(4, 12)),
        "spacing": tf.constant(views["spacing"]),
        "volume_index": tf.constant([0, 0, 1, 1]),
    }
    made, same, different = (model.generate(scene, 16) for model in (first, second, other))
    np.testing.assert_array_equal(made, same)
    assert np.abs(np.asarray(made) - different).max() > 1e-3
    means = [model.networks.mean_latents() for model in (first, second)]
    np.testing.assert_array_equal(*means)
    assert np.abs(means[0]).max() > 0


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
def test_eight_pictures_are_learned(make_batch):
    sizes = {"hidden": 24, "layers": 3, "latent_size": 16, "mapping_width": 24}
    sampling = {"coarse_samples": 8, "fine_samples": 0, "density_noise": 0.0}
    plain = {"stages": (32,), "stage_images": (1,), "pose_weight": 0.0, "top_k_share": 1.0}
    widths = {"discriminator_filters": (16, 32, 48, 48)}
    architecture = replace(TINY, **sizes, **sampling, **plain, **widths)
    keras.utils.set_random_seed(0)
    model, toys = PiGAN(architecture), toy_pictures()
    adams = (keras.optimizers.Adam(2e-3, 0.0, 0.99) for _ in range(2))
    model.compile(*adams, {"r1_gamma": 1.0, "r1_interval": 4}, ema_half_life=200)
    poses = np.tile(pose_vector(CArmPose(0, 0), Detector(32, 32, (10.0, 10.0))), (8, 1))
    batch = make_batch(architecture, 2, 4)
    batch |= {"pose": poses.reshape(2, 4, 12), "style_image": toys.reshape(2, 4, 32, 32, 1)}

    def shown():
        networks, index = model.ema_networks, np.arange(8, dtype="int32")
        z = np.random.default_rng(1).normal(size=(8, architecture.latent_size))
        code = networks.code_of(networks.latents_of(z.astype("float32")))
        spacing = batch["spacing"][[0] * 8]
        return np.asarray(networks.draw(code, None, spacing, poses, None, index, None, None, None))

    before = to_nearest(shown(), toys)
    data = tf.data.Dataset.from_tensors(batch).repeat()
    model.fit(data, steps_per_epoch=200, verbose=0, shuffle=False)
    assert to_nearest(shown(), toys) < 0.3 * before  # each looks like a toy
    assert to_nearest(toys, shown()) < 0.35 * before  # and each toy is there
