"""What is in a record. One table serves encoding, decoding and documentation.

An array is stored as its raw little-endian bytes beside `<field>/shape`, so that decoding is exact
and needs no library but TensorFlow's own record reader. Texts are UTF-8.
"""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

SPEC_VERSION = 1


@dataclass(frozen=True)
class Field:
    """One entry of a record.

    Args:
        dtype: NumPy's name of the stored type, or "text".
        shape: names of the axes in order; a number where the length is fixed.
        meaning: what it holds, with its unit.
    """

    dtype: str
    shape: tuple
    meaning: str


_WHO = {
    "name": Field("text", (), "the case's name"),
    "patient": Field("text", (), "the patient's name; never in two splits"),
}
_IMAGE = "65535 is 1 and 0 is -1, bones bright"
_POSES = Field(
    "float32", ("n", 12), "pose vectors in the model's world, the numbers of POSE_FIELDS"
)

RECORDS = {
    "ct": _WHO
    | {
        "hu": Field("int16", ("z", "y", "x"), "HU, indices growing to head, front, right"),
        "spacing": Field("float32", (3,), "voxel spacing (z, y, x), mm"),
        "center": Field("float64", (3,), "the grid's middle (x, y, z) in the CT's world, RAS+ mm"),
    },
    "labels": _WHO
    | {"labels": Field("uint16", ("z", "y", "x"), "segmentation on the ct record's grid; 0 none")},
    "xray": _WHO
    | {"image": Field("uint16", ("h", "w"), f"border-free, windowed radiograph; {_IMAGE}")},
    "drr": _WHO
    | {
        "poses": _POSES,
        "images": Field("uint16", ("n", "h", "w"), f"DRRs of one CT; {_IMAGE}"),
        "coverage": Field("uint8", ("n", "h", "w"), "share of each ray inside the CT; 255 is 1"),
    },
    "poses": _WHO | {"poses": _POSES},
    "truth": _WHO
    | {
        "poses": _POSES,
        "images": Field("uint16", ("n", "h", "w"), f"the patient's real radiographs; {_IMAGE}"),
    },
}


def image_to_uint16(image) -> np.ndarray:
    """Picture in [-1, 1] to the stored integers."""
    return np.rint((np.clip(image, -1, 1) + 1) * (65535 / 2)).astype(np.uint16)


def image_from_uint16(stored):
    """Stored integers to float32 in [-1, 1]; NumPy array or tensor."""
    if tf.is_tensor(stored):
        return tf.cast(stored, tf.float32) * (2 / 65535) - 1
    return stored.astype(np.float32) * np.float32(2 / 65535) - 1


def coverage_to_uint8(coverage) -> np.ndarray:
    """Share in [0, 1] to the stored integers."""
    return np.rint(np.clip(coverage, 0, 1) * 255).astype(np.uint8)


def coverage_from_uint8(stored):
    """Stored integers to float32 in [0, 1]; NumPy array or tensor."""
    if tf.is_tensor(stored):
        return tf.cast(stored, tf.float32) / 255
    return stored.astype(np.float32) / 255


def encode(kind: str, record: dict) -> bytes:
    """A record as the bytes of a tf.train.Example; the same record gives the same bytes.

    Raises:
        ValueError: a field is missing, unknown, or not of its type and shape.
    """
    fields = RECORDS[kind]
    if set(record) != set(fields):
        raise ValueError(
            f"{kind} record: expected fields {sorted(fields)}, found {sorted(record)}."
        )
    features = {}
    for name, field in fields.items():
        features |= _encoded_field(f"{kind} record, {name}", name, field, record[name])
    example = tf.train.Example(features=tf.train.Features(feature=features))
    return example.SerializeToString(deterministic=True)


def _encoded_field(place, name, field, value) -> dict:
    if field.dtype == "text":
        return {name: _bytes(str(value).encode())}
    value = np.asarray(value)
    if value.dtype.name != field.dtype or not _fits(value.shape, field.shape):
        raise ValueError(
            f"{place}: expected {field.dtype} {field.shape}, found {value.dtype} {value.shape}."
        )
    raw = np.ascontiguousarray(value, value.dtype.newbyteorder("<")).tobytes()
    shape = tf.train.Feature(int64_list=tf.train.Int64List(value=value.shape))
    return {name: _bytes(raw), f"{name}/shape": shape}


def _bytes(value: bytes):
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))


def _fits(shape, rule) -> bool:
    pairs = zip(shape, rule, strict=False)
    return len(shape) == len(rule) and all(isinstance(r, str) or n == r for n, r in pairs)


def decode(kind: str, serialized) -> dict:
    """The record of an Example as tensors; works eagerly and inside tf.data.

    Raises:
        tf.errors.InvalidArgumentError: the bytes are no record of this kind.
    """
    fields = RECORDS[kind]
    parsed = tf.io.parse_single_example(serialized, _parsing_spec(fields))
    return {name: _decoded_field(name, field, parsed) for name, field in fields.items()}


def _parsing_spec(fields) -> dict:
    spec = {name: tf.io.FixedLenFeature([], tf.string) for name in fields}
    arrays = {name: field for name, field in fields.items() if field.dtype != "text"}
    for name, field in arrays.items():
        spec[f"{name}/shape"] = tf.io.FixedLenFeature([len(field.shape)], tf.int64)
    return spec


def _decoded_field(name, field, parsed):
    if field.dtype == "text":
        return parsed[name]
    values = tf.io.decode_raw(parsed[name], field.dtype, little_endian=True)
    values = tf.reshape(values, parsed[f"{name}/shape"])
    return tf.ensure_shape(values, [n if isinstance(n, int) else None for n in field.shape])


def describe() -> str:
    """The table above in Markdown, for the documentation and for `inspect`."""
    lines = ["| record | field | type | shape | meaning |", "|---|---|---|---|---|"]
    for kind, fields in RECORDS.items():
        for name, field in fields.items():
            shape = "(" + ", ".join(map(str, field.shape)) + ")" if field.shape else ""
            lines.append(f"| {kind} | {name} | {field.dtype} | {shape} | {field.meaning} |")
    return "\n".join(lines)
