import numpy as np
import pytest

from ct2xkeras.evaluation import evaluate as module
from ct2xkeras.evaluation.records import metric_line


class Echo:
    """Stands in for a model: gives the style image back, or the same picture for all."""

    def __init__(self, collapsed):
        self.collapsed = collapsed

    def predict(self, inputs, **_):
        style = inputs["style_image"]
        return np.zeros_like(style) if self.collapsed else style[:, ::-1]


@pytest.fixture
def cases(rng):
    tones = np.linspace(-0.5, 0.5, 12).reshape(-1, 1, 1, 1)
    noise = 0.1 * rng.normal(size=(12, 32, 32, 1))
    return {
        "volume": np.zeros((12, 2, 2, 2, 1), "int16"),
        "spacing": np.ones((12, 3), "float32"),
        "pose": np.zeros((12, 12), "float32"),
        "style_image": (tones + noise).astype("float32"),
    }


def test_a_model_that_follows_styles_is_told_from_one_that_does_not(cases):
    follows = module.style_response(Echo(collapsed=False), cases)
    collapsed = module.style_response(Echo(collapsed=True), cases)
    assert follows["style-retrieval[tone,n=12]"] == 1.0
    assert collapsed["style-retrieval[tone,n=12]"] == pytest.approx(1 / 12)
    assert follows["style-distance-own[tone,n=12]"] < 1e-6
    assert collapsed["style-distance-own[tone,n=12]"] == pytest.approx(
        collapsed["style-distance-all[tone,n=12]"]
    )


def test_the_metric_line_keeps_the_full_spec():
    assert metric_line({"kid[pixels32,n=4]": 0.12346}) == "kid[pixels32,n=4]=0.1235"
