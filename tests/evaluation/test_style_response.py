import numpy as np
import pytest

from ct2xkeras.evaluation.style_response import style_response


class Echo:
    """Stands in for networks: a style is a mean grey value, as an angle, and X^ is flat in it."""

    def __init__(self, collapsed):
        self.collapsed = collapsed

    def encode_ct(self, volume, spacing):
        return volume

    def encode_style(self, images):
        means = images.mean(axis=(1, 2, 3))
        return np.stack([np.cos(means), np.sin(means)], axis=-1)

    def render(self, content_code, volume, spacing, poses, codes, index):
        assert len(content_code) == len(volume) == 1  # one CT is encoded once
        means = np.arctan2(codes[:, 1], codes[:, 0]) * (not self.collapsed)
        pictures = means[:, None, None, None] + np.zeros((32, 32, 1))
        return pictures, pictures, pictures


@pytest.fixture
def cases():
    tones = np.linspace(-0.5, 0.5, 12).reshape(-1, 1, 1, 1)
    return {
        "volume": np.zeros((12, 2, 2, 2, 1), "int16"),
        "spacing": np.ones((12, 3), "float32"),
        "pose": np.zeros((12, 12), "float32"),
        "style_image": (tones + np.zeros((32, 32, 1))).astype("float32"),
        "split": np.array(["val"] * 12),
    }


def test_networks_that_follow_styles_are_told_from_those_that_do_not(cases):
    follows = style_response(Echo(collapsed=False), cases)
    collapsed = style_response(Echo(collapsed=True), cases)
    for kind in ("tone", "code"):
        assert follows[f"style-retrieval[{kind},n=12]"] == 1.0
        assert collapsed[f"style-retrieval[{kind},n=12]"] == pytest.approx(1 / 12)
    assert follows["style-distance-own[tone,n=12]"] < 1e-6
    assert collapsed["style-distance-own[tone,n=12]"] == pytest.approx(
        collapsed["style-distance-all[tone,n=12]"]
    )


def test_specs_say_that_no_ct_is_held_out(cases):
    values = style_response(Echo(collapsed=False), cases | {"split": np.array(["train"] * 12)})
    assert set(values) == {
        "style-retrieval[tone,n=12,cts=train]",
        "style-retrieval[code,n=12,cts=train]",
        "style-distance-own[tone,n=12,cts=train]",
        "style-distance-all[tone,n=12,cts=train]",
    }
