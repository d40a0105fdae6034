"""Whether a PNG file holds all pixels that its header claims. Pillow paints what lacks black."""

import struct
import zlib

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
PASSES = (  # first column and row, steps between columns and rows of interlaced files
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
PIECE = 1 << 20  # bytes inflated at once


def check_png(content: bytes) -> None:
    """Counts the bytes of a PNG file's inflated pixels, without keeping them.

    Raises:
        ValueError: there are fewer than the header claims.
        zlib.error, struct.error: the file is damaged.
    """
    columns, rows, bits, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", content, 16)
    bits *= CHANNELS[colour]
    passes = PASSES if interlaced else ((0, 0, 1, 1),)
    claimed = sum(_pass_bytes(columns, rows, bits, *steps) for steps in passes)
    held = _inflated_length(b"".join(_pixel_chunks(content)), claimed)
    if held < claimed:
        raise ValueError(f"pixels of {held} bytes where the header claims {claimed}")


def _pass_bytes(columns, rows, bits, left, top, step_right, step_down) -> int:
    """Bytes of one pass: each row is packed into whole bytes after one that names its filter."""
    across, down = -((left - columns) // step_right), -((top - rows) // step_down)
    return down * (1 + (across * bits + 7) // 8) if across > 0 and down > 0 else 0


def _pixel_chunks(content):
    at = 8
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        if kind == b"IDAT":
            yield content[at + 8 : at + 8 + length]
        at += 12 + length


def _inflated_length(deflated, enough) -> int:
    """Length after inflation, counted no further than `enough` and the checksum behind it."""
    inflater = zlib.decompressobj()
    length = 0
    while length <= enough and not inflater.eof:
        piece = inflater.decompress(deflated, PIECE)
        deflated = inflater.unconsumed_tail
        length += len(piece)
        if not piece and not deflated:
            break
    return length
