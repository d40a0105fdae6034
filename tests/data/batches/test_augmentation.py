import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.data.batches.augmentation import (
    NO_AUGMENTATION,
    Augmentation,
    maybe_mirrored,
    mirrored,
    moved_radiograph,
    toned,
    toned_radiograph,
    warped,
)
from ct2xkeras.data.batches.views import render
from ct2xkeras.geometry import CArmPose, Detector, pose_vector


def position(number):
    return tf.constant(number, tf.int64)


def spot(row, column, size=41):
    """A picture of one soft spot, (size, size, 1)."""
    y, x = np.indices((size, size))
    return np.exp(-((y - row) ** 2 + (x - column) ** 2) / 8)[..., None].astype(np.float32)


def middle_of(picture):
    y, x = np.indices(picture.shape[:2])
    weights = np.asarray(picture)[..., 0]
    return np.array([(y * weights).sum(), (x * weights).sum()]) / weights.sum()


def random_case(rng, num_views=3):
    """A lopsided patient in a box, seen from all sides."""
    shape, spacing = (6, 8, 10), np.array([30.0, 25.0, 24.0], np.float32)
    hu = rng.integers(-1000, 1000, shape).astype(np.int16)
    detector = Detector(12, 14, (30.0, 28.0), principal_point=(11.0, 17.0))
    poses = [
        pose_vector(CArmPose(p, s, roll, 1200.0, 800.0, (9.0, -14.0, 20.0)), detector)
        for p, s, roll in [(0, 0, 0), (35, -20, 12), (-100, 25, -30)][:num_views]
    ]
    case = {
        "volume": tf.constant(hu[..., None]),
        "spacing": tf.constant(spacing),
        "pose": tf.stack(poses),
    }
    return case | render(case, (12, 14))


def test_the_mirrored_patient_at_the_mirrored_pose_has_the_flipped_drr(rng):
    case = random_case(rng)
    other = mirrored(case)
    drawn = render(other, (12, 14))
    assert np.ptp(case["coverage"]) > 0.2
    for name in ("drr", "coverage"):
        np.testing.assert_allclose(drawn[name], other[name], atol=2e-5, err_msg=name)
        assert np.abs(drawn[name] - case[name]).max() > 0.1


def test_mirroring_twice_gives_the_patient_back(rng):
    case = random_case(rng, 1)
    back = mirrored(mirrored(case))
    for name, value in case.items():
        np.testing.assert_array_equal(back[name], value, err_msg=name)


def test_patients_are_mirrored_as_often_as_asked_and_always_the_same_ones(rng):
    case = random_case(rng, 1)
    half = Augmentation(mirror_patient=0.5)

    def mirrored_ones():
        shown = (maybe_mirrored(case, position(n), half, 3) for n in range(40))
        return [bool(tf.reduce_any(c["pose"] != case["pose"])) for c in shown]

    assert 10 <= sum(mirrored_ones()) <= 30
    assert mirrored_ones() == mirrored_ones()
    assert maybe_mirrored(case, position(0), NO_AUGMENTATION, 3) is case


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"degrees": 90.0}, (20.0, 28.0)),
        ({"degrees": -30.0}, (20 - 8 * np.cos(np.pi / 6), 20 - 8 * np.sin(np.pi / 6))),
        ({"shift": (0.1, -0.2)}, (12 + 4.1, 20 - 8.2)),
        ({"scale": 1.5}, (8.0, 20.0)),
        ({"scale": 1.5, "shift": (0.1, 0.0)}, (8 + 4.1, 20.0)),
    ],
)
def test_a_spot_goes_where_rotation_shift_and_scale_send_it(change, expected):
    still = {"degrees": tf.constant(0.0), "shift": tf.zeros(2), "scale": tf.constant(1.0)}
    change = {name: tf.constant(value, tf.float32) for name, value in change.items()}
    new = warped(tf.constant(spot(12, 20)), **still | change)
    np.testing.assert_allclose(middle_of(new), expected, atol=0.1)


def test_moves_stay_within_their_limits_and_differ_from_view_to_view():
    augmentation = Augmentation(rotation=20, shift=0.05)
    image = tf.constant(spot(8, 20))
    places = np.array(
        [middle_of(moved_radiograph(image, position(n), augmentation, 0)) for n in range(60)]
    )
    turned = np.degrees(np.arctan2(places[:, 1] - 20, 20 - places[:, 0]))
    assert np.abs(turned).max() <= 20 + np.degrees(np.arctan2(0.05 * 41 * 2**0.5, 12))
    assert turned.min() < -10 < 10 < turned.max()
    assert len(np.unique(places.round(3), axis=0)) == 60


def test_nothing_is_done_by_default():
    image = tf.constant(spot(8, 20))
    assert moved_radiograph(image, position(0), NO_AUGMENTATION, 0) is image
    assert toned_radiograph(image, position(0), NO_AUGMENTATION, 0) is image


def test_grey_values_are_raised_to_a_power_and_scaled():
    image = np.array([-1, -0.5, 0.0, 0.5, 1], np.float32)
    np.testing.assert_allclose(toned(image, 1.0, 1.0), image, atol=1e-6)
    np.testing.assert_allclose(toned(image, 1.0, 2.0), 2 * ((image + 1) / 2) ** 2 - 1, atol=1e-6)
    np.testing.assert_allclose(toned(image, 1.2, 1.0), [-1, -0.4, 0.2, 0.8, 1], atol=1e-6)


def test_tones_stay_within_their_limits():
    augmentation = Augmentation(gain=0.2, gamma=0.5)
    grey = tf.constant([[[0.0]]])
    shown = [toned_radiograph(grey, position(n), augmentation, 1)[0, 0, 0] for n in range(60)]
    low, high = 0.5**1.5 / 1.2, 0.5 ** (1 / 1.5) * 1.2
    assert 2 * low - 1 <= min(shown) < -0.2 < 0.2 < max(shown) <= 2 * high - 1


@pytest.mark.parametrize("wrong", [{"rotation": -1}, {"mirror_patient": 2}, {"gain": float("nan")}])
def test_impossible_numbers_are_refused(wrong):
    with pytest.raises(ValueError, match=r"Augmentation takes numbers from 0"):
        Augmentation(**wrong)
