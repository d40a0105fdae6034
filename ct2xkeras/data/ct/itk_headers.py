"""Text headers of NRRD and MetaImage files: what they claim, against what lies there.

They are read here before SimpleITK sees the file, since its C++ readers take a header's word.
"""

import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from ct2xkeras.data.ct.stored_grid import (
    SLACK,
    check_claimed_size,
    check_shape,
    claimed_bytes,
    damaged,
    too_long,
    unreadable,
)
from ct2xkeras.data.errors import DataError

NRRD_SUFFIXES = (".nrrd", ".nhdr")
META_SUFFIXES = (".mha", ".mhd")
ITK_SUFFIXES = NRRD_SUFFIXES + META_SUFFIXES
LONGEST_HEADER = 2**20  # bytes
CHUNK = 2**20  # bytes
ANY_DEFLATE = 32 + zlib.MAX_WBITS  # zlib's or gzip's frame, as found

NRRD_TYPES = {
    1: "signed char,int8,int8_t,uchar,unsigned char,uint8,uint8_t",
    2: "short,short int,signed short,signed short int,int16,int16_t,"
    "ushort,unsigned short,unsigned short int,uint16,uint16_t",
    4: "int,signed int,int32,int32_t,uint,unsigned int,uint32,uint32_t,float",
    8: "longlong,long long,long long int,signed long long,signed long long int,int64,int64_t,"
    "ulonglong,unsigned long long,unsigned long long int,uint64,uint64_t,double",
}
META_TYPES = {
    1: "MET_CHAR,MET_UCHAR",
    2: "MET_SHORT,MET_USHORT",
    4: "MET_INT,MET_UINT,MET_FLOAT",
    8: "MET_LONG_LONG,MET_ULONG_LONG,MET_DOUBLE",
}


@dataclass(frozen=True)
class ItkHeader:
    """What a header claims of its voxels.

    Args:
        shape: (x, y, z).
        itemsize: bytes of a value.
        compressed: deflated, else raw.
        data_file: name of a file beside the header, or empty for voxels right after it.
        start: byte at which the voxels begin.
        oriented: whether it says how the axes lie in the patient.
        deflated_size: bytes of the compressed voxels, 0 where it does not say.
    """

    shape: tuple[int, ...]
    itemsize: int
    compressed: bool
    data_file: str
    start: int
    oriented: bool
    deflated_size: int = 0


def read_itk_header(path, local) -> ItkHeader:
    """Reads a header.

    Raises:
        DataError: no such header, or one of a kind that is not read.
    """
    try:
        with open(local, "rb") as file:
            start = file.read(LONGEST_HEADER)
    except OSError as error:
        raise unreadable(path, error) from error
    parse = _parse_nrrd if str(path).lower().endswith(NRRD_SUFFIXES) else _parse_meta
    try:
        header = parse(path, start)
    except (KeyError, ValueError) as error:
        raise damaged(path, f"a header without a usable {error}") from error
    _check_beside(path, header.data_file)
    return header


def _parse_nrrd(path, start: bytes) -> ItkHeader:
    if not start.startswith(b"NRRD000"):
        raise damaged(path, "a file that does not begin as NRRD")
    blank = b"\r\n\r\n" if b"\r\n" in start[:12] else b"\n\n"
    text, _, _ = start.partition(blank)
    lines = text.decode("latin-1").splitlines()[1:]
    fields = _fields((line for line in lines if ":=" not in line and line[:1] != "#"), ": ")
    encoding = fields["encoding"].lower()
    if encoding not in ("raw", "gzip", "gz"):
        raise _other_kind(path, f"encoding {encoding!r}")
    if any(fields.get(key, "0") != "0" for key in ("line skip", "byte skip")):
        raise _other_kind(path, "voxels after skipped lines or bytes")
    return ItkHeader(
        shape=_sizes(fields["sizes"], fields["dimension"]),
        itemsize=_itemsize(NRRD_TYPES, fields["type"].lower()),
        compressed=encoding != "raw",
        data_file=fields.get("data file", fields.get("datafile", "")),
        start=len(text) + len(blank),
        oriented="space directions" in fields,
    )


def _parse_meta(path, start: bytes) -> ItkHeader:
    key = start.find(b"ElementDataFile")
    end = start.find(b"\n", key) + 1
    if key < 0 or not end or b"DimSize" not in start[:key]:
        raise damaged(path, "a file that does not begin as a MetaImage")
    fields = _fields(start[:end].decode("latin-1").splitlines(), "=")
    if fields.get("ElementNumberOfChannels", "1") != "1":
        raise _other_kind(path, "several values a voxel")
    if fields.get("HeaderSize", "0") != "0" or fields.get("BinaryData", "True") != "True":
        raise _other_kind(path, "voxels as text or after skipped bytes")
    name = fields["ElementDataFile"]
    return ItkHeader(
        shape=_sizes(fields["DimSize"], fields["NDims"]),
        itemsize=_itemsize(META_TYPES, fields["ElementType"]),
        compressed=fields.get("CompressedData", "False") == "True",
        data_file="" if name.upper() == "LOCAL" else name,
        start=end,
        oriented=bool(fields.keys() & {"TransformMatrix", "Orientation", "Rotation"}),
        deflated_size=int(fields.get("CompressedDataSize", 0)),
    )


def _fields(lines, sign: str) -> dict[str, str]:
    pairs = (line.partition(sign) for line in lines)
    return {key.strip(): value.strip() for key, found, value in pairs if found}


def _sizes(text: str, dimensions: str) -> tuple[int, ...]:
    sizes = tuple(int(size) for size in text.split())
    if len(sizes) != int(dimensions) or len(sizes) > 4:
        raise ValueError(f"size {text[:40]!r} in {dimensions[:8]} dimensions")
    return sizes


def _itemsize(types: dict[int, str], name: str) -> int:
    for itemsize, names in types.items():
        if name in names.split(","):
            return itemsize
    raise ValueError(f"number type {name[:40]!r}")


def _check_beside(path, data_file: str) -> None:
    """A header may name a file of its own folder only."""
    parts = {PurePosixPath(data_file).name, PureWindowsPath(data_file).name}
    if data_file and (parts != {data_file} or data_file == "LIST" or "%" in data_file):
        raise _other_kind(path, f"voxels in {data_file[:80]!r}")


def _other_kind(path, found: str) -> DataError:
    mend = "Save it as one .nrrd or .mha file."
    return DataError(path, "one number a voxel, raw or deflated, in one file", found, mend)


def check_voxels(path, local: Path, header: ItkHeader) -> None:
    """Raises a `DataError` unless the voxels are there, whole and as many as claimed."""
    check_shape(path, header.shape)
    voxels = local.with_name(header.data_file) if header.data_file else local
    start = 0 if header.data_file else header.start
    if not voxels.is_file():
        mend = "Keep both files together, or save it as one .nrrd or .mha file."
        raise DataError(path, f"voxels in {header.data_file!r} beside it", "no such file", mend)
    stored = voxels.stat().st_size - start
    if header.deflated_size > stored:
        raise damaged(path, f"{stored} bytes where its header claims {header.deflated_size}")
    check_claimed_size(path, header.shape, header.itemsize, stored, header.compressed)
    if header.compressed:
        _check_deflated(path, voxels, start, claimed_bytes(header.shape, header.itemsize))


def _check_deflated(path, voxels: Path, start: int, claimed: int) -> None:
    """Inflates in small pieces, which also compares the checksum at the end."""
    inflate, length = zlib.decompressobj(ANY_DEFLATE), 0
    try:
        with open(voxels, "rb") as file:
            file.seek(start)
            while not inflate.eof and length <= claimed + SLACK:
                piece = inflate.unconsumed_tail or file.read(CHUNK)
                if not piece:
                    raise EOFError("compressed voxels end too early")
                length += len(inflate.decompress(piece, CHUNK))
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, error) from error
    if length > claimed + SLACK:
        raise too_long(path)
    if length < claimed:
        raise damaged(path, f"{length} bytes of voxels where its header claims {claimed}")
