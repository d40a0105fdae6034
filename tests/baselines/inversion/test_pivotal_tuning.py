import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.baselines.inversion import PivotalTuning, fit_poses, invert_latents
from ct2xkeras.losses import gradient_correlation


@pytest.fixture(scope="module")
def tuning(blobs):
    return PivotalTuning(blobs(30), steps=20, rate=0.05)


@pytest.fixture(scope="module")
def ct(ct_of, places):
    """Two patients whose blobs are wider than the generator's."""
    return ct_of(places[:2], width=26.0)


@pytest.fixture(scope="module")
def views(ct):
    """Four views that the fit has not seen, of both patients in turn."""
    volume, spacing = ct
    index = np.array([0, 1, 1, 0])
    poses = np.array(fit_poses(spacing, volume.shape[1:4], 32))[index, 0]
    poses[:, 0] += [10, -15, 15, 20]
    return {
        "volume": volume[index],
        "spacing": spacing[index],
        "pose": poses,
        "style_image": np.zeros((4, 32, 32, 1), "float32"),
    }


def structure(pictures, networks, views):
    drr, coverage = networks.project(
        views["volume"], views["spacing"], views["pose"], tf.range(len(views["pose"]))
    )
    return np.asarray(gradient_correlation(pictures, drr, coverage))


def test_tuned_pictures_show_the_patient_better_at_new_views(tuning, views):
    networks = tuning.networks
    before = structure(networks(views), networks, views)
    after = structure(tuning(views), networks, views)
    assert np.mean(after) > np.mean(before) + 0.02
    assert np.all(after > 0.9)


def test_the_weights_come_back_to_the_bit(tuning, views):
    before = tuning.networks.get_weights()
    tuning(views)
    np.testing.assert_array_equal(tuning.networks.get_weights(), before)


@pytest.mark.parametrize("while_it", ["tunes", "draws"])
def test_the_weights_come_back_when_it_is_interrupted(tuning, views, monkeypatch, while_it):
    networks = tuning.networks
    before = networks.get_weights()

    def interrupted(*_):
        networks.width.assign(99.0)
        raise KeyboardInterrupt

    owner, name = {"tunes": (tuning, "_step"), "draws": (networks, "draw")}[while_it]
    monkeypatch.setattr(owner, name, interrupted)
    monkeypatch.setattr(tuning, "_last", (None, None))
    with pytest.raises(KeyboardInterrupt):
        tuning(views)
    np.testing.assert_array_equal(networks.get_weights(), before)


def test_mixed_views_are_those_of_each_patient_alone(tuning, ct, views):
    together = tuning(views)
    for number, rows in ((0, [0, 3]), (1, [1, 2])):
        volume, spacing = (x[number : number + 1] for x in ct)
        code = tuning.encode_ct(volume, spacing)
        styles = tuning.encode_style(views["style_image"][rows])
        xray, drr, coverage = tuning.render(
            code, volume, spacing, views["pose"][rows], styles, np.zeros(2, "int32")
        )
        assert xray.shape == drr.shape == coverage.shape == (2, 32, 32, 1)
        np.testing.assert_allclose(xray, tf.gather(together, rows), atol=1e-4)
    assert tuning.knows_patient
    assert tuning.architecture is tuning.networks.architecture


def test_the_pivot_is_what_inversion_finds(tuning, ct):
    (latents,) = tuning.encode_ct(*ct)
    np.testing.assert_allclose(latents, invert_latents(tuning.networks, *ct, 30), atol=0.5)
