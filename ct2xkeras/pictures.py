"""Pictures out: 16-bit PNG for data, 8-bit PNG for sheets that people look at."""

import base64
import io
import math

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


def sheet(rows, titles=(), labels=()):
    """Rows of pictures as one 8-bit picture.

    Args:
        rows: list of rows, each a list of (height, width) arrays in [-1, 1], all of one shape; None
            leaves a place empty, but not the first.
        titles: of the columns.
        labels: of the rows, on their left.

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
            if image is None:
                continue
            enlarged = np.kron(to_uint16(image) // 257, np.ones((factor, factor), np.uint16))
            y, x = top + row * (height + GAP), column * (width + GAP)
            canvas[y : y + height, x : x + width] = enlarged
    titled = _with_texts(canvas, [(column * (width + GAP), 0) for column in range(columns)], titles)
    if not labels:
        return titled
    margin = np.zeros((len(titled), _longest(labels) + 2 * GAP), np.uint8)
    middles = [
        (0, top + row * (height + GAP) + height // 2 - HEADER // 2) for row in range(len(rows))
    ]
    return np.hstack([_with_texts(margin, middles, labels), titled])


def _with_texts(canvas, corners, texts):
    picture = Image.fromarray(canvas)
    draw = ImageDraw.Draw(picture)
    for (x, y), text in zip(corners, texts, strict=False):
        draw.text((x + 2, y + 1), text, fill=255)
    return np.asarray(picture)


def _longest(texts):
    """Width of the longest text in pixels."""
    draw = ImageDraw.Draw(Image.new("L", (1, 1)))
    return math.ceil(max(draw.textlength(text) for text in texts))


def write_sheet(path, drawn):
    """Write a `sheet` as an 8-bit PNG."""
    with replacing(path) as temporary:
        Image.fromarray(drawn).save(temporary, format="PNG")
