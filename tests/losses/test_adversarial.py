import math

import numpy as np
import pytest

from ct2xkeras.losses import discriminator_adversarial, generator_adversarial

REAL, FAKE = np.array([0.5, 2.0], "float32"), np.array([0.0, -3.0], "float32")


def softplus(x):
    return math.log1p(math.exp(x))


GENERATOR = {
    "non_saturating": [math.log(2), softplus(3)],
    "hinge": [0, 3],
    "least_squares": [0.5, 8],
}
DISCRIMINATOR = {
    "non_saturating": [softplus(-0.5) + math.log(2), softplus(-2) + softplus(-3)],
    "hinge": [0.5 + 1, 0],
    "least_squares": [(0.25 + 0) / 2, (1 + 9) / 2],
}


@pytest.mark.parametrize("form", GENERATOR)
def test_values_by_hand(form):
    np.testing.assert_allclose(generator_adversarial(FAKE, form), GENERATOR[form], rtol=1e-6)
    np.testing.assert_allclose(
        discriminator_adversarial(REAL, FAKE, form), DISCRIMINATOR[form], rtol=1e-6
    )


def test_the_default_is_non_saturating():
    np.testing.assert_allclose(generator_adversarial(FAKE), GENERATOR["non_saturating"], rtol=1e-6)
    found = discriminator_adversarial(REAL, FAKE)
    np.testing.assert_allclose(found, DISCRIMINATOR["non_saturating"], rtol=1e-6)


@pytest.mark.parametrize("form", GENERATOR)
def test_the_generator_gains_by_a_higher_logit_and_the_discriminator_loses(form):
    low, high = np.array([-0.5], "float32"), np.array([0.5], "float32")
    assert generator_adversarial(high, form) < generator_adversarial(low, form)
    assert discriminator_adversarial(high, low, form) < discriminator_adversarial(low, high, form)


def test_an_unknown_form_is_refused_with_the_choices():
    with pytest.raises(ValueError, match=r"form='wgan': .*non_saturating, hinge, least_squares"):
        generator_adversarial(FAKE, "wgan")
    with pytest.raises(ValueError, match="form='wgan'"):
        discriminator_adversarial(REAL, FAKE, "wgan")
