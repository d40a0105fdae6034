"""What a voxel is made of, and how each material attenuates X-rays of a given energy.

Mass attenuation coefficients: NIST, Hubbell and Seltzer, "X-Ray Mass Attenuation Coefficients"
(NISTIR 5632), tables for liquid water, cortical bone (ICRU-44), iron and aluminium. Between the
tabulated energies both axes are interpolated on a logarithmic scale.
"""

import numpy as np

from ct2xkeras.projection.attenuation import CORTICAL_BONE, CORTICAL_BONE_HU, WATER

MATERIALS = ("water", "bone", "metal")
"""Channels of a material picture, in this order."""

ENERGIES = (10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 80.0, 100.0, 150.0)  # keV
MASS_ATTENUATION = {  # cm2/g at ENERGIES
    "water": (5.329, 1.673, 0.8096, 0.3756, 0.2683, 0.2269, 0.2059, 0.1837, 0.1707, 0.1505),
    "bone": (28.51, 9.032, 4.001, 1.331, 0.6655, 0.4242, 0.3148, 0.2229, 0.1855, 0.1480),
    "metal": (170.6, 57.08, 25.68, 8.176, 3.629, 1.958, 1.205, 0.5952, 0.3717, 0.1964),
    "aluminium": (26.23, 7.955, 3.441, 1.128, 0.5685, 0.3681, 0.2778, 0.2018, 0.1704, 0.1378),
}
DENSITY = {"water": 1.0, "bone": 1.92, "metal": 7.874, "aluminium": 2.699}  # g/cm3; metal is iron

BONE_HU = CORTICAL_BONE_HU  # from here on no water is left to give way to bone
BONE_SLOPE = 1 - WATER / CORTICAL_BONE  # bone beyond its full density, for each `BONE_HU` beyond
METAL_HU = (2400.0, 3000.0)  # denser than any bone; a 12 bit CT saturates at 3071


def material_attenuation(material: str, energies) -> np.ndarray:
    """Linear attenuation in 1/mm at `energies` (keV, 10 to 150), float64."""
    energies = np.asarray(energies, float)
    if energies.min() < ENERGIES[0] or energies.max() > ENERGIES[-1]:
        raise ValueError(
            f"energies: expected keV within {ENERGIES[0]:g} to {ENERGIES[-1]:g}, found "
            f"{energies.min():g} to {energies.max():g}."
        )
    table = np.log(MASS_ATTENUATION[material])
    per_mass = np.exp(np.interp(np.log(energies), np.log(ENERGIES), table))
    return per_mass * DENSITY[material] / 10


def material_fractions(hu) -> np.ndarray:
    """Share of each of `MATERIALS` in a voxel, from its HU; float32 (..., 3), 1 = full density.

    Below 0 HU: water of lower density (air, lung, fat). Above: water and cortical bone in
    proportion, then bone of higher density, so that 60 keV gives the attenuation of a DRR. From
    2400 HU on, metal.
    """
    hu = np.asarray(hu, np.float32)
    metal = np.clip((hu - METAL_HU[0]) / (METAL_HU[1] - METAL_HU[0]), 0, 1)
    share = np.maximum(hu, 0) / np.float32(BONE_HU)
    bone = np.minimum(share, 1) + BONE_SLOPE * np.maximum(share - 1, 0)
    water = np.where(hu > 0, np.maximum(1 - share, 0), np.maximum(1 + hu / 1000, 0))
    return np.stack([water * (1 - metal), bone * (1 - metal), metal], axis=-1, dtype=np.float32)
