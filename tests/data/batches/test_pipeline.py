import json
import os

import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.data.batches import storage
from ct2xkeras.data.batches.augmentation import Augmentation, mirrored
from ct2xkeras.data.batches.held_out import evaluation_cases, evaluation_radiographs
from ct2xkeras.data.batches.pipeline import training_dataset
from ct2xkeras.data.batches.sampling import choose_poses, permuted, random_crop
from ct2xkeras.data.batches.storage import Shards
from ct2xkeras.data.dataset.info import count_of, read_info, write_info
from ct2xkeras.data.dataset.records import encode, image_from_uint16
from ct2xkeras.data.errors import DataError


def stacked(dataset, kind, field):
    """A field of all training records of a kind, along a new first axis."""
    records = Shards(dataset, read_info(dataset), "train", kind)
    return np.stack([record[field] for record in records])


def batches(dataset, number, **options):
    options = {"volumes_per_batch": 2, "views_per_volume": 3, "seed": 5} | options
    stream = training_dataset(dataset, **options).take(number)
    return [{name: value.numpy() for name, value in batch.items()} for batch in stream]


def assert_equal(first, second):
    assert set(first) == set(second)
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


def test_a_batch_has_the_promised_shapes_types_and_ranges(dataset):
    (batch,) = batches(dataset, 1)
    picture = (2, 3, 16, 16, 1)
    shapes = {"volume": (2, 10, 12, 14, 1), "spacing": (2, 3), "pose": (2, 3, 12)}
    shapes |= dict.fromkeys(("drr", "coverage", "style_image"), picture)
    assert {name: value.shape for name, value in batch.items()} == shapes
    assert batch.pop("volume").dtype == np.int16
    assert {value.dtype.name for value in batch.values()} == {"float32"}
    for name, low in (("drr", -1), ("style_image", -1), ("coverage", 0)):
        assert batch[name].min() >= low - 1e-5
        assert batch[name].max() <= 1 + 1e-5
    spec = training_dataset(dataset, 2, 3).element_spec
    assert {name: tuple(value.shape) for name, value in spec.items()} == shapes


EVERYTHING = Augmentation(0.5, rotation=10, shift=0.05, scale=0.1, gain=0.2, gamma=0.3)


@pytest.mark.parametrize(("start", "limit"), [(1, 2**30), (4, 0)])
def test_going_on_at_a_batch_gives_what_an_undisturbed_run_gives(dataset, start, limit):
    options = {"augmentation": EVERYTHING, "memory_limit": limit}
    whole = batches(dataset, 6, **options)
    rest = batches(dataset, 6 - start, start_batch=start, **options)
    for first, second in zip(whole[start:], rest, strict=True):
        assert_equal(first, second)


def test_a_data_set_in_memory_and_one_in_files_give_the_same_batches(dataset, plain_dataset):
    memory = batches(dataset, 5)
    for folder in (dataset, plain_dataset):
        for first, second in zip(memory, batches(folder, 5, memory_limit=0), strict=True):
            assert_equal(first, second)


def test_workers_together_give_the_batches_of_one(dataset):
    options = {"volumes_per_batch": 6, "start_batch": 2, "augmentation": EVERYTHING}
    parts = [batches(dataset, 3, worker=n, num_workers=3, **options) for n in range(3)]
    for whole, *divided in zip(batches(dataset, 3, **options), *parts, strict=True):
        joined = {name: np.concatenate([part[name] for part in divided]) for name in whole}
        assert_equal(whole, joined)


@pytest.mark.parametrize(("volumes", "worker", "workers"), [(3, 0, 2), (2, 2, 2), (2, -1, 2)])
def test_a_batch_that_cannot_be_divided_is_refused(dataset, volumes, worker, workers):
    with pytest.raises(ValueError, match="divisible by the number of workers"):
        training_dataset(dataset, volumes, worker=worker, num_workers=workers)


def test_every_ct_and_radiograph_comes_once_before_any_comes_twice(dataset):
    volumes, xrays = (stacked(dataset, *what) for what in (("ct", "hu"), ("xray", "image")))
    size = {"crop": (1.0, 1.0), "flip": 0.0, "volumes_per_batch": 1}
    num_batches = len(volumes) * len(xrays)
    shown = batches(dataset, num_batches, views_per_volume=1, **size)
    for field, stored in (("volume", volumes), ("style_image", xrays)):
        _, order = np.unique([batch[field] for batch in shown], axis=0, return_inverse=True)
        passes = np.sort(order.reshape(-1, len(stored)), axis=1)
        np.testing.assert_array_equal(passes, np.tile(np.arange(len(stored)), (len(passes), 1)))


def test_from_files_only_what_the_next_batches_show_is_read(plain_dataset, monkeypatch):
    decoded, decode = [], storage.decode

    def counting(kind, serialized):
        count = tf.py_function(lambda: decoded.append(kind) or 0, [], tf.int32)
        with tf.control_dependencies([count]):
            return decode(kind, tf.identity(serialized))

    monkeypatch.setattr(storage, "decode", counting)
    stream = iter(training_dataset(plain_dataset, 1, 2, memory_limit=0))
    for _ in range(20):
        next(stream)
    read_ahead = 2 + 1 + 2 * os.cpu_count()  # finished, in the making, and in parallel
    assert 20 <= decoded.count("ct") <= 20 + read_ahead
    assert 40 <= decoded.count("xray") <= 2 * (20 + read_ahead)


def test_mirrored_patients_are_mirrored_in_all_of_their_views(dataset):
    plain = batches(dataset, 6)
    changed = batches(dataset, 6, augmentation=Augmentation(mirror_patient=0.5))
    turned = 0
    for first, second in zip(plain, changed, strict=True):
        for volume in range(2):
            case, other = ({n: tf.constant(b[n][volume]) for n in b} for b in (first, second))
            same = bool(tf.reduce_all(case["volume"] == other["volume"]))
            assert_equal(case if same else mirrored(case), other)
            turned += not same
    assert 2 <= turned <= 10


@pytest.fixture(scope="module")
def poses_only(dataset, tmp_path_factory):
    """The data set with poses in place of pictures."""
    folder = tmp_path_factory.mktemp("dataset") / "poses"
    info = read_info(dataset)
    for split in ("train", "val"):
        (folder / split).mkdir(parents=True)
        records = list(Shards(dataset, info, split, "drr"))
        name = f"{split}/poses-00000-of-00001.tfrecord"
        with tf.io.TFRecordWriter(str(folder / name), "GZIP") as writer:
            for record in records:
                who = {name: record[name].numpy().decode() for name in ("name", "patient")}
                writer.write(encode("poses", who | {"poses": record["poses"].numpy()}))
        for kind in ("ct", "xray"):
            for shard in info["splits"][split][kind]:
                (folder / shard["name"]).symlink_to(dataset / shard["name"])
        del info["splits"][split]["drr"]
        entry = {"name": name, "count": len(records), "sha256": f"of {split}"}
        info["splits"][split]["poses"] = [entry]
    write_info(folder, info)
    return folder


def assert_equal_up_to_rounding(rendered, stored):
    for name, step in (("drr", 2 / 65535), ("coverage", 1 / 255)):
        np.testing.assert_allclose(rendered[name], stored[name], atol=step / 2 + 2e-5)
    others = set(stored) - {"drr", "coverage"}
    assert_equal({n: rendered[n] for n in others}, {n: stored[n] for n in others})


def test_rendered_batches_equal_stored_ones(dataset, poses_only):
    options = {"augmentation": Augmentation(mirror_patient=0.5)}
    rendered = batches(poses_only, 3, memory_limit=0, **options)
    for first, second in zip(rendered, batches(dataset, 3, **options), strict=True):
        assert_equal_up_to_rounding(first, second)


def test_rendered_evaluation_cases_equal_stored_ones(dataset, poses_only):
    assert_equal_up_to_rounding(evaluation_cases(poses_only, 5), evaluation_cases(dataset, 5))


def test_the_seed_decides(dataset):
    first, other = batches(dataset, 1)[0], batches(dataset, 1, seed=6)[0]
    assert np.abs(first["style_image"] - other["style_image"]).max() > 0.1


def test_pose_picture_and_volume_of_a_view_belong_together(dataset):
    volumes = stacked(dataset, "ct", "hu")
    all_poses, images = (stacked(dataset, "drr", name) for name in ("poses", "images"))
    for batch in batches(dataset, 3):
        for volume, poses, drrs in zip(batch["volume"], batch["pose"], batch["drr"], strict=True):
            ct = next(i for i, hu in enumerate(volumes) if (hu == volume[..., 0]).all())
            for pose, drr in zip(poses, drrs, strict=True):
                index = np.flatnonzero((all_poses[ct] == pose).all(-1))[0]
                stored = image_from_uint16(images[ct, index])
                np.testing.assert_allclose(drr[..., 0], stored, atol=1e-6)


def test_each_item_comes_once_before_any_comes_twice():
    items = [int(permuted(tf.constant(n, tf.int64), 7, 3, 0)) for n in range(28)]
    passes = np.reshape(items, (4, 7))
    np.testing.assert_array_equal(np.sort(passes, axis=1), np.tile(np.arange(7), (4, 1)))
    assert len({tuple(order) for order in passes.tolist()}) > 1


def test_a_ct_shows_all_of_its_poses_before_one_again():
    seen = [
        choose_poses(tf.constant(n, tf.int64), tf.constant(1), 3, 8, 2, seed=0).numpy().tolist()
        for n in range(1, 12, 3)
    ]
    assert sorted(pose for views in seen for pose in views) == list(range(8))


def test_a_crop_stays_inside_the_middle_and_is_sometimes_mirrored():
    y, x = np.meshgrid(*2 * [np.linspace(-1, 1, 60)], indexing="ij")
    image = tf.constant(np.stack([y, x], -1), tf.float32)
    mirrored, centers = 0, []
    for number in range(40):
        part = [
            random_crop(image[..., i, None], tf.constant(number, tf.int64), (32, 32), (0.5, 0.75),
                        0.5, 0).numpy()[..., 0]
            for i in range(2)
        ]  # fmt: skip
        assert max(np.abs(p).max() for p in part) <= 0.75 + 0.03
        assert 0.5 - 0.1 <= np.ptp(part[0]) / 2 <= 0.75
        mirrored += part[1][0, 0] > part[1][0, -1]
        centers.append(part[0].mean())
    assert 10 <= mirrored <= 30
    assert np.std(centers) > 0.01


def test_no_flip_and_full_crop_show_the_stored_picture(dataset):
    (batch,) = batches(dataset, 1, flip=0.0, crop=(1.0, 1.0))
    middle = evaluation_radiographs(dataset, 4, crop=(1.0, 1.0), split="train")
    errors = np.abs(batch["style_image"].reshape(-1, 1, 16, 16) - middle[..., 0])
    assert (errors.max((2, 3)).min(0) < 1e-5).all()


def test_evaluation_shows_held_out_patients(dataset):
    info = read_info(dataset)
    cases = evaluation_cases(dataset, 5)
    assert set(cases["split"]) == {"val"}
    assert set(cases["name"]) <= set(info["patients"]["val"])
    assert cases["style_image"].shape == cases["drr"].shape == (5, 16, 16, 1)
    assert "truth" not in cases
    assert_equal(cases, evaluation_cases(dataset, 5))


def test_evaluation_repeats_no_view_while_others_are_left(dataset):
    views = count_of(read_info(dataset), "val", "ct") * 3
    assert len(np.unique(evaluation_cases(dataset, views)["pose"], axis=0)) == views


def test_without_held_out_cts_evaluation_says_that_it_takes_training_ones(dataset, tmp_path):
    info = read_info(dataset)
    for kind in ("ct", "drr"):
        del info["splits"]["val"][kind]
    (tmp_path / "train").symlink_to(dataset / "train")
    (tmp_path / "val").symlink_to(dataset / "val")
    (tmp_path / "dataset_info.json").write_text(json.dumps(info))
    assert set(evaluation_cases(tmp_path, 2)["split"]) == {"train"}


def test_a_folder_that_holds_no_data_set_is_refused_by_name(tmp_path):
    with pytest.raises(DataError, match=r"expected a finished data set with dataset_info\.json"):
        training_dataset(tmp_path, 1)
