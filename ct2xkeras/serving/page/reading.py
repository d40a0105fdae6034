"""Files that a visitor sends: read by the same code as everywhere, under names they may have."""

import re
import tempfile
from pathlib import Path

from ct2xkeras.data.ct.grid import axis_aligned
from ct2xkeras.data.ct.volumes import VOLUME_SUFFIXES, read_volume
from ct2xkeras.data.xray.radiographs import SUFFIXES, read_radiograph
from ct2xkeras.pictures import encode_png16
from ct2xkeras.serving.server.errors import wrong

ARCHIVE = ".zip"
CT_SUFFIXES = (*VOLUME_SUFFIXES, ARCHIVE)
LONGEST_NAME = 100  # bytes, of the 255 that file systems allow


def read_ct(name, content):
    """A `Volume`, its axes along the patient's, of a file's name and bytes.

    Raises:
        ServingError: it cannot be read; the message names the file as the visitor does.
    """
    return axis_aligned(_read(name, content, CT_SUFFIXES, read_volume))


def read_xray(name, content) -> bytes:
    """A radiograph as a 16-bit PNG, bones bright.

    Raises:
        ServingError: as `read_ct`.
    """
    radiograph = _read(name, content, SUFFIXES, read_radiograph)
    return encode_png16(2 * radiograph.pixels - 1)


def _read(name, content, suffixes, read):
    safe = safe_name(name)
    if not safe.lower().endswith(suffixes):
        raise wrong(f"{safe}: expected a file that ends in {', '.join(suffixes)}.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / safe
        path.write_bytes(content)
        try:
            return read(path)
        except (ValueError, OSError) as error:
            raise wrong(str(error).replace(f"{folder}/", "").replace(folder, safe)) from None


def safe_name(name) -> str:
    """The last part of a file's name, only letters, digits, `-`, `_` and `.`; its end if long."""
    last = re.split(r"[/\\]", str(name))[-1]
    allowed = re.sub(r"[^\w.-]+", "_", last).encode()[-LONGEST_NAME:]
    return allowed.decode(errors="ignore").lstrip(".") or "file"
