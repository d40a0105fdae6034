import numpy as np
import pytest

from ct2xkeras.metrics import (
    FeatureStatistics,
    frechet_distance,
    frechet_distance_infinity,
    frechet_distance_of_statistics,
)


def by_statistics(a, b):
    return frechet_distance_of_statistics(FeatureStatistics.of(a), FeatureStatistics.of(b))


both_ways = pytest.mark.parametrize("distance", [frechet_distance, by_statistics])


@pytest.fixture(params=[(40, 24), (12, 24)], ids=["more pictures", "more features"])
def sets(request, rng):
    n, d = request.param
    mixing = rng.normal(size=(d, d))
    return rng.normal(size=(n, d)) @ mixing, rng.normal(size=(n + 3, d)) + 0.3


@both_ways
@pytest.mark.parametrize(
    ("n", "d", "seed", "expected", "shifted"),
    [
        (4, 4, 1, 4.75383762, 9.55258188),
        (64, 16, 2023, 2.58955792, 18.84417114),
        (256, 64, 2023, 8.62335616, 73.04894620),
        (1024, 16, 2023, 0.16732765, 16.27372516),
        (50, 128, 2023, 130.06466713, 257.24950665),
    ],
)
def test_golden_values(distance, n, d, seed, expected, shifted):
    r = np.random.RandomState(seed)
    a, b = r.randn(n, d), r.randn(n, d)
    assert distance(a, b) == pytest.approx(expected, abs=1e-7)
    assert distance(a, b + 1) == pytest.approx(shifted, abs=1e-7)


@both_ways
def test_twelve_numbers(distance):
    x = np.arange(12).reshape(4, 3) / 10
    assert distance(x, x[::-1] + 0.5) == pytest.approx(0.75, abs=1e-7)


@both_ways
def test_equal_covariances_leave_the_means(distance, sets):
    a, _ = sets
    shift = np.linspace(-1, 1, a.shape[1])
    assert distance(a, a + shift) == pytest.approx(shift @ shift)


def test_0_against_1_in_2048_features():
    zeros = FeatureStatistics(2, np.zeros(2048), np.zeros((2048, 2048)))
    ones = FeatureStatistics(2, np.ones(2048), np.zeros((2048, 2048)))
    assert frechet_distance_of_statistics(zeros, ones) == 2048


@both_ways
def test_diagonal_covariances(distance, rng):
    """`sum (sqrt s - sqrt t)^2 + |m - n|^2`."""
    a = rng.normal(size=(20, 6))
    a = np.linalg.qr(a - a.mean(axis=0))[0]  # centred and orthonormal
    s, t = np.arange(1.0, 7), np.arange(7.0, 1, -1)
    expected = np.sum((s - t) ** 2) / 19 + 6 * 0.25
    assert distance(a * s, a[::-1] * t + 0.5) == pytest.approx(expected)


@both_ways
def test_equal_sets_are_0_apart(distance, sets):
    for x in sets:
        assert distance(x, x) == pytest.approx(0, abs=1e-9 * np.sum(x**2))


@both_ways
def test_it_is_symmetric_and_ignores_order_and_common_rotations(distance, sets, rng):
    a, b = sets
    turn = np.linalg.qr(rng.normal(size=(a.shape[1],) * 2))[0]
    value = distance(a, b)
    for same in ((b, a), (rng.permutation(a), rng.permutation(b)), (a @ turn, b @ turn)):
        assert distance(*same) == pytest.approx(value, rel=1e-9)


def test_it_equals_the_definition(rng):
    """Square root of the product by its eigenvalues, well conditioned."""
    a, b = rng.normal(size=(300, 8)), rng.normal(size=(200, 8)) * np.arange(1, 9)
    s, t = np.cov(a.T), np.cov(b.T)
    root = np.sqrt(np.linalg.eigvals(s @ t)).real.sum()
    shift = a.mean(axis=0) - b.mean(axis=0)
    expected = shift @ shift + np.trace(s + t) - 2 * root
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-9)


def test_few_and_many_pictures_of_one_side_agree(rng):
    """30 features: of 20 pictures the root is the features, of 50 it is Cholesky's."""
    a, b = rng.normal(size=(20, 30)), rng.normal(size=(50, 30))
    assert frechet_distance(a, b) == pytest.approx(by_statistics(a, b), rel=1e-9)


def test_features_that_are_never_active_change_nothing(sets):
    a, b = sets
    wider = [np.pad(x, ((0, 0), (0, 5))) for x in (a, b)]
    assert by_statistics(*wider) == pytest.approx(frechet_distance(a, b), rel=1e-9)


def test_statistics_of_parts_merge_to_those_of_the_whole(rng):
    x = rng.normal(size=(50, 7)) + 1e4  # a scatter by sums of squares would lose eight digits
    merged = FeatureStatistics.empty(7)
    for part in (x[:1], x[1:20], x[20:]):
        merged = merged.merge(FeatureStatistics.of(part))
    whole = FeatureStatistics.of(x)
    assert merged.count == 50
    np.testing.assert_allclose(merged.mean, whole.mean, rtol=1e-14)
    np.testing.assert_allclose(merged.scatter, whole.scatter, rtol=1e-9, atol=1e-9)


def test_extrapolation_removes_the_bias(rng):
    """One distribution: the distance is 0, its estimate is not."""
    a, b = rng.normal(size=(2, 2000, 32))
    found = frechet_distance_infinity(a, b)
    assert found.sizes == (500, 615, 800, 1143, 2000)
    assert list(found.distances) == sorted(found.distances, reverse=True)
    assert abs(found.value) < 0.2 * found.distances[-1]
    assert frechet_distance_infinity(a, b + 0.5).value == pytest.approx(8, rel=0.05)


@pytest.mark.parametrize("sizes", [(10,), (10, 10), (1, 10), (10, 51)])
def test_sizes_that_cannot_be_drawn_are_refused(rng, sizes):
    a, b = rng.normal(size=(2, 50, 3))
    with pytest.raises(ValueError, match=r"two different sizes.*for 50 and 50"):
        frechet_distance_infinity(a, b, sizes)
