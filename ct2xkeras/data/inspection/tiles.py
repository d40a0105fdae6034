"""Small pictures of one CT or radiograph, uint8 (rows, columns), their longer side `TILE`."""

import contextlib

import numpy as np

from ct2xkeras.data.ct.body import body_mask
from ct2xkeras.data.ct.grid import body_box, to_model_volume
from ct2xkeras.data.ct.slices import slice_pictures
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.inspection.sheet import TILE
from ct2xkeras.data.resampling import fit_image
from ct2xkeras.data.xray.preparation import apply_window, prepare_radiograph

GRID = (128, 128, 128)  # voxels of the DRRs' CT
SDD, SOD = 1500.0, 1200.0  # mm
MARGIN = 1.15  # of the body's longest side, since what is near the source appears larger


def ct_tiles(volume) -> tuple[np.ndarray, ...]:
    """Axial, coronal and sagittal slice through the body's middle; PA and lateral DRR.

    A volume without a patient has no DRRs.
    """
    return (*slice_tiles(volume), *drr_tiles(volume))


def slice_tiles(volume) -> tuple[np.ndarray, ...]:
    """Three slices, front or head up, the patient's left at the right."""
    return tuple(map(_grey, slice_pictures(volume.hu, volume.spacing, _middle(volume), TILE)))


def _middle(volume) -> list[int]:
    try:
        mask = body_mask(volume.hu, volume.spacing)
    except DataError:
        return [n // 2 for n in volume.hu.shape]
    return [(part.start + part.stop) // 2 for part in body_box(mask, volume.spacing)]


def drr_tiles(volume) -> tuple[np.ndarray, ...]:
    """PA and left lateral DRR of the whole body, without the table. Loads TensorFlow."""
    from ct2xkeras.data.dataset.cases import render_drrs
    from ct2xkeras.geometry import CArmPose, Detector, pose_vector
    from ct2xkeras.geometry.views import NAMED_VIEWS

    try:
        grid = to_model_volume(volume, GRID)
    except DataError:
        return ()
    pixel = MARGIN * float(max(grid.extent)) * SDD / SOD / TILE
    detector = Detector(TILE, TILE, (pixel, pixel))
    poses = [
        pose_vector(CArmPose(*NAMED_VIEWS[name], sdd=SDD, sod=SOD), detector)
        for name in ("pa", "lateral_left")
    ]
    images, _ = render_drrs(grid, np.stack(poses).astype(np.float32), (TILE, TILE))
    return tuple(_grey(_spread(image)) for image in images)


def _spread(image) -> np.ndarray:
    """A DRR with its line integrals, not their saturating picture, spread over [-1, 1]."""
    from ct2xkeras.projection import image_to_line_integrals

    integrals = np.asarray(image_to_line_integrals(image))
    return apply_window(integrals, (0, 99.8)) if integrals.max() > 0 else image


def xray_tiles(radiograph) -> tuple[np.ndarray, ...]:
    """A radiograph as stored, bones bright, and as prepared; only the first without contrast."""
    tiles = [_grey(fit_image(2 * radiograph.pixels - 1, TILE))]
    with contextlib.suppress(DataError):
        tiles.append(_grey(prepare_radiograph(radiograph, (TILE, TILE))))
    return tuple(tiles)


def _grey(image) -> np.ndarray:
    return np.rint((np.clip(image, -1, 1) + 1) * 127.5).astype(np.uint8)
