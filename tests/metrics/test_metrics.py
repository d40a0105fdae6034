import numpy as np
import pytest

from ct2xkeras.metrics import kernel_distance, pixel_features, retrieval_rate, tone_distances


@pytest.mark.parametrize(
    ("n", "d", "seed", "expected"),
    [(4, 4, 1, 3.3864682049), (64, 16, 2023, 0.0062776522), (50, 128, 2023, -0.0122493566)],
)
def test_kernel_distance_golden_values(n, d, seed, expected):
    r = np.random.RandomState(seed)
    a, b = r.randn(n, d), r.randn(n, d)
    assert kernel_distance(a, b) == pytest.approx(expected, abs=1e-9)


def test_kernel_distance_grows_with_the_shift(rng):
    a, b = rng.normal(size=(2, 200, 16))
    values = [kernel_distance(a, b + shift) for shift in (0, 0.3, 0.6)]
    assert abs(values[0]) < 0.05 < values[1] < values[2]


def test_kernel_distance_refuses_too_few():
    with pytest.raises(ValueError, match="two samples or more"):
        kernel_distance(np.zeros((1, 3)), np.zeros((5, 3)))


def test_pixel_features_are_block_means(rng):
    images = rng.normal(size=(3, 64, 96, 1))
    features = pixel_features(images)
    assert features.shape == (3, 1024)
    assert features[1, 33] == pytest.approx(images[1, 2:4, 3:6].mean())


def test_retrieval_is_one_for_own_tones_and_chance_for_shuffled_ones(rng):
    references = np.sort(rng.uniform(-1, 1, (16, 1, 1, 1)), axis=0) + 0.01 * rng.normal(
        size=(16, 32, 32, 1)
    )
    moved = references[:, ::-1]
    assert retrieval_rate(tone_distances(moved, references)) == 1.0
    assert retrieval_rate(tone_distances(np.roll(moved, 1, axis=0), references)) == 0.0
