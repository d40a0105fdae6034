"""Pictures out: 16-bit PNG for data, 8-bit PNG for sheets that people look at."""

import base64
import io

import numpy as np
from PIL import Image, ImageDraw

from ct2xkeras.files import replacing

GAP = 4  # pixels between the pictures of a sheet
HEADER = 14  # pixels above a sheet for its column titles
SHEET_SIDE = 128  # pictures smaller than this are enlarged on sheets


def to_uint16(image):
    """[-1, 1] to 0..65535, values outside clipped."""
    return np.round((np.clip(image, -1, 1) + 1) / 2 * 65535).astype(np.uint16)


def encode_png16(image) -> bytes:
    """A picture (height, width) in [-1, 1] as a 16-bit grey PNG."""
    buffer = io.BytesIO()
    Image.fromarray(to_uint16(image)).save(buffer, format="PNG")
    return buffer.getvalue()


def write_png16(path, image):
    """Write `encode_png16` of a picture."""
    with replacing(path) as temporary:
        temporary.write_bytes(encode_png16(image))


def encode_png(image) -> bytes:
    """A picture (height, width) in [-1, 1] as an 8-bit grey PNG without any metadata."""
    buffer = io.BytesIO()
    pixels = (to_uint16(image) // 257).astype(np.uint8)
    Image.fromarray(pixels).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def data_uri(png: bytes) -> str:
    """A PNG as an address that holds all of it, for web pages."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def sheet(rows, titles=()):
    """Rows of pictures as one 8-bit picture.

    Args:
        rows: list of rows, each a list of (height, width) arrays in [-1, 1], all of one shape.
        titles: of the columns.

    Returns:
        uint8 (height, width).
    """
    height, width = rows[0][0].shape
    factor = max(1, SHEET_SIDE // height)
    height, width = height * factor, width * factor
    top = HEADER if titles else 0
    columns = max(len(row) for row in rows)
    shape = (top + len(rows) * (height + GAP) - GAP, columns * (width + GAP) - GAP)
    canvas = np.zeros(shape, np.uint8)
    for row, images in enumerate(rows):
        for column, image in enumerate(images):
            enlarged = np.kron(to_uint16(image) // 257, np.ones((factor, factor), np.uint16))
            y, x = top + row * (height + GAP), column * (width + GAP)
            canvas[y : y + height, x : x + width] = enlarged
    return _with_titles(canvas, titles, width + GAP)


def _with_titles(canvas, titles, step):
    picture = Image.fromarray(canvas)
    draw = ImageDraw.Draw(picture)
    for column, title in enumerate(titles):
        draw.text((column * step + 2, 1), title, fill=255)
    return np.asarray(picture)


def write_sheet(path, drawn):
    """Write a `sheet` as an 8-bit PNG."""
    with replacing(path) as temporary:
        Image.fromarray(drawn).save(temporary, format="PNG")
