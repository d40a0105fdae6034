"""A picture and the JSON beside it."""

import json

import numpy as np

from ct2xkeras.files import write_text
from ct2xkeras.pictures import write_png16


def write_picture(path, image, record):
    """Write `path` (16-bit PNG, mirrored if the record says so) and `path` with .json."""
    write_png16(path, np.fliplr(image) if record["mirrored"] else image)
    window = {"grey_0": -1.0, "grey_65535": 1.0, "bits": 16}
    write_text(path.with_suffix(".json"), json.dumps(record | window, indent=2) + "\n")
