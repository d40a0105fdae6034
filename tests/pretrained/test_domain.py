from pathlib import Path

import numpy as np
import pytest
from pretrained_samples import phantom_part

from ct2xkeras.data import read_volume, to_model_volume
from ct2xkeras.geometry.fitted_views import resolve_views
from ct2xkeras.pretrained import Domain, describe_ct, describe_view
from ct2xkeras.pretrained.domain import margin_of, measured_domain

REAL = Path(__file__).parents[3] / "shared" / "data" / "ct"
CHESTS = (
    "lidc_idri_0314_chest.nii.gz",
    "acrin_flt_breast_013_chest.nii.gz",
    "lung_dx_a0002_chest_dicom.zip",
)


def described(volume, size=(32, 32, 32)):
    grid = to_model_volume(volume, size)
    return describe_ct(grid.hu, grid.spacing)


def test_shares_and_lengths_of_a_drawn_body():
    hu = np.full((4, 20, 30), 40)
    hu[:, 5:15, 5:10] = -800
    hu[:, 5:15, 20:22] = 700
    found = describe_ct(hu, (5.0, 2.0, 1.0))
    assert found["lung_share"] == pytest.approx(50 / 600)
    assert found["bone_share"] == pytest.approx(20 / 600)
    assert (found["height"], found["depth"], found["width"]) == (20, 40, 30)


def test_nobody_has_no_tissue():
    found = describe_ct(np.full((4, 4, 4), -1024), (1, 1, 1))
    assert found["lung_share"] == found["bone_share"] == 0


@pytest.mark.parametrize("view", ["pa", "lateral_left", "30/0"])
def test_a_fitted_view_is_covered_and_as_large_as_it_says(view):
    extent, size = (300, 250, 350), (32, 32)
    (fitted,) = resolve_views([view], extent, size, 1500, 1200, limit=200)
    found = describe_view(fitted.pose, extent, size)
    assert not fitted.truncated
    assert found["coverage"] == pytest.approx(1, abs=1e-6)
    assert found["footprint"] <= 200.001


def test_coverage_falls_with_the_height_of_the_ct_and_ignores_rays_beside_the_patient():
    (tall,) = resolve_views(["pa"], (600, 100, 100), (32, 32), 1500, 1200, footprint=300)
    assert describe_view(tall.pose, (600, 100, 100), (32, 32))["coverage"] == 1
    short = describe_view(tall.pose, (75, 100, 100), (32, 32))
    assert short["coverage"] == pytest.approx(0.25, abs=0.04)
    assert short["footprint"] == pytest.approx(300)


def test_limits_are_those_of_training_with_a_margin():
    cts = [{"lung_share": share, "height": 200.0} for share in np.linspace(0.2, 0.9, 101)]
    domain = measured_domain(cts, [{"coverage": 1.0, "footprint": 150.0}])
    assert domain.ct["lung_share"] == pytest.approx((0.207 / 1.25, 1.0))
    assert domain.ct["height"] == (160, 250)
    assert domain.view == {"coverage": (0.5, 1.0), "footprint": (75, 300)}
    margins = {"ct_margin": 1.25, "view_margin": 2}
    assert domain.measured == {"cts": 101, "views": 1, "percentiles": (1, 99), **margins}


def test_fewer_examples_widen_the_limits():
    margins = [margin_of(count) for count in (1, 2, 4, 9, 16, 100)]
    assert margins == pytest.approx([2, 1.7071, 1.5, 1.3333, 1.25, 1.25], abs=1e-4)


def test_a_reason_is_one_line_with_found_expected_and_mend():
    domain = Domain({"lung_share": (0.15, 0.45), "height": (150, 400)}, {})
    assert domain.reasons_of_ct({"lung_share": 0.2, "height": 200}) == []
    (reason,) = domain.reasons_of_ct({"lung_share": 0.04, "height": 200})
    assert "4 %, expected 15 to 45 %" in reason
    assert "another part of the body" in reason
    assert len(domain.reasons_of_ct({"lung_share": 0.04, "height": 75})) == 2


def test_the_abdomen_of_a_phantom_is_unlike_chests():
    chests = [described(phantom_part(seed, 0.5, 0.9)) for seed in (1, 2)]
    domain = measured_domain(chests, [{"coverage": 1.0, "footprint": 150.0}])
    assert domain.reasons_of_ct(described(phantom_part(3, 0.5, 0.9))) == []
    reasons = domain.reasons_of_ct(described(phantom_part(3, 0.0, 0.4)))
    assert any("lung" in reason for reason in reasons)


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_dir(), reason="the real CTs are not there")
def test_real_chests_are_like_each_other_and_unlike_abdomens_slabs_and_crops():
    chests = {name: described(read_volume(REAL / name)) for name in CHESTS}
    for left_out in CHESTS:
        others = [values for name, values in chests.items() if name != left_out]
        domain = measured_domain(others, [{"coverage": 1.0, "footprint": 150.0}])
        found = domain.reasons_of_ct(chests[left_out])
        assert not any("lung" in r or "height" in r or "depth" in r for r in found), left_out
    domain = measured_domain(list(chests.values()), [{"coverage": 1.0, "footprint": 150.0}])
    for name, word in (
        ("totalseg_example_ct_abdomen_pelvis.nii.gz", "lung"),
        ("cptac_pda_c3l00189_upper_abdomen.nii.gz", "lung"),
        ("rider_pilot_0117_lower_chest.nii.gz", "feet to head"),
        ("totalseg_aorta_report_ct_cropped_chest.nii.gz", "width"),
    ):
        reasons = domain.reasons_of_ct(described(read_volume(REAL / name)))
        assert any(word in reason for reason in reasons), (name, reasons)
