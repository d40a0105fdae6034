"""Text on pictures: one font, cut or wrapped to a width in pixels."""

import functools

from PIL import ImageDraw, ImageFont

LINE, FONT_SIZE = 22, 14  # pixels
BACKGROUND, TEXT, QUIET, ALARM = (24, 24, 28), (230, 230, 230), (150, 150, 155), (255, 130, 100)


@functools.cache
def _font():
    return ImageFont.load_default(FONT_SIZE)


def write(picture, place, text, width, color) -> None:
    """Writes one line at (x, y), cut in its middle where it is wider than `width`."""
    kept = len(text)
    shown = text
    while kept > 2 and _font().getlength(shown) > width:
        kept -= 1
        shown = f"{text[: kept - kept // 2]}...{text[len(text) - kept // 2 :]}"
    ImageDraw.Draw(picture).text(place, shown, color, _font())


def wrapped(text, width) -> list[str]:
    """Lines of whole words, each no wider than `width` unless a word is."""
    lines = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _font().getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
