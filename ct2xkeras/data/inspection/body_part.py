"""Which part of the body a CT shows, guessed from the shares of tissue in the patient.

    chest    at least a tenth of the body is lung
    spine    a crop: the body fills the field to its border; bone in it, no lung
    limb     a thin cross-section with bone
    head     a middling cross-section, much bone, little fat
    pelvis   a wide cross-section with more bone than an abdomen has
    abdomen  any other wide cross-section
    unknown  none of these

Measured: lung 0.18 to 0.36 of the body in five chest CTs, 0.04 to 0.08 in three of the abdomen
(lung bases, bowel gas); bone 0.01 to 0.03 in the abdomen, 0.05 in a pelvis. Spine, limb and head
follow anatomy and have been tried on drawn bodies only. A guess, never a ground to refuse a CT.
"""

import numpy as np

from ct2xkeras.data.inspection.ct_overview import CtOverview
from ct2xkeras.data.inspection.field import border_share

TISSUES = {"lung": (-950, -500), "fat": (-150, -30), "soft": (-30, 150), "bone": (200, 4000)}
LUNG = 0.1
FILLED_BORDER = 0.6  # of the field's border, touched by the body
SPINE_BONE = 0.04
LIMB_AREA, HEAD_AREA = 150.0, 350.0  # cm2 of the middling slice
LIMB_BONE, HEAD_BONE, HEAD_FAT = 0.05, 0.1, 0.2
PELVIS_BONE = 0.04


def tissue_shares(ct: CtOverview) -> dict[str, float]:
    """Share of the body's voxels of each of `TISSUES`, by HU."""
    inside = ct.coarse[ct.body]
    return {
        name: float(((inside >= low) & (inside < high)).mean()) if inside.size else 0.0
        for name, (low, high) in TISSUES.items()
    }


def cross_section(ct: CtOverview) -> float:
    """Median area of the body in a slice, cm2."""
    pixel = ct.coarse_spacing[1] * ct.coarse_spacing[2] / 100
    return float(np.median(ct.body.sum(axis=(1, 2)))) * pixel


def guess_body_part(ct: CtOverview) -> str:
    """One of the names above."""
    if not ct.body.any():
        return "unknown"
    shares, area = tissue_shares(ct), cross_section(ct)
    if shares["lung"] >= LUNG:
        return "chest"
    if border_share(ct.body, ct.coarse) >= FILLED_BORDER:
        return "spine" if shares["bone"] >= SPINE_BONE else "unknown"
    if area < LIMB_AREA:
        return "limb" if shares["bone"] >= LIMB_BONE else "unknown"
    if area < HEAD_AREA and shares["bone"] >= HEAD_BONE and shares["fat"] < HEAD_FAT:
        return "head"
    if area < HEAD_AREA:
        return "unknown"
    return "pelvis" if shares["bone"] >= PELVIS_BONE else "abdomen"
