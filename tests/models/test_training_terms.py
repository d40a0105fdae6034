import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.losses.settings import GENERATOR_TERMS, LossSettings
from ct2xkeras.models.training_terms import (
    active_terms,
    consistency_terms,
    picture_terms,
    style_matches,
)

NONE = dict.fromkeys(GENERATOR_TERMS, 0.0)


def test_inactive_terms_are_not_computed():
    def refuse():
        raise AssertionError("computed")

    settings = LossSettings(**NONE | {"tone": 1.0})
    assert active_terms(settings, {"tone": lambda: 3, "structure": refuse}) == {"tone": 3}


def test_a_term_whose_weight_rises_later_is_computed_from_the_start():
    settings = LossSettings(**NONE | {"tone": {"weight": 2.0, "warm_up": 100}})
    assert list(active_terms(settings, {"tone": lambda: 3})) == ["tone"]


def test_equal_pictures_cost_nothing(rng):
    """DRR^ that is the DRR, X^ with the DRR's edges and the reference's greys and detail."""
    drr = tf.constant(rng.uniform(-1, 1, (2, 32, 32, 1)).astype("float32"))
    views = {"drr": drr, "coverage": tf.ones_like(drr), "style_image": drr}
    terms = picture_terms(LossSettings(), views, {"drr": drr, "xray": drr})
    assert set(terms) == {"drr_l1", "drr_ms_ssim", "structure", "tone", "detail"}
    for name, value in terms.items():
        assert value.shape == (2,), name
        np.testing.assert_allclose(value, 0, atol=1e-4, err_msg=name)


@pytest.fixture
def codes(rng):
    """Perfect codes: read back are the styles of the references, and equal contents."""
    xray = tf.constant(np.eye(4, 8, dtype="float32"))
    drr = tf.constant(np.tile(np.eye(8, dtype="float32")[7], (4, 1)))
    content = tf.constant(rng.normal(size=(4, 2, 2, 3)).astype("float32"))
    read = {"xray_style": xray, "drr_style": drr, "moved_style": xray}
    read |= {"xray_content": content, "drr_content": content}
    return {"xray_style": xray, "drr_style": drr}, read


@pytest.mark.parametrize("form", ["contrast", "distance"])
def test_perfect_codes_cost_nothing(codes, form):
    terms = consistency_terms(LossSettings(style_form=form, content_contrast=0.0), *codes)
    assert set(terms) == {"style_xray", "style_drr", "content"}
    for name, value in terms.items():
        assert value.shape == (4,), name
        np.testing.assert_allclose(value, 0, atol=1e-3, err_msg=name)


def test_collapsed_styles_cost_the_chance_level(codes):
    made, read = codes
    equal = tf.ones([4, 8])
    made = dict.fromkeys(made, equal)
    read = {**read, **dict.fromkeys(("xray_style", "drr_style", "moved_style"), equal)}
    terms = consistency_terms(LossSettings(), made, read)
    np.testing.assert_allclose(terms["style_xray"], np.log(8), rtol=1e-5)
    np.testing.assert_allclose(terms["style_drr"], np.log(5), rtol=1e-5)


def test_style_matches_by_hand():
    references = tf.constant([[1.0, 0], [0, 1], [-1, -1]])
    codes = tf.constant([[5.0, 1], [3, 1], [-1, -2]])
    np.testing.assert_array_equal(style_matches(codes, references), [1, 0, 1])
