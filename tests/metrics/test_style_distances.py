import numpy as np
import pytest

from ct2xkeras.metrics import retrieval_rate, tone_distances


@pytest.fixture
def references(rng):
    """Pictures of 16 different tones."""
    tones = np.sort(rng.uniform(-1, 1, (16, 1, 1, 1)), axis=0)
    return tones + 0.01 * rng.normal(size=(16, 32, 32, 1))


def test_own_tones_are_found_wherever_they_are_in_the_picture(references):
    moved = references[:, ::-1]
    assert retrieval_rate(tone_distances(moved, references)) == 1.0
    assert retrieval_rate(tone_distances(np.roll(moved, 1, axis=0), references)) == 0.0


def test_shuffled_styles_are_found_by_chance(references, rng):
    distances = tone_distances(references[:, ::-1], references)
    rates = [retrieval_rate(distances[rng.permutation(16)]) for _ in range(2000)]
    assert np.mean(rates) == pytest.approx(1 / 16, abs=0.006)  # 4 standard errors
