from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.data.dataset.records import (
    RECORDS,
    coverage_from_uint8,
    coverage_to_uint8,
    decode,
    describe,
    encode,
    image_from_uint16,
    image_to_uint16,
)


def record(kind, seed=0):
    """A record with every field filled, lengths of named axes from 2 to 5."""
    rng = np.random.default_rng(seed)
    lengths = dict.fromkeys("nzyxhw")
    lengths = {axis: int(rng.integers(2, 6)) for axis in lengths}
    values = {}
    for name, field in RECORDS[kind].items():
        shape = [lengths.get(axis, axis) for axis in field.shape]
        if field.dtype == "text":
            values[name] = f"{kind} {name} ü"
        elif field.dtype.startswith("float"):
            values[name] = rng.normal(size=shape).astype(field.dtype)
        else:
            limits = np.iinfo(field.dtype)
            values[name] = rng.integers(limits.min, limits.max, shape, field.dtype, True)
    return values


@pytest.mark.parametrize("kind", RECORDS)
def test_what_is_decoded_is_exactly_what_was_encoded(kind):
    values = record(kind)
    serialized = encode(kind, values)
    in_graph = next(iter(tf.data.Dataset.from_tensors(serialized).map(lambda s: decode(kind, s))))
    for decoded in (decode(kind, serialized), in_graph):
        assert set(decoded) == set(values)
        for name, value in values.items():
            found = decoded[name].numpy()
            if isinstance(value, str):
                assert found.decode() == value
            else:
                assert found.dtype == value.dtype
                np.testing.assert_array_equal(found, value)


def test_equal_records_give_equal_bytes():
    assert encode("ct", record("ct")) == encode("ct", dict(reversed(record("ct").items())))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hu": np.zeros((2, 2, 2), np.float32)}, "ct record, hu: expected int16"),
        ({"hu": np.zeros((2, 2), np.int16)}, "ct record, hu: expected int16"),
        ({"spacing": np.zeros(2, np.float32)}, "ct record, spacing"),
        ({"extra": 1}, "expected fields"),
    ],
)
def test_a_record_that_breaks_the_table_is_refused_by_field(change, message):
    with pytest.raises(ValueError, match=message):
        encode("ct", record("ct") | change)


def test_bytes_of_another_kind_do_not_decode():
    with pytest.raises(tf.errors.InvalidArgumentError):
        decode("ct", encode("xray", record("xray")))


def test_stored_pictures_are_exact_to_half_a_step():
    image = np.linspace(-1, 1, 100_001).astype(np.float32)
    assert np.abs(image_from_uint16(image_to_uint16(image)) - image).max() < 0.51 * 2 / 65535 + 1e-7
    assert image_to_uint16(np.array([-3.0, 3.0])).tolist() == [0, 65535]
    coverage = np.linspace(0, 1, 1001)
    assert np.abs(coverage_from_uint8(coverage_to_uint8(coverage)) - coverage).max() < 0.501 / 255


def test_the_table_documents_every_field():
    text = describe()
    for kind, fields in RECORDS.items():
        for name, field in fields.items():
            assert f"| {kind} | {name} | {field.dtype} |" in text


def test_the_documentation_shows_the_table_of_records():
    document = Path(__file__).parents[3] / "docs" / "data.md"
    assert describe() in document.read_text(encoding="utf-8")
