"""The preview: a row a CT (three slices, DRRs from front and side), then radiographs in pairs.

Pictures are reduced to tiles while each file is at hand, so that the sheet of many files needs no
more memory than its tiles.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from ct2xkeras.data.inspection.captions import ALARM, BACKGROUND, LINE, QUIET, TEXT, wrapped, write
from ct2xkeras.data.inspection.findings import CaseReport

TILE, GAP = 192, 6  # pixels: side of a tile, between tiles
STEP = TILE + GAP
COLUMNS, PAIRS = 8, 4  # tiles, or pairs of them, in a row
WIDTH = COLUMNS * STEP + GAP
CT_TILES = 5
CT_LIMIT, XRAY_LIMIT = 60, 240  # what one picture can show
COLORS = {"error": ALARM, "warning": ALARM, "note": QUIET}


@dataclass(frozen=True)
class Entry:
    """A case on the sheet: its tiles, uint8 (rows, columns), each at most `TILE` a side."""

    case: CaseReport
    tiles: tuple[np.ndarray, ...]


def draw_sheet(entries, left_out: int = 0) -> Image.Image:
    """The sheet of entries, CTs first.

    Args:
        left_out: cases without an entry, told at the bottom.
    """
    cts, xrays = ([e for e in entries if e.case.kind == kind] for kind in ("ct", "xray"))
    parts = []
    if cts:
        parts.append(_heading("CT: axial, coronal and sagittal slice, PA and lateral DRR"))
        parts += [_ct_row(entry) for entry in cts]
    if xrays:
        parts.append(_heading("X-rays: each as stored, bones bright, and as prepared for a model"))
        parts += [_xray_row(xrays[i : i + PAIRS]) for i in range(0, len(xrays), PAIRS)]
    if left_out:
        parts.append(_heading(f"and {left_out} more that are not shown"))
    return _stacked(parts)


def _stacked(parts) -> Image.Image:
    sheet = _blank(sum(part.height for part in parts))
    top = 0
    for part in parts:
        sheet.paste(part, (0, top))
        top += part.height
    return sheet


def _blank(height) -> Image.Image:
    return Image.new("RGB", (WIDTH, height), BACKGROUND)


def _heading(text) -> Image.Image:
    row = _blank(LINE + 2 * GAP)
    write(row, (GAP, GAP), text, WIDTH, QUIET)
    return row


def _ct_row(entry) -> Image.Image:
    """Name and facts over the tiles, findings in full beside them."""
    tiles = max((tile.shape[0] for tile in entry.tiles), default=0)
    place = CT_TILES * STEP + 2 * GAP
    lines = [
        (line, COLORS[finding.severity])
        for finding in entry.case.findings
        for line in wrapped(f"{finding.severity}: {finding.message}", WIDTH - place)
    ]
    row = _blank(LINE + max(tiles, LINE * len(lines)) + 2 * GAP)
    write(row, (GAP, 0), _facts(entry.case), WIDTH, TEXT)
    _paste(row, entry.tiles, GAP, LINE, tiles)
    for number, (line, color) in enumerate(lines):
        write(row, (place, LINE * (number + 1)), line, WIDTH - place, color)
    return row


def _facts(case) -> str:
    shape = " x ".join(map(str, case.shape))
    spacing = " x ".join(f"{s:.3g}" for s in case.spacing)
    facts = (case.name, shape, spacing and f"{spacing} mm (z, y, x)", case.body_part)
    return "    ".join(filter(None, facts))


def _xray_row(entries) -> Image.Image:
    """Names over pairs of tiles, under them what is more than a note."""
    tiles = max((tile.shape[0] for entry in entries for tile in entry.tiles), default=0)
    row = _blank(2 * LINE + tiles + GAP)
    for number, entry in enumerate(entries):
        left = GAP + 2 * number * STEP
        serious = [f"{f.severity}: {f.code}" for f in entry.case.findings if f.severity != "note"]
        write(row, (left, 0), entry.case.name, 2 * TILE, TEXT)
        _paste(row, entry.tiles, left, LINE, tiles)
        write(row, (left, LINE + tiles), ", ".join(serious), 2 * TILE, ALARM)
    return row


def _paste(row, tiles, left, top, height):
    """Tiles side by side, low ones in the middle of the height."""
    for number, tile in enumerate(tiles):
        place = (left + number * STEP, top + (height - tile.shape[0]) // 2)
        row.paste(Image.fromarray(tile), place)
