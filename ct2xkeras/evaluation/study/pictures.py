"""Pictures as a study shows them: 8-bit PNGs of one size in one fixed window."""

from ct2xkeras.evaluation.picture_files import radiograph_picture, stored_picture
from ct2xkeras.pictures import encode_png


def method_picture(path, shape, exact: bool) -> bytes:
    """A method's picture as a PNG; see `stored_picture`."""
    return encode_png(stored_picture(path, shape, exact))


def real_picture(path, shape, crop) -> bytes:
    """A real radiograph as a PNG; see `radiograph_picture`."""
    return encode_png(radiograph_picture(path, shape, crop))
