"""Checks of one CT. Each takes a `CtOverview` and gives findings, or none.

Thresholds marked "measured" leave room around eight public CTs of chest and abdomen.
"""

import numpy as np
from scipy import ndimage

from ct2xkeras.data.ct.body import SURFACE_HU, THICKNESS
from ct2xkeras.data.ct.volumes import HU_MIN
from ct2xkeras.data.inspection.body_part import guess_body_part
from ct2xkeras.data.inspection.ct_overview import CtOverview
from ct2xkeras.data.inspection.field import border_share, border_voxels, padding_share
from ct2xkeras.data.inspection.findings import Finding

PIXEL_SPACING = (0.1, 5.0)  # mm, in the slice: extremity scans to whole bodies
SLICE_SPACING = (0.1, 10.0)  # mm
ANISOTROPY = 5.0  # of the largest spacing to the smallest
AIR_HU, AIR_TOLERANCE = -1000, 60  # measured: -997 to -961
AIR_SHARE, AIR_SPREAD = 0.2, 90  # of the border; HU between quartiles, measured: 13 to 87, lung 104
SOFT_RANGE = (-20, 140)  # HU of the commonest soft tissue: 0 to 80, 95 with contrast medium
SOFT_SEARCH = (-70, 400)  # HU: fat lies below, bone above
LEAST_SAMPLE = 0.02  # of the voxels: fewer are no ground for a judgement
PADDING = 0.05  # of the voxels
CUT_SLIGHTLY, CUT = 0.01, 0.25  # of the field's border that the body touches
CHEST_LENGTH = 200.0  # mm, feet to head, of a short adult's lungs


def check_spacing(ct: CtOverview):
    """Spacing that no CT scanner makes, or that DRRs will show as steps."""
    text = " x ".join(f"{s:.3g}" for s in ct.spacing)
    limits = (SLICE_SPACING, PIXEL_SPACING, PIXEL_SPACING)
    if any(not low <= s <= high for s, (low, high) in zip(ct.spacing, limits, strict=True)):
        message = f"spacing {text} mm (z, y, x) is unusual for a CT: is it in mm?"
        yield Finding("warning", "spacing", message)
    ratio = max(ct.spacing) / min(ct.spacing)
    if ratio > ANISOTROPY:
        message = f"spacing {text} mm (z, y, x): one side of a voxel is {ratio:.0f} times another"
        yield Finding("warning", "anisotropy", f"{message}; side views will show steps.")


def check_patient(ct: CtOverview):
    """Is anybody in it? A table is thinner than any patient."""
    sides = [max(1, int(THICKNESS / s)) for s in ct.coarse_spacing[1:]]
    # A body that the field cuts goes on outside it, so borders repeat the nearest voxel.
    thick = ndimage.minimum_filter(ct.body.astype(np.uint8), (1, *sides), mode="nearest")
    if not thick.any():
        message = f"nothing in it is as thick as a patient ({THICKNESS:.0f} mm): air or a table"
        yield Finding("error", "no-patient", f"{message} only.")


def check_air(ct: CtOverview):
    """Air at the field's border must lie near -1000 HU. A lung cut open there varies more."""
    border = border_voxels(ct.coarse, ct.coarse)
    air = border[(border > HU_MIN) & (border < SURFACE_HU)]
    if air.size < AIR_SHARE * border.size or np.ptp(np.percentile(air, (25, 75))) > AIR_SPREAD:
        return
    median = float(np.median(air))
    if abs(median - AIR_HU) > AIR_TOLERANCE:
        message = f"air at the field's border has {median:.0f} HU, expected about {AIR_HU}"
        yield Finding("error", "hu-air", f"{message}: wrong slope or intercept?")


def check_soft_tissue(ct: CtOverview):
    """The commonest value between fat and bone must be that of soft tissue."""
    low, high = SOFT_SEARCH
    inside = ct.coarse[ct.body]
    tissue = inside[(inside >= low) & (inside < high)]
    if tissue.size < LEAST_SAMPLE * ct.coarse.size:
        return
    counts = np.bincount(tissue.astype(int) - low, minlength=high - low)
    peak = int(np.argmax(ndimage.uniform_filter1d(counts.astype(float), 21))) + low
    if not SOFT_RANGE[0] <= peak <= SOFT_RANGE[1]:
        message = f"soft tissue peaks at {peak} HU, expected 0 to 80"
        yield Finding("error", "hu-tissue", f"{message}: wrong slope or intercept?")


def check_padding(ct: CtOverview):
    """Voxels that the scanner never measured."""
    share = padding_share(ct.coarse)
    if share > PADDING:
        message = f"{share:.0%} of the voxels are padding ({HU_MIN} HU around a round field)"
        yield Finding("note", "padding", f"{message}.")


def check_field_of_view(ct: CtOverview):
    """A body that reaches the border of the slices goes on where the CT does not."""
    share = border_share(ct.body, ct.coarse)
    if share >= CUT_SLIGHTLY:
        severity = "warning" if share >= CUT else "note"
        message = f"the body touches {share:.0%} of the field's border: cut off at the sides"
        yield Finding(severity, "truncated", f"{message}.")


def check_coverage(ct: CtOverview):
    """A chest that is only a slab of one."""
    length = ct.extent[0]
    if length < CHEST_LENGTH and guess_body_part(ct) == "chest":
        message = f"{length:.0f} mm from feet to head: too short for a whole chest"
        yield Finding("warning", "short", f"{message} ({CHEST_LENGTH:.0f} mm and more).")


CT_CHECKS = (
    check_patient,
    check_spacing,
    check_air,
    check_soft_tissue,
    check_padding,
    check_field_of_view,
    check_coverage,
)
