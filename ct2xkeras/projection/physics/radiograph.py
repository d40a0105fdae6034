"""A radiograph by the traditional pipeline: the whole imaging procedure modelled (figure 1).

CT -> mm of water, bone and metal along each ray -> polyenergetic beam -> scatter, photon noise,
blur -> log read-out -> processing and tone curve.
"""

import numpy as np

from ct2xkeras.geometry import pose_vector
from ct2xkeras.projection.physics import detector as readout
from ct2xkeras.projection.physics import display
from ct2xkeras.projection.physics.materials import material_fractions
from ct2xkeras.projection.physics.settings import RadiographSettings
from ct2xkeras.projection.physics.spectrum import transmission, tube_spectrum
from ct2xkeras.projection.project import project


def simulate_radiograph(volume, pose, detector, settings: RadiographSettings, seed: int):
    """Simulated radiograph, float32 (rows, columns) in [-1, 1], bones bright.

    Args:
        volume: a CT with `hu` (z, y, x) and `affine` (4, 4).
        pose, detector: `CArmPose` and `Detector`.
        settings: the device; its lengths in mm hold on the detector.
        seed: of the photon noise.
    """
    thickness = material_thickness(volume, pose, detector)
    log_signal = expose(thickness, detector.pixel_spacing, settings, seed)
    return develop(log_signal, detector.pixel_spacing, settings)


def material_thickness(volume, pose, detector) -> np.ndarray:
    """Full-density mm of water, bone and metal along each ray, float32 (rows, columns, 3)."""
    fractions = material_fractions(volume.hu)[None]
    affine = np.asarray(volume.affine, np.float32)[None]
    size = (detector.rows, detector.columns)
    thickness = project(fractions, affine, pose_vector(pose, detector)[None], size)
    return np.maximum(np.asarray(thickness)[0], 0)


def expose(thickness, pixel_spacing, settings: RadiographSettings, seed: int) -> np.ndarray:
    """The detector's read-out, float64 (rows, columns): -log of the signal."""
    spacing = np.asarray(pixel_spacing, float)
    rng = np.random.default_rng(np.random.SeedSequence([seed, 0x6E6F6973]))
    signal = transmission(thickness, *tube_spectrum(settings.kvp, settings.filtration))
    signal = readout.add_scatter(
        signal, settings.scatter_to_primary, settings.scatter_width / spacing
    )
    signal = readout.add_quantum_noise(signal, settings.photons * spacing.prod(), rng)
    return readout.read_out(readout.blur_signal(signal, settings.blur / spacing))


def develop(log_signal, pixel_spacing, settings: RadiographSettings) -> np.ndarray:
    """The picture a device makes of its read-out, float32 (rows, columns) in [-1, 1]."""
    spacing = np.asarray(pixel_spacing, float)
    evened = display.equalize(log_signal, settings.equalization, settings.scatter_width / spacing)
    sharp = display.enhance_edges(evened, settings.edge_enhancement, settings.edge_width / spacing)
    return display.tone_curve(sharp, *settings.tone)
