import numpy as np
import pytest
from data_samples import torso, torso_affine

from ct2xkeras.data import Volume
from ct2xkeras.data.inspection.ct_checks import CT_CHECKS
from ct2xkeras.data.inspection.ct_overview import measure_ct
from ct2xkeras.data.inspection.orientation import check_orientation, is_left_handed, tilt


def overview(hu, spacing=(5.0, 5.0, 10.0), affine=None):
    affine = torso_affine(spacing) if affine is None else affine
    return measure_ct(Volume(np.asarray(hu, np.int16), affine, "ct"))


def codes(ct):
    return {finding.code: finding.severity for check in CT_CHECKS for finding in check(ct)}


def padded(hu):
    """The same CT in a round field of view."""
    y, x = (2 * (np.arange(n) + 0.5) / n - 1 for n in hu.shape[1:])
    return np.where(y[:, None] ** 2 + x[None] ** 2 <= 1, hu, -1024)


def zoomed(hu):
    """A field of view that the body fills."""
    return hu[:, 10:30, 12:36]


def small_spacing():
    return overview(torso(), spacing=(0.04, 0.04, 1.0))


def table_only():
    hu = np.full((24, 80, 96), -1000)
    hu[:, 10:13] = -200
    return overview(hu, spacing=(4.0, 4.0, 10.0))


@pytest.mark.parametrize(
    ("code", "severity", "ct"),
    [
        ("spacing", "warning", small_spacing),
        ("anisotropy", "warning", lambda: overview(torso(), spacing=(1.0, 1.0, 8.0))),
        ("no-patient", "error", table_only),
        ("no-patient", "error", lambda: overview(np.full((8, 8, 8), -1000))),
        ("hu-air", "error", lambda: overview(torso() + 120)),
        ("hu-air", "error", lambda: overview(torso() // 2)),
        ("hu-tissue", "error", lambda: overview(np.where(torso() > -100, torso() + 140, torso()))),
        ("padding", "note", lambda: overview(padded(torso()))),
        ("truncated", "warning", lambda: overview(zoomed(torso()))),
        ("short", "warning", lambda: overview(torso()[:15])),
    ],
)
def test_each_fault_is_found_and_a_good_ct_has_none(code, severity, ct):
    assert codes(ct())[code] == severity
    assert codes(overview(torso())) == {}


def test_round_fields_are_told_from_air_of_the_same_value():
    clipped = torso(table=False)
    clipped[clipped < -900] = -1024
    assert "padding" not in codes(overview(clipped))


def test_a_body_cut_by_a_round_field_is_truncated():
    hu = padded(zoomed(torso()))
    assert codes(overview(hu))["truncated"] == "warning"


def test_every_finding_is_one_line_with_a_number_or_a_reason():
    found = [f for check in CT_CHECKS for f in check(table_only())]
    assert found
    assert all(f.message.endswith((".", "?")) and "\n" not in f.message for f in found)


def test_the_overview_counts_every_voxel():
    hu = torso()
    ct = overview(hu)
    assert ct.histogram.sum() == hu.size
    assert ct.value_range == (hu.min(), hu.max())
    assert ct.extent == pytest.approx((240, 200, 240))


def test_left_handed_axes():
    assert is_left_handed("LAS")
    assert is_left_handed("ARS")
    assert not is_left_handed("RAS")
    assert not is_left_handed("LPS")
    assert not is_left_handed("PSL")


def test_tilted_and_mirrored_axes_are_notes():
    angle = np.radians(12)
    turn = np.eye(4)
    turn[1:3, 1:3] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    affine = turn @ torso_affine()
    assert tilt(affine) == pytest.approx(12)
    found = {f.code: f.severity for f in check_orientation(overview(torso(), affine=affine), "LAS")}
    assert found == {"oblique": "note", "left-handed": "note"}
    assert not list(check_orientation(overview(torso()), "RAS"))
