import pytest

from ct2xkeras.metrics import pixel_features


def test_pixel_features_are_block_means(rng):
    images = rng.normal(size=(3, 64, 96, 1))
    features = pixel_features(images)
    assert features.shape == (3, 1024)
    assert features[1, 33] == pytest.approx(images[1, 2:4, 3:6].mean())
