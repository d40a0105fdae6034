"""What makes one phantom patient differ from another: a few numbers drawn from the seed."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Patient:
    """Build of a patient. Lengths in mm, angles in degrees, factors about 1.

    Args:
        stature, width, depth: size along z, x and y relative to the template.
        fat: thickness of the fat under the skin at the flank; belly: extra depth in front.
        muscle: thickness of the chest wall outside the ribs.
        female, breast: whether there are breasts, and their radius.
        kyphosis, lordosis: factors on the curvature of the spine.
        scoliosis: largest sideways shift of the spine; scoliosis_phase: where along it (radians).
        bone_density: factor on the HU of bone.
        heart: factor on the size of the heart; inspiration: how far the diaphragm is drawn down.
        lung_hu, liver_hu: mean HU; visceral_fat: share of fat in the abdomen (0 to 1).
    """

    stature: float
    width: float
    depth: float
    fat: float
    belly: float
    muscle: float
    female: bool
    breast: float
    kyphosis: float
    lordosis: float
    scoliosis: float
    scoliosis_phase: float
    bone_density: float
    heart: float
    inspiration: float
    lung_hu: float
    liver_hu: float
    visceral_fat: float


def stream(seed: int, purpose: int) -> np.random.Generator:
    """Random numbers for one purpose, so that one structure's draws do not move another's."""
    return np.random.default_rng(np.random.SeedSequence([seed, 0x70686174, purpose]))


def draw_patient(seed: int) -> Patient:
    """The patient of a seed: always the same for the same seed."""
    rng = stream(seed, 0)
    female = bool(rng.random() < 0.5)
    fatness = rng.beta(1.6, 2.6)
    curved = rng.random() < 0.25
    return Patient(
        stature=rng.uniform(0.9, 1.04) * (0.96 if female else 1.02),
        width=rng.uniform(0.92, 1.08) * (0.94 if female else 1.03),
        depth=rng.uniform(0.88, 1.12),
        fat=5 + 30 * fatness,
        belly=55 * fatness**1.5 * rng.uniform(0.6, 1.2),
        muscle=rng.uniform(7, 13) * (0.8 if female else 1.15),
        female=female,
        breast=rng.uniform(42, 62) + 20 * fatness,
        kyphosis=rng.uniform(0.6, 1.5),
        lordosis=rng.uniform(0.5, 1.5),
        scoliosis=rng.uniform(10, 26) if curved else rng.uniform(0, 5),
        scoliosis_phase=rng.uniform(0, 2 * np.pi),
        bone_density=rng.uniform(0.65, 1.2),
        heart=rng.uniform(0.88, 1.2),
        inspiration=rng.uniform(-22, 14),
        lung_hu=rng.uniform(-880, -780),
        liver_hu=rng.uniform(45, 70),
        visceral_fat=float(np.clip(0.25 + fatness + rng.normal(0, 0.12), 0.1, 0.95)),
    )
