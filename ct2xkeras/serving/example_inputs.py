"""Inputs that every model takes: a phantom, a simulated radiograph of another, and three views."""

from dataclasses import dataclass

import numpy as np

from ct2xkeras.geometry import CArmPose, Detector, pose_vector

CT_SEED, RADIOGRAPH_SEED = 1001, 1002
CT_SHAPE, CT_SPACING = (40, 40, 40), (9.0, 9.0, 9.0)
ANGLES = ((0.0, 0.0), (30.0, 0.0), (90.0, 0.0))
SDD, SOD = 1000.0, 700.0
FIELD = 0.6  # of the patient's shortest side
RADIOGRAPH_SIDE = 128  # pixels


@dataclass(frozen=True)
class ExampleInputs:
    """One CT with some views and a look.

    Args:
        hu: int16 (z, y, x) of the CT as it comes; spacing: float32 (3,) of it, mm.
        volume: float32 (1, Z, Y, X, 1), the same on the model's grid; grid_spacing: (1, 3).
        pose: float32 (views, 12).
        radiograph: bytes of a PNG; style_image: float32 (1, H, W, 1), the same prepared.
    """

    hu: np.ndarray
    spacing: np.ndarray
    volume: np.ndarray
    grid_spacing: np.ndarray
    pose: np.ndarray
    radiograph: bytes
    style_image: np.ndarray


def example_inputs(architecture, crop):
    """The `ExampleInputs` of a model; the same for every call.

    Args:
        crop: share of a radiograph's middle that is shown.
    """
    from ct2xkeras.data import Radiograph, prepare_radiograph, to_model_volume
    from ct2xkeras.data.phantoms import make_phantom
    from ct2xkeras.pictures import encode_png

    phantom = make_phantom(CT_SEED, CT_SHAPE, CT_SPACING)
    grid = to_model_volume(phantom, architecture.volume_size)
    size = (architecture.image_size,) * 2
    radiograph = _radiograph()
    style = prepare_radiograph(Radiograph((radiograph + 1) / 2, "simulated"), size, crop)
    return ExampleInputs(
        hu=phantom.hu,
        spacing=np.array(phantom.spacing, np.float32),
        volume=grid.hu[None, ..., None].astype(np.float32),
        grid_spacing=grid.spacing[None],
        pose=_poses(grid.extent, size),
        radiograph=encode_png(radiograph),
        style_image=style[None, ..., None],
    )


def _poses(extent, size):
    pixel = FIELD * min(extent) * SDD / SOD / max(size)
    detector = Detector(*size, (pixel, pixel))
    poses = [CArmPose(*angles, sdd=SDD, sod=SOD) for angles in ANGLES]
    return np.stack([pose_vector(pose, detector) for pose in poses])


def _radiograph():
    from ct2xkeras.data.phantoms import make_phantom
    from ct2xkeras.projection.physics import RadiographSettings, simulate_radiograph

    pixel = 300 / RADIOGRAPH_SIDE
    pose, detector = CArmPose(0, 0, 1500, 1200), Detector(*(RADIOGRAPH_SIDE,) * 2, (pixel, pixel))
    phantom = make_phantom(RADIOGRAPH_SEED, CT_SHAPE, CT_SPACING)
    return simulate_radiograph(phantom, pose, detector, RadiographSettings(), 0)
