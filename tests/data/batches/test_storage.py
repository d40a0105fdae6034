import json
import shutil

import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.data import locations
from ct2xkeras.data.batches.random_access import RecordFiles, record_spans
from ct2xkeras.data.batches.storage import InFiles, InMemory, naming_damage, open_records
from ct2xkeras.data.dataset.info import read_info
from ct2xkeras.data.errors import DataError

KINDS = ("ct", "drr", "xray")


def opened(dataset, kinds=KINDS, **options):
    return open_records(dataset, read_info(dataset), "train", kinds, **options)


def numbers(record):
    return {name: value.numpy() for name, value in record.items()}


@pytest.fixture
def plain_file(tmp_path):
    """An uncompressed file of five records."""
    path = tmp_path / "some.tfrecord"
    contents = [bytes([i]) * (100 * i) for i in range(5)]
    with tf.io.TFRecordWriter(str(path)) as writer:
        for content in contents:
            writer.write(content)
    return path, contents


def test_any_record_is_read_by_its_number(plain_file):
    path, contents = plain_file
    files = RecordFiles([path, path])
    assert files.counts == [5, 5]
    for index in (7, 0, 9, 4, 5):
        assert files.serialized(index).numpy() == contents[index % 5]
    read = tf.data.Dataset.range(10).map(files.serialized)
    assert list(read.as_numpy_iterator()) == contents * 2


def test_an_empty_file_has_no_records(tmp_path):
    (tmp_path / "none.tfrecord").write_bytes(b"")
    assert record_spans(tmp_path / "none.tfrecord").shape == (0, 2)


@pytest.mark.parametrize("damage", ["cut", "length", "checksum", "huge"])
def test_a_damaged_chain_of_records_is_refused_with_the_record(plain_file, damage):
    path, _ = plain_file
    content = bytearray(path.read_bytes())
    start = int(record_spans(path)[3, 0])
    if damage == "cut":
        content = content[: start + 50]
    elif damage == "huge":
        content[start : start + 8] = b"\xff" * 8
    else:
        content[start + (9 if damage == "checksum" else 0)] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"some\.tfrecord: .*damage at record 3, byte "):
        record_spans(path)


def test_a_flipped_bit_in_a_record_is_found_when_it_is_read(plain_file):
    path, contents = plain_file
    content = bytearray(path.read_bytes())
    content[int(record_spans(path)[3, 0]) + 20] ^= 1
    path.write_bytes(content)
    files = RecordFiles([path])
    assert files.serialized(2).numpy() == contents[2]
    with pytest.raises(tf.errors.DataLossError):
        files.serialized(3)


def test_memory_and_files_hold_the_same(dataset, plain_dataset):
    memory, packed = opened(dataset), opened(dataset, memory_limit=0)
    plain = opened(plain_dataset, memory_limit=0)
    for kind in KINDS:
        assert isinstance(memory[kind], InMemory)
        assert isinstance(plain[kind], InFiles)
        assert len(memory[kind]) == len(packed[kind]) == len(plain[kind]) > 1
        for index in range(len(memory[kind])):
            expected = numbers(memory[kind][index])
            for other in (packed, plain):
                np.testing.assert_equal(numbers(other[kind][index]), expected)


def test_the_smallest_kinds_are_held_as_far_as_they_fit(dataset):
    sizes = {}
    for kind, records in opened(dataset).items():
        fields = numbers(records[0])
        stored = (v.nbytes if hasattr(v, "nbytes") else len(v) for v in fields.values())
        sizes[kind] = len(records) * sum(stored)
    first, second, _ = sorted(sizes, key=sizes.get)
    records = opened(dataset, memory_limit=sizes[first] + sizes[second] - 1)
    assert [kind for kind in KINDS if isinstance(records[kind], InMemory)] == [first]


@pytest.mark.parametrize("limit", [0, 2**30])
def test_another_number_of_records_than_described_is_refused(plain_dataset, tmp_path, limit):
    info = read_info(plain_dataset)
    shard = info["splits"]["train"]["xray"][0]
    shard["count"] += 1
    (tmp_path / "train").symlink_to(plain_dataset / "train")
    (tmp_path / "dataset_info.json").write_text(json.dumps(info))
    with pytest.raises(DataError, match=rf"expected {shard['count']} records, found"):
        opened(tmp_path, memory_limit=limit)


def test_a_missing_kind_and_a_missing_shard_are_named(plain_dataset, tmp_path):
    with pytest.raises(DataError, match="expected truth records in train, found none"):
        opened(plain_dataset, ("truth",))
    (tmp_path / "dataset_info.json").write_text(json.dumps(read_info(plain_dataset)))
    with pytest.raises(DataError, match=r"ct-00000-of-.*tfrecord: expected"):
        opened(tmp_path)
    with pytest.raises(DataError, match=r"no\.tfrecord: expected a shard, found No such file"):
        record_spans(tmp_path / "no.tfrecord")


@pytest.fixture
def damaged(plain_dataset, tmp_path):
    """The data set with a flipped bit in its first radiographs' bytes."""
    folder = tmp_path / "damaged"
    shutil.copytree(plain_dataset, folder)
    path = folder / read_info(folder)["splits"]["train"]["xray"][0]["name"]
    content = bytearray(path.read_bytes())
    for start, size in record_spans(path)[1:]:
        content[start + size // 2] ^= 1
    path.write_bytes(content)
    return folder


def test_damage_is_named_by_data_set_or_shard(damaged):
    with pytest.raises(DataError, match=r"xray-0.*damage at record 1"):
        opened(damaged)
    records = opened(damaged, memory_limit=0)["xray"]
    message = r"damaged: expected undamaged records.*tfrecords_tools\.verify .*damaged"
    with pytest.raises(DataError, match=message):
        records[1]
    stream = tf.data.Dataset.range(1, 2).map(lambda index: records[index]["image"])
    with pytest.raises(DataError, match=message), naming_damage(damaged):
        next(iter(stream))


def test_shards_are_read_by_address(plain_dataset, dataset):
    for folder in (plain_dataset, dataset):
        address = f"ram://{folder.name}"
        for path in locations.files_below(folder):
            locations.write_bytes(address + path[len(str(folder)) :], locations.read_bytes(path))
        for limit in (0, 2**30):
            there, here = opened(address, memory_limit=limit), opened(folder)
            np.testing.assert_equal(numbers(there["ct"][1]), numbers(here["ct"][1]))
