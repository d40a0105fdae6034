import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.baselines.inversion import PivotalTuning, fit_poses
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


@pytest.fixture(scope="module")
def tuned(tuning, views):
    """The views by tuned networks, and all weights before and after."""
    before = tuning.networks.get_weights()
    return tuning(views), before, tuning.networks.get_weights()


def structure(pictures, networks, views):
    drr, coverage = networks.project(
        views["volume"], views["spacing"], views["pose"], tf.range(len(views["pose"]))
    )
    return np.asarray(gradient_correlation(pictures, drr, coverage))


def assert_same(weights, others):
    for one, other in zip(weights, others, strict=True):
        np.testing.assert_array_equal(one, other)


def test_tuned_pictures_show_the_patient_better_at_new_views(tuning, tuned, ct, views):
    networks, index = tuning.networks, np.array([0, 1, 1, 0], "int32")
    pivots = networks.code_of(tuning.encode_ct(*ct)[0])
    untuned = networks.render(pivots, *ct, views["pose"], np.zeros((4, 1)), index)[0]
    before = structure(untuned, networks, views)
    after = structure(tuned[0], networks, views)
    assert np.mean(after) > np.mean(before) + 0.02
    assert np.all(after > 0.9)


def test_the_weights_come_back_to_the_bit(tuned):
    assert_same(*tuned[1:])


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
    assert_same(networks.get_weights(), before)


def test_mixed_views_are_those_of_each_patient_alone(tuning, tuned, ct, views):
    volume, spacing = (each[1:] for each in ct)
    code = tuning.encode_ct(volume, spacing)
    styles = tuning.encode_style(views["style_image"][1:3])
    alone = tuning.render(code, volume, spacing, views["pose"][1:3], styles, [0, 0])
    assert [tuple(pictures.shape) for pictures in alone] == 3 * [(2, 32, 32, 1)]
    np.testing.assert_allclose(alone[0], tuned[0][1:3], atol=1e-4)
    assert tuning.knows_patient
    assert tuning.architecture is tuning.networks.architecture
