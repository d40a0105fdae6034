"""From the CT to the detector's read-out, for batches, in `keras.ops`.

The same steps as `ct2xkeras.projection.physics` takes for one picture in NumPy, with its tables and
constants; there they are explained. These can be exported.
"""

import numpy as np
from keras import ops

from ct2xkeras.baselines.classical.gaussian import gaussian_blur
from ct2xkeras.layers import pixel_noise
from ct2xkeras.projection import affine_from_spacing, project
from ct2xkeras.projection.physics import MATERIALS, material_attenuation, tube_spectrum
from ct2xkeras.projection.physics.detector import FLOOR
from ct2xkeras.projection.physics.materials import BONE_HU, BONE_SLOPE, METAL_HU


def material_fractions(hu):
    """Share of each of `MATERIALS` in voxels, HU (..., 1) to float32 (..., 3)."""
    hu = ops.cast(hu, "float32")
    metal = ops.clip((hu - METAL_HU[0]) / (METAL_HU[1] - METAL_HU[0]), 0, 1)
    share = ops.relu(hu) / BONE_HU
    bone = ops.minimum(share, 1.0) + BONE_SLOPE * ops.relu(share - 1)
    water = ops.relu(1 - share + ops.minimum(hu, 0.0) / 1000)
    return ops.concatenate([water * (1 - metal), bone * (1 - metal), metal], axis=-1)


def material_thickness(volume, spacing, poses, size, volume_index=None):
    """Full-density mm of each of `MATERIALS` along each ray, (views, rows, columns, 3).

    Args:
        volume: (volumes, z, y, x, 1) in HU, centred on the origin; spacing: (volumes, 3) in mm.
        poses: (views, 12); size: (rows, columns); volume_index: (views,).
    """
    affine = affine_from_spacing(spacing, volume.shape[1:4])
    return ops.relu(project(material_fractions(volume), affine, poses, size, volume_index))


def transmission(thickness, kvp, filtration):
    """Share of the beam's signal that passes: (..., 3) in mm to (..., 1)."""
    energies, shares = tube_spectrum(kvp, filtration)
    per_mm = np.stack([material_attenuation(material, energies) for material in MATERIALS])
    passed = ops.exp(-ops.matmul(thickness, ops.convert_to_tensor(per_mm, "float32")))
    return ops.sum(passed * ops.convert_to_tensor(shares, "float32"), axis=-1, keepdims=True)


def read_out(signal):
    """Line integrals as the detector reports them: -log of the signal."""
    return -ops.log(ops.maximum(signal, FLOOR))


def add_scatter(primary, ratio, width):
    """Signal (views, rows, columns, 1) with a veil of scatter; width (views, 2) in pixels."""
    smooth = ops.exp(-gaussian_blur(read_out(primary), width))
    return primary + ratio * smooth * (1 - smooth)


def add_quantum_noise(signal, quanta, seeds):
    """Signal counted in photons.

    Poisson's distribution is taken for the normal one it nears; below some twenty photons a pixel
    that shows, but there nobody would take a picture.

    Args:
        signal: (views, rows, columns, 1), of the open beam.
        quanta: (views,), photons that the open beam brings to a pixel.
        seeds: (views,) integers.
    """
    noise = pixel_noise(seeds, [0], *signal.shape[1:3])
    return signal + ops.sqrt(signal / quanta[:, None, None, None]) * noise


def expose(thickness, pixel_spacing, settings, seeds):
    """The detector's read-out, (views, rows, columns, 1): -log of the signal.

    Args:
        thickness: (views, rows, columns, 3) in mm.
        pixel_spacing: (views, 2), between rows and columns, in mm.
        settings: `RadiographSettings`; infinite `photons` leave the noise out.
        seeds: (views,) integers, of the noise.
    """
    signal = transmission(thickness, settings.kvp, settings.filtration)
    signal = add_scatter(
        signal, settings.scatter_to_primary, settings.scatter_width / pixel_spacing
    )
    if np.isfinite(settings.photons):
        quanta = settings.photons * ops.prod(pixel_spacing, axis=-1)
        signal = add_quantum_noise(signal, quanta, seeds)
    return read_out(gaussian_blur(signal, settings.blur / pixel_spacing))
