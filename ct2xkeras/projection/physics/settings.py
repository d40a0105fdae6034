"""What distinguishes one X-ray device, and one exposure, from another."""

from dataclasses import dataclass, fields

import numpy as np

_RANGES = {  # inclusive limits, and how to say them
    "kvp": (50.0, 150.0, "kV"),
    "filtration": (0.5, 20.0, "mm of aluminium"),
    "scatter_to_primary": (0.0, 10.0, "ratio"),
    "scatter_width": (1.0, 1000.0, "mm on the detector"),
    "photons": (1.0, np.inf, "photons per mm2; inf for no noise"),
    "blur": (0.0, 50.0, "mm on the detector"),
    "equalization": (0.0, 1.0, "share"),
    "edge_enhancement": (0.0, 10.0, "factor"),
    "edge_width": (0.1, 200.0, "mm on the detector"),
    "toe": (0.0, 0.9, "share of the range of grey"),
    "contrast": (0.0, 10.0, "slope"),
    "gamma": (0.1, 10.0, "exponent"),
}


@dataclass(frozen=True)
class RadiographSettings:
    """Tube, detector and picture processing of a simulated radiograph.

    Args:
        kvp: tube voltage in kV.
        filtration: mm of aluminium between tube and patient.
        scatter_to_primary: ratio of scatter to primary behind a thick body and the grid.
        scatter_width: spread (standard deviation) of the scatter, mm on the detector.
        photons: dose, as photons per mm2 of detector without a patient; inf for no noise.
        blur: focal spot and scintillator together, standard deviation in mm on the detector.
        equalization: how far the brightness of large areas is evened out, 0 to 1.
        edge_enhancement, edge_width: unsharp mask, its strength and its width in mm.
        window: shares of the patient's pixels at which the range of grey begins and ends.
        toe, contrast, gamma: the tone curve (see `physics.display.tone_curve`).
    """

    kvp: float = 90.0
    filtration: float = 3.0
    scatter_to_primary: float = 0.4
    scatter_width: float = 60.0
    photons: float = 1e6
    blur: float = 0.3
    equalization: float = 0.0
    edge_enhancement: float = 0.0
    edge_width: float = 4.0
    window: tuple[float, float] = (0.005, 0.995)
    toe: float = 0.15
    contrast: float = 0.8
    gamma: float = 1.0

    def __post_init__(self):
        for field in fields(self):
            if field.name in _RANGES:
                _check(field.name, getattr(self, field.name))
        low, high = self.window
        if not 0 <= low < high <= 1:
            raise ValueError(f"window: expected 0 <= low < high <= 1, found {self.window}.")

    @property
    def tone(self) -> tuple:
        """Arguments of `physics.display.tone_curve`, in order."""
        return self.window, self.toe, self.contrast, self.gamma

    @classmethod
    def random(cls, seed: int) -> "RadiographSettings":
        """The settings of an invented device, always the same for the same seed."""
        rng = np.random.default_rng(np.random.SeedSequence([seed, 0x64657669]))
        return cls(
            kvp=float(rng.uniform(60, 120)),
            filtration=float(rng.uniform(2.5, 5)),
            scatter_to_primary=float(rng.uniform(0.1, 1.2)),
            scatter_width=float(rng.uniform(40, 90)),
            photons=float(10 ** rng.uniform(4.7, 6.3)),
            blur=float(rng.uniform(0.1, 1.0)),
            equalization=float(rng.choice([0.0, rng.uniform(0.1, 0.5)])),
            edge_enhancement=float(rng.choice([0.0, rng.uniform(0.2, 0.9)])),
            edge_width=float(rng.uniform(2.5, 8)),
            window=(float(rng.uniform(0.0, 0.03)), float(rng.uniform(0.96, 1.0))),
            toe=float(rng.uniform(0.05, 0.35)),
            contrast=float(rng.uniform(0.1, 1.1)),
            gamma=float(rng.uniform(0.75, 1.35)),
        )


def _check(name, value):
    low, high, unit = _RANGES[name]
    if not low <= value <= high:
        raise ValueError(f"{name}: expected {low:g} to {high:g} ({unit}), found {value!r}.")
