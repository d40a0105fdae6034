"""Samples as folders of pictures, so that any other method can be given the same cases."""

import json
from pathlib import Path

from ct2xkeras.data import DataError
from ct2xkeras.files import replacing
from ct2xkeras.geometry import POSE_FIELDS
from ct2xkeras.pictures import write_png16

POSES_NAME = "poses.json"


def save_samples(samples, folder):
    """Write pictures of held-out cases into a new folder, all or none.

    `xray/` X^, `drr/`, `coverage/` (white is inside the CT), `style/` and, with phantoms, `truth/`
    hold a 16-bit PNG of each case under one name; `real/` the references; `poses.json` each case's
    pose by name. Another method turns `drr/` into pictures of the same names, and
    `ct2xkeras evaluate ITS --against FOLDER/real --drr FOLDER/drr --coverage FOLDER/coverage`
    scores them.

    Args:
        samples: `Samples` made by networks.
        folder: path.

    Raises:
        DataError: the folder has something in it already.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(folder, "a new folder", "one with something in it", "Choose another.")
    sets = {
        "xray": samples.pictures,
        "drr": samples.drr,
        "coverage": 2 * samples.coverage - 1,
        "style": samples.cases["style_image"],
        "truth": samples.truth,
        "real": samples.references,
    }
    with replacing(folder) as temporary:
        temporary.mkdir()
        for name, pictures in sets.items():
            for index, picture in enumerate(() if pictures is None else pictures):
                write_png16(temporary / name / f"{index:04d}.png", picture[..., 0])
        poses = {
            f"{index:04d}": dict(zip(POSE_FIELDS, map(float, pose), strict=True))
            for index, pose in enumerate(samples.cases["pose"])
        }
        (temporary / POSES_NAME).write_text(json.dumps(poses, indent=2) + "\n", encoding="utf-8")
