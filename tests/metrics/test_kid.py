import numpy as np
import pytest

from ct2xkeras.metrics import kernel_distance, kernel_distance_of_subsets
from ct2xkeras.metrics.kid import BLOCK


@pytest.fixture
def sets(rng):
    return rng.normal(size=(60, 16)), rng.normal(size=(80, 16)) + 0.2


@pytest.mark.parametrize(
    ("n", "d", "seed", "expected"),
    [
        (4, 4, 1, 3.3864682049),
        (64, 16, 2023, 0.0062776522),
        (256, 64, 2023, 0.0021179155),
        (1024, 16, 2023, 0.0016119338),
        (50, 128, 2023, -0.0122493566),
    ],
)
def test_golden_values(n, d, seed, expected):
    r = np.random.RandomState(seed)
    a, b = r.randn(n, d), r.randn(n, d)
    assert kernel_distance(a, b) == pytest.approx(expected, abs=1e-9)


def test_two_samples_by_hand():
    """Kernels of 1 and -1: within 1 - 1 = 0, so 0^3; across (1 + 1)^3 and 0^3, half of each."""
    a = np.array([[1.0], [-1.0]])
    assert kernel_distance(a, a) == -8


def test_it_is_symmetric_and_ignores_order_and_common_rotations(sets, rng):
    a, b = sets
    turn = np.linalg.qr(rng.normal(size=(16, 16)))[0]
    value = kernel_distance(a, b)
    for same in ((b, a), (rng.permutation(a), rng.permutation(b)), (a @ turn, b @ turn)):
        assert kernel_distance(*same) == pytest.approx(value, rel=1e-9)


def test_blocks_do_not_show(rng):
    a, b = rng.normal(size=(BLOCK + 37, 3)), rng.normal(size=(20, 3))
    kernel = (a @ a.T / 3 + 1) ** 3
    within = (kernel.sum() - np.trace(kernel)) / (len(a) * (len(a) - 1))
    kernel = (b @ b.T / 3 + 1) ** 3
    within += (kernel.sum() - np.trace(kernel)) / (20 * 19)
    expected = within - 2 * np.mean((a @ b.T / 3 + 1) ** 3)
    assert kernel_distance(a, b) == pytest.approx(expected, rel=1e-9)


def test_subsets_are_what_one_by_one_gives(sets):
    """The same draws, each measured alone."""
    a, b = sets
    found = kernel_distance_of_subsets(a, b, subset_size=10, num_subsets=7, seed=3)
    rng = np.random.default_rng(3)
    drawn = [[x[rng.choice(len(x), 10, replace=False)] for _ in range(7)] for x in (a, b)]
    values = [kernel_distance(*pair) for pair in zip(*drawn, strict=True)]
    assert found.mean == pytest.approx(np.mean(values), rel=1e-9)
    assert found.spread == pytest.approx(np.std(values), rel=1e-9)


def test_subsets_are_seeded_stated_and_near_the_whole(sets):
    a, b = sets
    first, again, other = (kernel_distance_of_subsets(a, b, seed=seed) for seed in (0, 0, 1))
    assert first == again != other
    assert (first.subset_size, first.num_subsets) == (30, 100)
    assert first.mean == pytest.approx(kernel_distance(a, b), abs=3 * first.spread / 10)


def test_subsets_of_everything_have_no_spread(sets):
    a, b = sets
    found = kernel_distance_of_subsets(a, b[:60], subset_size=60, num_subsets=3)
    assert found.spread == pytest.approx(0, abs=1e-12)
    assert found.mean == pytest.approx(kernel_distance(a, b[:60]))


@pytest.mark.parametrize(("size", "num"), [(1, 100), (61, 100), (10, 0)])
def test_impossible_subsets_are_refused(sets, size, num):
    with pytest.raises(ValueError, match=f"2 to 60 pictures.*received {num} of {size}"):
        kernel_distance_of_subsets(*sets, subset_size=size, num_subsets=num)
