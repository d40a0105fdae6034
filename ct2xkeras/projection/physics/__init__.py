"""Simulated radiographs: materials, spectrum, detector and picture processing."""

from ct2xkeras.projection.physics.materials import (
    MATERIALS,
    material_attenuation,
    material_fractions,
)
from ct2xkeras.projection.physics.radiograph import (
    develop,
    expose,
    material_thickness,
    simulate_radiograph,
)
from ct2xkeras.projection.physics.settings import RadiographSettings
from ct2xkeras.projection.physics.spectrum import transmission, tube_spectrum

__all__ = [
    "MATERIALS",
    "RadiographSettings",
    "develop",
    "expose",
    "material_attenuation",
    "material_fractions",
    "material_thickness",
    "simulate_radiograph",
    "transmission",
    "tube_spectrum",
]
