"""Options of the classical pipelines in one place."""

from dataclasses import dataclass
from typing import Literal

from ct2xkeras.models.sizes import Sizes, size


@dataclass(frozen=True)
class ClassicalArchitecture(Sizes):
    """What a classical pipeline does; nothing of it is learned.

    Args:
        kind: `drr` (the DRR as it is), `matched` (the DRR sharpened, then given the grey values of
            the style reference), or `physics` (a radiograph simulated from tube to film).
        image_size: side of the square pictures, in pixels.
        volume_size: (z, y, x) voxels of the CT grid that is projected.
        style_size: of `matched`, quantiles of the reference's grey values; 1 of all others.
        edge_enhancement, edge_width: unsharp mask of `matched` and `physics`.
        others: of `physics`, see `RadiographSettings`; `photons` 0 leaves the noise out.
    """

    kind: Literal["drr", "matched", "physics"] = size(
        "matched", "DRR, DRR with matched histogram, or simulated physics"
    )
    image_size: int = size(64, "side of the square pictures, pixels", ge=32, multiple_of=32)
    volume_size: tuple[int, int, int] = size(
        (96, 96, 96), "(z, y, x) voxels of the CT grid that is projected"
    )
    style_size: int = size(64, "quantiles of grey that make a style; 1 unless matched", ge=1)
    edge_enhancement: float = size(0.5, "strength of the unsharp mask", ge=0, le=10)
    edge_width: float = size(4.0, "its width, mm on the detector", ge=0.1, le=200)
    kvp: float = size(90.0, "tube voltage, kV", ge=50, le=150)
    filtration: float = size(3.0, "mm of aluminium behind the tube", ge=0.5, le=20)
    scatter_to_primary: float = size(0.4, "behind a thick body and the grid", ge=0, le=10)
    scatter_width: float = size(60.0, "spread of the scatter, mm on the detector", ge=1, le=1000)
    photons: float = size(0.0, "per mm2 of detector without a patient; 0: no noise", ge=0)
    blur: float = size(0.3, "focal spot and scintillator, mm on the detector", ge=0, le=50)
    equalization: float = size(0.0, "how far large areas are evened out", ge=0, le=1)
    window_low: float = size(0.005, "share of pixels where the range of grey begins", ge=0, le=1)
    window_high: float = size(0.995, "share of pixels where the range of grey ends", ge=0, le=1)
    toe: float = size(0.15, "part of the range of grey kept for air", ge=0, le=0.9)
    contrast: float = size(0.8, "slope of the tone curve", ge=0, le=10)
    gamma: float = size(1.0, "exponent of the tone curve", ge=0.1, le=10)

    def check(self):
        if self.kind == "matched":
            self.require("style_size", self.style_size > 1, "matched needs 2 quantiles or more")
        else:
            self.require("style_size", self.style_size == 1, f"must be 1: {self.kind} has one look")
        self.require("window_low", self.window_low < self.window_high, "must be below window_high")
