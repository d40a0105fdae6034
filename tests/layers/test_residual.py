import numpy as np
import pytest

from ct2xkeras.layers import ResidualBlock
from ct2xkeras.layers.residual import normalization_layer


@pytest.mark.parametrize("normalization", [None, "group", "batch"])
@pytest.mark.parametrize("shape", [(2, 8, 6, 3), (2, 4, 6, 8, 3)])
def test_halving_halves_every_spatial_axis(shape, normalization, rng):
    block = ResidualBlock(5, len(shape) - 2, normalization, halve=True)
    out = block(rng.normal(size=shape).astype("float32"))
    assert out.shape == (2, *(side // 2 for side in shape[1:-1]), 5)
    assert block.compute_output_shape((None, *shape[1:])) == (None, *out.shape[1:])


def test_without_halving_the_size_stays(rng):
    out = ResidualBlock(5, rank=3)(rng.normal(size=(1, 4, 6, 2, 3)).astype("float32"))
    assert out.shape == (1, 4, 6, 2, 5)


def test_the_variance_stays_about_the_same(rng):
    features = rng.normal(size=(2, 32, 32, 64)).astype("float32")
    assert np.var(ResidualBlock(64)(features)) == pytest.approx(1, rel=0.6)


def test_batch_normalisation_learns_in_training_and_uses_what_it_learned_after(rng):
    block = ResidualBlock(4, rank=3, normalization="batch")
    features = rng.normal(3, 2, (4, 4, 4, 4, 3)).astype("float32")
    block.build(features.shape)
    statistics = block.norms[0].moving_mean
    served = np.asarray(block(features, training=False))
    np.testing.assert_array_equal(statistics, 0)
    in_training = np.asarray(block(features, training=True))
    assert np.abs(statistics).max() > 0
    assert np.abs(served - in_training).max() > 1e-2
    for _ in range(600):
        block(features, training=True)
    np.testing.assert_allclose(block(features, training=False), in_training, atol=0.1)


def test_served_pictures_do_not_depend_on_their_batch(rng):
    block = ResidualBlock(4, normalization="batch")
    features = rng.normal(size=(3, 4, 4, 3)).astype("float32")
    block(features, training=True)
    together = np.asarray(block(features, training=False))
    np.testing.assert_allclose(block(features[:1], training=False), together[:1], atol=1e-6)


def test_groups_hold_about_eight_channels():
    assert [normalization_layer("group", n).groups for n in (4, 8, 12, 48)] == [1, 1, 1, 6]


def test_an_unknown_normalisation_is_refused():
    with pytest.raises(ValueError, match="normalization='layer': expected 'group', 'batch'"):
        normalization_layer("layer", 8)


@pytest.mark.parametrize("rank", [2, 3])
def test_halving_prefers_no_side(rng, rank):
    """Mirrored features through mirrored kernels come out mirrored: nothing is off by a part."""
    features = rng.normal(size=(1, *(8,) * rank, 3)).astype("float32")
    block = ResidualBlock(4, rank, halve=True)
    expected = np.asarray(block(features))
    for weight in block.trainable_weights:
        if weight.path.endswith("kernel"):
            weight.assign(np.flip(weight.numpy(), range(rank)))
    mirrored = np.flip(np.asarray(block(np.flip(features, range(1, rank + 1)))), range(1, rank + 1))
    np.testing.assert_allclose(mirrored, expected, rtol=1e-4, atol=1e-5)
