import json

import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.data.errors import DataError
from ct2xkeras.data.info import count_of, read_info
from ct2xkeras.data.pipeline import evaluation_cases, evaluation_radiographs, training_dataset
from ct2xkeras.data.records import image_from_uint16
from ct2xkeras.data.sampling import choose_poses, permuted, random_crop
from ct2xkeras.data.storage import load_cts


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


@pytest.mark.parametrize("start", [1, 4])
def test_going_on_at_a_batch_gives_what_an_undisturbed_run_gives(dataset, start):
    whole = batches(dataset, 6)
    for first, second in zip(whole[start:], batches(dataset, 6 - start, start_batch=start)):  # noqa: B905
        assert_equal(first, second)


def test_the_seed_decides(dataset):
    first, other = batches(dataset, 1)[0], batches(dataset, 1, seed=6)[0]
    assert np.abs(first["style_image"] - other["style_image"]).max() > 0.1


def test_pose_picture_and_volume_of_a_view_belong_together(dataset):
    cts = load_cts(dataset, read_info(dataset), "train")
    for batch in batches(dataset, 3):
        for volume, poses, drrs in zip(batch["volume"], batch["pose"], batch["drr"], strict=True):
            ct = next(i for i, hu in enumerate(cts["hu"]) if (hu == volume[..., 0]).all())
            for pose, drr in zip(poses, drrs, strict=True):
                index = np.flatnonzero((cts["poses"][ct] == pose).all(-1))[0]
                stored = image_from_uint16(cts["images"][ct, index])
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
