"""The picture size that a compressed picture itself claims, read before a decoder trusts it."""

import struct

START_OF_FRAME = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}  # JPEG; F7: JPEG-LS
ALONE = {0x01, *range(0xD0, 0xD9)}  # JPEG markers without content
JPEG, JPEG_2000 = b"\xff\xd8", b"\xff\x4f\xff\x51"


def check_claim(dataset, frame: int = 0) -> None:
    """Checks compressed pixels before a decoder makes room for what they claim to be.

    Args:
        dataset: a pydicom data set with pixels; nothing is done where they are not compressed.

    Raises:
        ValueError: the frame says it is of another size than the header does.
    """
    if not dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        return
    from pydicom.encaps import get_frame

    number = int(dataset.get("NumberOfFrames") or 1)
    size = claimed_size(get_frame(dataset.PixelData, frame, number_of_frames=number))
    if size not in (None, (dataset.Rows, dataset.Columns, dataset.SamplesPerPixel)):
        raise ValueError(f"compressed pixels that claim {size[0]} x {size[1]} x {size[2]}")


def claimed_size(codestream: bytes) -> tuple[int, int, int] | None:
    """(rows, columns, channels) of a JPEG, JPEG-LS or JPEG 2000 stream; None of others.

    Raises:
        ValueError: the stream ends or breaks before it says.
    """
    try:
        if codestream.startswith(JPEG):
            return _jpeg_size(codestream)
        if codestream.startswith(JPEG_2000) or codestream[4:8] == b"jP  ":
            return _jpeg_2000_size(codestream, codestream.index(JPEG_2000))
    except (struct.error, IndexError) as error:
        raise ValueError("a compressed picture that ends early") from error
    return None


def _jpeg_size(codestream) -> tuple[int, int, int]:
    at = 2
    while codestream[at] == 0xFF:
        marker = codestream[at + 1]
        if marker in START_OF_FRAME:
            return struct.unpack_from(">HHB", codestream, at + 5)
        if marker == 0xFF:  # fill
            at += 1
        elif marker in ALONE:
            at += 2
        else:
            at += 2 + struct.unpack_from(">H", codestream, at + 2)[0]
    raise ValueError("a JPEG stream without frame")


def _jpeg_2000_size(codestream, at) -> tuple[int, int, int]:
    right, bottom, left, top = struct.unpack_from(">4I", codestream, at + 8)
    (channels,) = struct.unpack_from(">H", codestream, at + 40)
    return bottom - top, right - left, channels
