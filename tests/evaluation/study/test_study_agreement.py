import numpy as np
import pytest

from ct2xkeras.evaluation.study import krippendorff_alpha
from ct2xkeras.evaluation.study.agreement import repeat_agreement

X = np.nan
#: Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C: 4 observers, 12
#: units, missing data; alpha is given there as 0.815 (ordinal) and 0.849 (interval).
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, X, X, X],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, X, 3],
        [X, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, X],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, X],
    ]
)


@pytest.mark.parametrize(("level", "alpha"), [("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_of_the_published_example(level, alpha):
    assert krippendorff_alpha(PUBLISHED, level) == pytest.approx(alpha, abs=5e-4)


def test_alpha_by_hand():
    # Pairs (1, 1), (1, 3): coincidences 11: 2, 13: 1, 31: 1, so n1 = 3, n3 = 1, n = 4;
    # D_o = 2 * 4 / 4 = 2, D_e = 2 * 3 * 1 * 4 / (4 * 3) = 2.
    assert krippendorff_alpha([[1, 1], [1, 3]]) == pytest.approx(0)


@pytest.mark.parametrize("level", ["ordinal", "interval"])
def test_alpha_of_perfect_agreement_chance_and_contradiction(level, rng):
    scores = rng.integers(1, 6, 200)
    assert krippendorff_alpha([scores, scores, scores], level) == 1
    assert abs(krippendorff_alpha(rng.integers(1, 6, (3, 4000)), level)) < 0.03
    assert krippendorff_alpha([scores, 6 - scores], level) < -0.5


def test_alpha_knows_no_order_of_raters_and_items(rng):
    shuffled = rng.permutation(rng.permutation(PUBLISHED, axis=1), axis=0)
    assert krippendorff_alpha(shuffled) == pytest.approx(krippendorff_alpha(PUBLISHED))


def test_interval_alpha_knows_no_scale_and_ordinal_none_that_keeps_the_order():
    assert krippendorff_alpha(3 * PUBLISHED - 7) == pytest.approx(krippendorff_alpha(PUBLISHED))
    alpha = krippendorff_alpha(PUBLISHED, "ordinal")
    assert krippendorff_alpha(PUBLISHED**3, "ordinal") == pytest.approx(alpha)


@pytest.mark.parametrize("ratings", [[[1, 2, 3]], [[2, 2], [2, 2]], [[1, X], [X, 2]], [[], []]])
def test_alpha_is_nan_where_nothing_can_be_compared(ratings):
    assert np.isnan(krippendorff_alpha(ratings))


def test_repeats_by_hand():
    found = repeat_agreement([(1, 1), (2, 4), (5, 4), (3, 3)])
    assert found == {"pairs": 4, "same": 0.5, "difference": 0.75}
    assert np.isnan(repeat_agreement([])["same"])
