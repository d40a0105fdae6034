import subprocess
import sys

import numpy as np
import pytest
from scipy import ndimage

from ct2xkeras.data.phantoms import (
    LABELS,
    VERTEBRAE,
    draw_patient,
    make_phantom,
    make_phantom_case,
    phantom_landmarks,
)

COARSE = {"shape": (64, 64, 64), "spacing": (6.4, 6.4, 6.4)}


@pytest.fixture(scope="module")
def case():
    return make_phantom_case(3, (100, 90, 100), (4.1, 4.1, 4.1))


@pytest.fixture(scope="module")
def loins():
    """The loins of a patient on a fine grid, about L2."""
    center = phantom_landmarks(5)["L2"]
    return make_phantom_case(5, (90, 80, 70), (1.4, 1.4, 1.4), center - [0, 20, 0])


def world(case, name):
    """World points (n, 3) of the voxels of a structure."""
    index = np.argwhere(case.labels == LABELS[name])[:, ::-1]
    return index @ case.volume.affine[:3, :3].T + case.volume.affine[:3, 3]


def value_at(array, case, point):
    inverse = np.linalg.inv(case.volume.affine)
    x, y, z = np.rint(inverse[:3, :3] @ point + inverse[:3, 3]).astype(int)
    return array[z, y, x]


def test_the_same_seed_gives_the_same_bytes():
    first, second = (make_phantom_case(7, **COARSE) for _ in range(2))
    assert first.volume.hu.tobytes() == second.volume.hu.tobytes()
    assert first.labels.tobytes() == second.labels.tobytes()


def test_different_seeds_are_different_patients():
    first, second = (make_phantom(seed, **COARSE).hu.astype(int) for seed in (7, 8))
    assert np.mean(np.abs(first - second) > 200) > 0.03


def test_builds_vary_over_seeds():
    patients = [draw_patient(seed) for seed in range(60)]
    for name, spread in (("stature", 0.03), ("fat", 4), ("heart", 0.05), ("bone_density", 0.1)):
        assert np.std([getattr(p, name) for p in patients]) > spread, name
    assert 0.2 < np.mean([p.female for p in patients]) < 0.8
    assert 0.05 < np.mean([p.scoliosis > 8 for p in patients]) < 0.6


def test_volume_is_a_ct_with_air_round_it(case):
    volume = case.volume
    assert volume.hu.dtype == np.int16
    assert volume.spacing == pytest.approx((4.1, 4.1, 4.1))
    corner, far = volume.affine[:3, 3], volume.affine[:3] @ [99, 89, 99, 1]
    np.testing.assert_allclose(corner + far, 0, atol=1e-3)
    assert (volume.hu[case.labels == 0] == -1000).mean() > 0.97
    assert set(np.unique(case.labels)) <= set(case.label_names)


def test_the_patient_does_not_depend_on_the_grid():
    coarse = make_phantom_case(4, (32, 32, 32), (12.8, 12.8, 12.8))
    fine = make_phantom_case(4, **COARSE)
    mean = fine.volume.hu.reshape(32, 2, 32, 2, 32, 2).mean(axis=(1, 3, 5))
    assert np.corrcoef(mean.ravel(), coarse.volume.hu.ravel())[0, 1] > 0.98
    for name, point in coarse.landmarks.items():
        np.testing.assert_array_equal(point, fine.landmarks[name])


def test_vertebrae_are_ordered_and_each_is_one_piece(case):
    heights = []
    for name in VERTEBRAE[4:18]:
        mask = case.labels == LABELS[f"vertebra_{name}"]
        pieces, count = ndimage.label(mask, np.ones((3, 3, 3)))
        largest = np.bincount(pieces.ravel())[1:].max() if count else 0
        assert largest > 0.85 * mask.sum() > 0, name
        heights.append(np.argwhere(mask)[:, 0].mean())
    assert np.all(np.diff(heights) < 0)


def test_landmarks_lie_in_the_body_of_their_vertebra(case):
    for name in VERTEBRAE[4:17]:
        label = value_at(case.labels, case, case.landmarks[name])
        assert case.label_names[label] == f"vertebra_{name}"


def test_a_disc_keeps_neighbouring_bodies_apart(loins):
    upper, lower = loins.landmarks["L2"], loins.landmarks["L3"]
    line = [upper + t * (lower - upper) for t in np.linspace(0, 1, 60)]
    names = [loins.label_names[value_at(loins.labels, loins, point)] for point in line]
    middle = names[names.index("disc") : len(names) - names[::-1].index("disc")]
    assert set(middle) == {"disc"}
    assert 4 < len(middle) / 60 * np.linalg.norm(lower - upper) < 16


def test_a_vertebra_has_shell_marrow_arch_and_canal(loins):
    center = loins.landmarks["L2"]
    hu = loins.volume.hu
    marrow = value_at(hu, loins, center)
    bone = world(loins, "vertebra_L2")
    assert hu[loins.labels == LABELS["vertebra_L2"]].max() > marrow + 200
    assert np.abs(bone[:, 0] - center[0]).max() > 32, "transverse processes"
    assert bone[:, 1].min() < center[1] - 48, "spinous process"
    canal = [value_at(hu, loins, center - [0, y, 6]) for y in range(24, 30)]
    roof = [value_at(hu, loins, center - [0, y, 6]) for y in range(36, 50)]
    assert max(canal) < 60
    assert max(roof) > 250, "the arch closes the canal"


def test_organs_lie_where_they_belong(case):
    heart, liver, spine = (
        world(case, name).mean(axis=0) for name in ("heart", "liver", "vertebra_T9")
    )
    assert heart[0] < -8, "heart on the left"
    assert liver[0] > 25, "liver on the right"
    assert spine[1] < heart[1] - 40, "spine behind the heart"
    assert liver[2] < heart[2], "liver below the heart"
    for side, sign in (("left", -1), ("right", 1)):
        lung = world(case, f"lung_{side}")
        assert (lung[:, 0] * sign > 0).all()
        assert lung[:, 2].mean() > liver[2]
        assert (world(case, f"kidney_{side}")[:, 0] * sign).mean() > 30
    assert world(case, "sternum")[:, 1].mean() > heart[1] + 25


@pytest.mark.parametrize("number", [1, 5, 9, 12])
@pytest.mark.parametrize("side", ["left", "right"])
def test_ribs_start_at_their_vertebra_and_slope_down(case, number, side):
    rib, bone = world(case, f"rib_{side}_{number}"), world(case, f"vertebra_T{number}")
    gaps = np.linalg.norm(rib[:, None] - bone[None], axis=-1)
    assert gaps.min() < 3 * 4.1
    order = np.argsort(rib[:, 1])
    fifth = max(len(order) // 5, 1)
    assert rib[order[-fifth:], 2].mean() < rib[order[:fifth], 2].mean() - 1.5


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("lung_left", -930, -680),
        ("lung_right", -930, -680),
        ("fat", -125, -70),
        ("muscle", 20, 75),
        ("heart", 30, 60),
        ("liver", 30, 80),
        ("kidney_right", 10, 55),
        ("vertebra_L2", 110, 600),
        ("rib_right_6", 150, 800),
        ("gas", -1000, -600),
    ],
)
def test_hu_of_each_tissue_is_in_its_range(case, name, low, high):
    assert low < np.median(case.volume.hu[case.labels == LABELS[name]]) < high


def test_tissues_have_texture(case):
    for name, least in (("lung_left", 25), ("liver", 6), ("muscle", 6)):
        assert case.volume.hu[case.labels == LABELS[name]].std() > least


def test_a_field_of_view_beside_the_patient_is_air():
    assert (make_phantom(0, (8, 8, 8), (3, 3, 3), center=(900, 0, 0)).hu == -1000).all()


def test_an_impossible_grid_is_refused_by_name():
    with pytest.raises(ValueError, match=r"spacing \(z, y, x\).*spacing=\(3, 0, 3\)"):
        make_phantom(0, (8, 8, 8), (3, 0, 3))


def test_phantoms_need_no_tensorflow():
    code = "import sys, ct2xkeras.data.phantoms; print('tensorflow' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert result.stdout.strip() == b"False"
