"""Keras metrics that are fed in parts; what all have in common is in the conformance matrix."""

import pytest

from ct2xkeras.metrics import (
    FrechetDistance,
    KernelDistance,
    MeanPeakSignalToNoise,
    MeanPerceptualDistance,
    frechet_distance,
    kernel_distance,
    peak_signal_to_noise,
)

PAIRS = {FrechetDistance: frechet_distance, KernelDistance: kernel_distance}
each_distance = pytest.mark.parametrize("kind", PAIRS)


@pytest.fixture
def sets(rng):
    return rng.normal(size=(40, 6)), rng.normal(size=(25, 6)) + 0.5


@each_distance
def test_batches_of_either_side_give_what_the_function_gives(kind, sets):
    real, fake = sets
    metric = kind(6)
    metric.update_state(references=real)
    for start in range(0, 25, 8):
        metric.update_state(features=fake[start : start + 8])
    assert metric.result() == pytest.approx(PAIRS[kind](real, fake), rel=1e-9)


@each_distance
def test_too_few_pictures_and_other_features_are_refused(kind, sets):
    metric = kind(6)
    metric.update_state(sets[0], sets[1][:1])
    with pytest.raises(ValueError, match=r"\b1\b"):
        metric.result()
    with pytest.raises(ValueError, match="expected 6 features of a picture, received 5"):
        metric.update_state(features=sets[1][:, 1:])


def test_a_kernel_distance_refuses_more_than_it_can_hold(sets):
    metric = KernelDistance(6, capacity=30)
    metric.update_state(features=sets[1])
    with pytest.raises(ValueError, match=r"holds 30 pictures .* given 50 on the picture side"):
        metric.update_state(features=sets[1])


def test_a_mean_counts_pictures_not_batches(rng):
    x, y = rng.uniform(-1, 1, (2, 5, 8, 8, 1))
    metric = MeanPeakSignalToNoise()
    with pytest.raises(ValueError, match="has seen no picture"):
        metric.result()
    metric.update_state(x[:1], y[:1])
    metric.update_state(x[1:], y[1:])
    assert metric.result() == pytest.approx(peak_signal_to_noise(x, y).mean())


def test_lpips_is_looked_for_when_it_is_needed(rng, monkeypatch, tmp_path):
    monkeypatch.setenv("CT2XKERAS_CACHE", str(tmp_path))
    metric = MeanPerceptualDistance("squeeze")
    pictures = rng.uniform(-1, 1, (2, 32, 32, 1))
    with pytest.raises(ValueError, match="ct2xkeras weights import"):
        metric.update_state(pictures, pictures)
