"""One case at a time: a source to its records. The only place where data and projection meet.

A CT becomes a `ct` record and a `drr` record with all of its poses (or a `poses` record, where
training renders them); a `labels` record if it has a segmentation; and, for phantoms held out, a
`truth` record: the radiographs that a real device would take of this patient at these poses. An
X-ray becomes an `xray` record.
"""

import functools
from dataclasses import dataclass

import numpy as np

from ct2xkeras.data.ct.grid import ModelVolume, to_model_volume
from ct2xkeras.data.ct.labels import read_labels
from ct2xkeras.data.ct.volumes import Volume, read_volume
from ct2xkeras.data.dataset.records import coverage_to_uint8, encode, image_to_uint16
from ct2xkeras.data.dataset.sources import Source
from ct2xkeras.data.dataset.spec import DatasetSpec, build_prior
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.seeds import Purpose, derived_seed
from ct2xkeras.data.xray.preparation import apply_window, prepare_radiograph
from ct2xkeras.data.xray.radiographs import read_radiograph

VIEWS_AT_ONCE = 16  # keeps a build's memory independent of the number of poses


@dataclass(frozen=True)
class Case:
    """A case to be made: its source, what it is ("ct" or "xray"), and the split it goes to."""

    source: Source
    kind: str
    split: str


@dataclass(frozen=True)
class MadeCase:
    """The records of a case by kind, as bytes of Examples; or why there are none."""

    case: Case
    examples: dict[str, bytes]
    problem: str = ""


def make_case(case: Case, spec: DatasetSpec) -> MadeCase:
    """The Examples of a case: the same bytes for the same case, wherever this runs.

    Raises:
        DataError: its files cannot be used, unless `spec.skip_bad`.
    """
    try:
        if case.kind == "ct":
            records = ct_records(case.source, spec, with_truth=case.split == "val")
        else:
            records = xray_records(case.source, spec)
    except DataError as error:
        if not spec.skip_bad:
            raise
        return MadeCase(case, {}, str(error))
    return MadeCase(case, {kind: encode(kind, record) for kind, record in records.items()})


def ct_records(source: Source, spec: DatasetSpec, with_truth: bool = False) -> dict[str, dict]:
    """Records of a CT by kind.

    Args:
        with_truth: add the `truth` record where the source is a phantom.

    Raises:
        DataError: the file cannot be used, or it is too small for the pose prior.
    """
    volume, grid = _load_ct(source, spec)
    poses = _poses(source, grid, spec, spec.poses_per_ct, Purpose.POSES)
    who = {"name": source.name, "patient": source.patient}
    records = {"ct": who | {"hu": grid.hu, "spacing": grid.spacing, "center": grid.center}}
    if grid.labels is not None:
        records["labels"] = who | {"labels": grid.labels}
    if spec.drrs == "stored":
        records["drr"] = who | _drr_fields(grid, poses, spec)
    else:
        records["poses"] = who | {"poses": poses}
    if with_truth and source.path is None:
        images = _true_radiographs(source, volume, grid, poses, spec)
        records["truth"] = who | {"poses": poses, "images": images}
    return records


def _drr_fields(grid, poses, spec) -> dict:
    image, coverage = render_drrs(grid, poses, spec.image_size)
    pictures = {"images": image_to_uint16(image), "coverage": coverage_to_uint8(coverage)}
    return {"poses": poses} | pictures


def xray_records(source: Source, spec: DatasetSpec) -> dict[str, dict]:
    """The record of an X-ray: its square middle without border, windowed, stored size.

    Raises:
        DataError: the file cannot be used.
    """
    if source.path is None:
        image = _phantom_xray(source, spec)
    else:
        radiograph = read_radiograph(source.path, spec.xrays_inverted)
        image = prepare_radiograph(radiograph, spec.xray_size, window=spec.xray_window)
    who = {"name": source.name, "patient": source.patient}
    return {"xray": who | {"image": image_to_uint16(image)}}


def render_drrs(grid: ModelVolume, poses, size) -> tuple[np.ndarray, np.ndarray]:
    """DRRs in [-1, 1] and coverage in [0, 1] of one model volume, each float32 (n, H, W)."""
    from ct2xkeras.projection import DRR

    layer = DRR(size)
    hu, spacing = grid.hu[None, ..., None].astype(np.float32), grid.spacing[None]
    parts = []
    for start in range(0, len(poses), VIEWS_AT_ONCE):
        views = poses[start : start + VIEWS_AT_ONCE]
        parts.append(layer(hu, spacing, views, np.zeros(len(views), np.int32)))
    return tuple(
        np.concatenate([np.asarray(part[name])[..., 0] for part in parts])
        for name in ("image", "coverage")
    )


def _load_ct(source, spec) -> tuple[Volume, ModelVolume]:
    if source.path is None:
        seed = derived_seed(spec.seed, Purpose.PHANTOM_CT, source.patient_index)
        return _phantom_on_grid(seed, spec.volume_size, spec.body_only)
    volume = read_volume(source.path)
    labels = read_labels(source.labels, volume) if source.labels else None
    return volume, to_model_volume(volume, spec.volume_size, spec.body_only, labels)


@functools.lru_cache(1)  # the radiographs of one patient follow each other
def _phantom_on_grid(seed, size, body_only) -> tuple[Volume, ModelVolume]:
    from ct2xkeras.data.phantoms import make_phantom

    volume = make_phantom(seed)
    return volume, to_model_volume(volume, size, body_only)


def _poses(source, grid, spec, number, purpose) -> np.ndarray:
    """Pose vectors (number, 12) about the grid's middle, every ray inside the CT."""
    prior = build_prior(spec.pose_prior)
    seed = derived_seed(spec.seed, purpose, source.name)
    try:
        return prior.sample(seed, number, grid.extent, spec.image_size)
    except ValueError as error:
        expected, found = "a CT that covers the recipe's poses", "one that does not"
        raise DataError(source.path or source.name, expected, found, str(error)) from error


def _true_radiographs(source, volume, grid, poses, spec) -> np.ndarray:
    """Stored pictures (n, H, W) of a phantom by the device of this patient."""
    device = derived_seed(spec.seed, Purpose.TRUTH_PHYSICS, source.index)
    images = [
        _exposed(volume, grid, pose, spec.image_size, (device, device + shot), spec)
        for shot, pose in enumerate(poses)
    ]
    return image_to_uint16(np.stack(images))


def _phantom_xray(source, spec) -> np.ndarray:
    """A radiograph of a phantom patient, wider than the model's field by the crop's upper end."""
    patient_seed = derived_seed(spec.seed, Purpose.PHANTOM_XRAY, source.patient_index)
    volume, grid = _phantom_on_grid(patient_seed, spec.volume_size, spec.body_only)
    pose = _poses(source, grid, spec, 1, Purpose.XRAY_POSE)[0]
    seed = derived_seed(spec.seed, Purpose.XRAY_PHYSICS, source.index)
    wider = _with_pixels(pose, spec.image_size, spec.xray_size, 1 / spec.crop[1])
    return _exposed(volume, grid, wider, spec.xray_size, (seed, seed), spec)


def _with_pixels(pose, size, new_size, widening) -> np.ndarray:
    """A pose whose detector is `widening` times as wide and has `new_size` pixels."""
    from ct2xkeras.geometry import POSE_FIELDS

    first = POSE_FIELDS.index("row_spacing")
    pose = pose.copy()
    pose[first : first + 2] *= widening * np.divide(size, new_size)
    return pose


def _exposed(volume, grid, pose, size, seeds, spec) -> np.ndarray:
    """A simulated radiograph (H, W) in [-1, 1], windowed as real ones are.

    Args:
        seeds: of the device and of the photon noise.
    """
    from ct2xkeras.geometry import POSE_FIELDS, pose_from_vector
    from ct2xkeras.projection.physics import RadiographSettings, simulate_radiograph

    first = POSE_FIELDS.index("isocenter_x")
    in_world = pose.astype(np.float64)
    in_world[first : first + 3] += grid.center
    c_arm, detector = pose_from_vector(in_world, size)
    settings = RadiographSettings.random(seeds[0])
    image = simulate_radiograph(volume, c_arm, detector, settings, seeds[1])
    return apply_window(image, spec.xray_window)
