"""What `ct2xkeras drr` reads and draws."""

import json
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from ct2xkeras.cli.writing import write_picture
from ct2xkeras.data import Volume, read_volume
from ct2xkeras.files import replacing, write_text
from ct2xkeras.pictures import to_uint16
from ct2xkeras.quiet import quiet_tensorflow


@dataclass(frozen=True)
class Scene:
    """A CT ready to be projected.

    Args:
        volume: what is projected, in its own world.
        center: (x, y, z) world mm about which the C-arm turns, the middle of the patient's box.
        extent: (z, y, x) mm of that box.
        labels: int32 (z, y, x) on the same grid, or None.
        landmarks: {name: (x, y, z)} world mm.
    """

    volume: Volume
    center: np.ndarray
    extent: np.ndarray
    labels: np.ndarray | None = None
    landmarks: dict = field(default_factory=dict)


def parse_size(text):
    """(rows, columns) of `256` or `256x320`."""
    parts = text.lower().split("x")
    if len(parts) > 2 or not all(part.isdecimal() and 1 < int(part) <= 8192 for part in parts):
        raise ValueError(f"--size {text}: expected N or ROWSxCOLUMNS, 2 to 8192 pixels each.")
    return int(parts[0]), int(parts[-1])


def parse_physics(text):
    """`RadiographSettings` of `kvp=80,photons=1e5`; None of None."""
    if text is None:
        return None
    quiet_tensorflow()
    from ct2xkeras.projection.physics import RadiographSettings

    values = {}
    for part in filter(None, text.split(",") if text != "default" else ()):
        key, _, value = part.partition("=")
        key = "photons" if key == "dose" else key
        known = [name for name in RadiographSettings.__dataclass_fields__ if name != "window"]
        if key not in known:
            raise ValueError(f"--physics {part}: unknown; there are {', '.join(known)}.")
        try:
            values[key] = float(value)
        except ValueError:
            raise ValueError(f"--physics {part}: expected a number, found {value!r}.") from None
    return RadiographSettings(**values)


def read_landmarks(path):
    """{name: (x, y, z)} of a JSON file."""
    if not path.is_file():
        raise ValueError(f"--landmarks {path}: expected a JSON file, found none. Check the path.")
    try:
        points = json.loads(path.read_text(encoding="utf-8"))
        arrays = {str(name): np.asarray(point, np.float64) for name, point in points.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: expected JSON {{name: [x, y, z]}}, found {error}.") from None
    for name, point in arrays.items():
        if point.shape != (3,) or not np.isfinite(point).all():
            raise ValueError(f"{path}: {name}: expected three numbers in mm, found {points[name]}.")
    return arrays


def read_scene(ct, labels=None, landmarks=None, keep_table=False):
    """A CT, without its table unless asked for, its labels and its landmarks."""
    from ct2xkeras.data.ct.body import body_mask
    from ct2xkeras.data.ct.grid import body_box
    from ct2xkeras.data.ct.labels import read_labels
    from ct2xkeras.data.ct.volumes import HU_MIN

    volume = read_volume(ct)
    label_map = None if labels is None else read_labels(labels, volume)
    points = {} if landmarks is None else read_landmarks(landmarks)
    mask = body_mask(volume.hu, volume.spacing, volume.name)
    box = body_box(mask, volume.spacing)
    middle = [(side.start + side.stop - 1) / 2 for side in box[::-1]]
    center = volume.affine[:3, :3] @ middle + volume.affine[:3, 3]
    extent = np.multiply([side.stop - side.start for side in box], volume.spacing)
    if not keep_table:
        volume = replace(volume, hu=np.where(mask, volume.hu, np.int16(HU_MIN)))
    return Scene(volume, center, extent, label_map, points)


def check_sources(scene, views):
    """Raises where a source lies in the CT's air, beside the patient: no ray begins there."""
    from ct2xkeras.geometry import pose_from_vector, source_position
    from ct2xkeras.geometry.affine import index_from_world

    inverse = index_from_world(scene.volume.affine)
    size = np.array(scene.volume.hu.shape[::-1])
    for view in views:
        source = source_position(pose_from_vector(view.pose, (2, 2))[0]) + scene.center
        index = inverse[:3, :3] @ source + inverse[:3, 3]
        if np.all((index > -0.5) & (index < size - 0.5)):
            raise ValueError(
                f"View {view.name}: expected the X-ray source outside the CT, found it inside with "
                f"sod={view.pose[4]:g} (mm). Give a larger sod (--sod)."
            )


def draw(scene, view, size, record, settings, seed, format_, out):
    """Write one view; returns the path of its picture."""
    from ct2xkeras.geometry import pose_from_vector
    from ct2xkeras.projection import line_integrals_to_image
    from ct2xkeras.projection.physics import simulate_radiograph

    vector = view.pose.astype(np.float64)
    vector[5:8] += scene.center
    pose, detector = pose_from_vector(vector, size)
    kind = "drr" if settings is None else "radiograph"
    stem = f"{scene.volume.name}_{view.name}_{kind}"
    if settings is None:
        values = line_integrals(scene.volume, vector, size)
        image = np.asarray(line_integrals_to_image(values))
    else:
        image = values = simulate_radiograph(scene.volume, pose, detector, settings, seed)
        record = record | {"physics": asdict(settings), "seed": seed}
    record = record | {"kind": kind, "sampling": "one line integral a pixel centre"}
    if scene.landmarks:
        record = record | {"landmarks": place_landmarks(scene, pose, detector, record["mirrored"])}
    path = _write(out, stem, image, values, record, pose, detector, format_)
    if scene.labels is not None:
        write_labels(scene, view, vector, size, record, out)
    return path


def line_integrals(volume, vector, size):
    """Line integrals (rows, columns) of a CT at a pose in its own world."""
    from ct2xkeras.projection import attenuation_from_hu, project

    attenuation = attenuation_from_hu(volume.hu[None, ..., None])
    affine = volume.affine[None].astype(np.float32)
    return np.asarray(project(attenuation, affine, vector[None].astype(np.float32), size))[
        0, ..., 0
    ]


def place_landmarks(scene, pose, detector, mirrored):
    """Where the landmarks appear, in pixels of the picture as it is written."""
    from ct2xkeras.geometry import project_landmarks

    entries = project_landmarks(scene.landmarks, pose, detector)
    for entry in entries if mirrored else ():
        if entry["column"] is not None:
            entry["column"] = detector.columns - 1 - entry["column"]
    return entries


def write_labels(scene, view, vector, size, record, out):
    """The label map of a view as PNG, and each label's place as JSON."""
    from PIL import Image

    from ct2xkeras.projection.labels import dominant_label, project_labels

    threshold = 0.5 * min(scene.volume.spacing)
    pictures = project_labels(
        scene.labels, scene.volume.affine, vector[None].astype(np.float32), size
    )
    dominant = dominant_label(pictures, threshold)[0]
    lengths = pictures.path_length[0]
    if record["mirrored"]:
        dominant, lengths = np.fliplr(dominant), lengths[:, ::-1]
    stem = f"{scene.volume.name}_{view.name}_labels"
    with replacing(out / f"{stem}.png") as temporary:
        Image.fromarray(dominant.astype(np.uint16)).save(temporary, format="PNG")
    entries = [
        _label_entry(int(value), lengths[..., place], threshold)
        for place, value in enumerate(pictures.values)
    ]
    content = {**record, "kind": "labels", "threshold_mm": threshold, "labels": entries}
    write_text(out / f"{stem}.json", json.dumps(content, indent=2) + "\n")


def _label_entry(value, length, threshold):
    """Where one label is seen, whatever lies before or behind it."""
    rows, columns = np.nonzero(length >= threshold)
    seen = len(rows) > 0
    return {
        "label": value,
        "pixels": len(rows),
        "longest_path_mm": round(float(length.max()), 3),
        "center": [round(float(rows.mean()), 2), round(float(columns.mean()), 2)] if seen else None,
        "box": [int(v) for v in (rows.min(), columns.min(), rows.max(), columns.max())]
        if seen
        else None,
    }


def _write(out, stem, image, values, record, pose, detector, format_):
    if format_ == "png16":
        path = out / f"{stem}.png"
        write_picture(path, image, record)
        return path
    if record["mirrored"]:
        image, values = np.fliplr(image), np.fliplr(values)
    if format_ == "npy":
        path = out / f"{stem}.npy"
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.save(file, values.astype(np.float32))
    else:
        from ct2xkeras.data.dicom_writing import write_dicom

        path = out / f"{stem}.dcm"
        description = f"{record['kind']} {record['view']}"
        write_dicom(path, to_uint16(image), pose, detector, description, record["mirrored"])
    write_text(path.with_suffix(".json"), json.dumps(record, indent=2) + "\n")
    return path
