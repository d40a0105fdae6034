"""The tube's spectrum and what of it passes through the patient (polyenergetic Beer-Lambert)."""

import numpy as np

from ct2xkeras.projection.physics.materials import MATERIALS, material_attenuation

LOWEST = 14.0  # keV; filtration leaves nothing below
STEP = 2.0  # keV


def tube_spectrum(kvp: float, filtration: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    """Energies (keV) and the share of the detector's signal at each; the shares sum to 1.

    Kramers' law for the photons of a thick target, N(E) ~ kVp / E - 1, behind `filtration` mm of
    aluminium, times E because the detector adds up energy. Tungsten's characteristic lines and the
    detector's own absorption are left out.
    """
    energies = np.arange(LOWEST, kvp, STEP) + STEP / 2
    energies = energies[energies < kvp]
    photons = kvp / energies - 1
    photons *= np.exp(-material_attenuation("aluminium", energies) * filtration)
    signal = photons * energies
    return energies, signal / signal.sum()


def transmission(thickness, energies, shares) -> np.ndarray:
    """Share of the beam's signal that passes, float64 (...), of full-density mm (..., 3).

    Low energies are lost first, so the rest is harder: the attenuation of a further millimetre
    falls with depth (beam hardening).
    """
    thickness = np.asarray(thickness, np.float64)
    attenuation = np.stack([material_attenuation(m, energies) for m in MATERIALS])
    passed = np.zeros(thickness.shape[:-1])
    for per_mm, share in zip(attenuation.T, shares, strict=True):
        passed += share * np.exp(-(thickness @ per_mm))
    return passed
