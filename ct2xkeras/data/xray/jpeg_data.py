"""Whether a JPEG file holds all pixels that its header claims. Decoders paint what lacks grey."""

import io

import numpy as np
from PIL import Image

END = b"\xff\xd9"
FILLER = bytes(range(1, 128)) * 64  # code words that no picture ends with


def check_jpeg(content: bytes, pixels: np.ndarray) -> None:
    """Decodes once more with other bytes behind the last code word: of a whole file none is read.

    A lack behind a restart marker, which few files have, goes unnoticed.

    Args:
        pixels: of the first decoding, as the file stores them.

    Raises:
        ValueError: the picture depends on what follows its own data.
    """
    at = content.rfind(END)
    with Image.open(io.BytesIO(content[:at] + FILLER + content[at:]), formats=("JPEG",)) as image:
        if not np.array_equal(np.asarray(image), pixels):
            raise ValueError("fewer pixels than the header claims")
