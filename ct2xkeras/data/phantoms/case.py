"""A whole phantom patient: painted layer by layer from the skin inwards, bones last."""

from dataclasses import dataclass

import numpy as np

from ct2xkeras.data.ct.volumes import HU_MAX, HU_MIN, Volume
from ct2xkeras.data.phantoms.abdomen import FAT_HU, MUSCLE_HU, paint_abdomen
from ct2xkeras.data.phantoms.bones import paint_bones
from ct2xkeras.data.phantoms.cage import Wall
from ct2xkeras.data.phantoms.canvas import blend, new_canvas
from ct2xkeras.data.phantoms.chest import diaphragm, heart_center, paint_chest
from ct2xkeras.data.phantoms.labels import LABEL_NAMES, LABELS
from ct2xkeras.data.phantoms.patient import Patient, draw_patient
from ct2xkeras.data.phantoms.spine import build_spine, paint_spine
from ct2xkeras.data.phantoms.texture import add_texture

SHAPE = (128, 128, 128)
SPACING = (3.2, 3.2, 3.2)
SKIN, SKIN_HU = 2.0, 20.0


@dataclass(frozen=True)
class PhantomCase:
    """A phantom CT with its ground truth.

    Args:
        volume: the CT.
        labels: uint8 (z, y, x), one number a structure, every vertebra and rib its own.
        label_names: what each number stands for.
        landmarks: world points (mm, RAS): the centre of each vertebral body and of the heart,
            including those that lie outside the volume.
        patient: the build it was made from.
    """

    volume: Volume
    labels: np.ndarray
    label_names: dict[int, str]
    landmarks: dict[str, np.ndarray]
    patient: Patient


def make_phantom(seed: int, shape=SHAPE, spacing=SPACING, center=(0.0, 0.0, 0.0)) -> Volume:
    """A CT of an invented torso, the same for the same seed.

    The patient does not depend on the grid: `shape` and `spacing` (z, y, x; mm) are the scanner's
    field of view about the world point `center` (x, y, z; mm). The origin lies between T9 and T10,
    and the default reaches from about T1 to L4.
    """
    return make_phantom_case(seed, shape, spacing, center).volume


def make_phantom_case(
    seed: int, shape=SHAPE, spacing=SPACING, center=(0.0, 0.0, 0.0)
) -> PhantomCase:
    """A phantom CT with labels and landmarks; arguments as for `make_phantom`."""
    _check_grid(shape, spacing)
    patient = draw_patient(seed)
    spine = build_spine(patient)
    canvas = new_canvas(shape, spacing, center)
    _paint(canvas, patient, spine, seed)
    hu = np.clip(np.rint(canvas.hu), HU_MIN, HU_MAX).astype(np.int16)
    volume = Volume(hu, _affine(shape, spacing, center), f"phantom_{seed:04d}")
    landmarks = phantom_landmarks(seed)
    return PhantomCase(volume, canvas.labels, dict(LABEL_NAMES), landmarks, patient)


def phantom_landmarks(seed: int) -> dict[str, np.ndarray]:
    """World points (mm, RAS) of a patient without painting the volume."""
    patient = draw_patient(seed)
    spine = build_spine(patient)
    points = {bone.name: bone.center for bone in spine}
    return {**points, "heart": heart_center(_wall(patient, spine))}


def _check_grid(shape, spacing):
    if len(shape) != 3 or min(shape) < 2 or len(spacing) != 3 or min(spacing) <= 0:
        raise ValueError(
            "A phantom needs a shape (z, y, x) of at least 2 voxels and a spacing (z, y, x) "
            f"above 0 mm; received shape={tuple(shape)}, spacing={tuple(spacing)}."
        )


def _affine(shape, spacing, center) -> np.ndarray:
    """Voxel index (x, y, z) to world mm, the grid's middle at `center`."""
    steps = np.array(spacing[::-1], float)
    affine = np.diag([*steps, 1.0])
    affine[:3, 3] = np.asarray(center, float) - steps * (np.array(shape[::-1]) - 1) / 2
    return affine


def _wall(patient, spine) -> Wall:
    heights, levels = (np.array([getter(bone) for bone in spine]) for getter in (_height, _level))
    return Wall(patient, heights, levels)


def _height(bone):
    return bone.center[2]


def _level(bone):
    return bone.level


def _paint(canvas, patient, spine, seed):
    wall = _wall(patient, spine)
    x, y, z = canvas.grid()
    outer, inner = wall.outer_distance(x, y, z), wall.inner_distance(x, y, z)
    lid = z - diaphragm(wall, x, y)
    _paint_wall(canvas, patient, outer, inner)
    paint_abdomen(canvas, wall, spine, seed, inner, lid)
    paint_chest(canvas, wall, spine, seed, inner, lid)
    paint_bones(canvas, wall, spine, seed)
    paint_spine(canvas, spine, patient)
    add_texture(canvas, seed)


def _paint_wall(canvas, patient, outer, inner):
    """Skin, fat, and muscle wherever the fat ends; the cavity is filled later."""
    blend(canvas, outer, SKIN_HU, LABELS["skin"])
    blend(canvas, outer + SKIN, FAT_HU, LABELS["fat"])
    muscle = np.maximum(outer + patient.fat + SKIN, inner - patient.muscle - 26)
    blend(canvas, np.minimum(muscle, inner - 3), MUSCLE_HU, LABELS["muscle"])
