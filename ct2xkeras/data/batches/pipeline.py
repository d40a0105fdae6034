"""Training batches from a finished data set.

A batch holds b volumes with k views each; every view has an unpaired radiograph as its style.
"""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from ct2xkeras.data.batches.augmentation import (
    NO_AUGMENTATION,
    Augmentation,
    maybe_mirrored,
    moved_radiograph,
    toned_radiograph,
)
from ct2xkeras.data.batches.sampling import choose_ct, choose_poses, choose_xrays, random_crop
from ct2xkeras.data.batches.storage import MEMORY_LIMIT, open_records
from ct2xkeras.data.batches.views import CTViews, view_kind
from ct2xkeras.data.dataset.info import read_info
from ct2xkeras.data.dataset.records import image_from_uint16

_BATCHES_AHEAD = 2


def training_dataset(
    directory,
    volumes_per_batch: int,
    views_per_volume: int = 1,
    seed: int = 0,
    flip: float = 0.5,
    crop=None,
    augmentation: Augmentation = NO_AUGMENTATION,
    start_batch: int = 0,
    worker: int = 0,
    num_workers: int = 1,
    memory_limit: int = MEMORY_LIMIT,
) -> tf.data.Dataset:
    """An endless stream of training batches, the same for the same seed.

    A batch is a function of the seed and its number alone. Each CT, pose and radiograph comes once
    before any comes twice. Small data sets are held in memory, large ones are read as they are
    needed (see `open_records`); that changes nothing in the stream. A data set that holds poses
    without pictures has its DRRs rendered here, on the CPU.

    Args:
        directory: a finished data set, by path or address.
        volumes_per_batch: b, CTs in a batch.
        views_per_volume: k, poses of each.
        flip: share of the radiographs that are mirrored.
        crop: (lowest, highest) share of a stored radiograph that is shown; by default the data
            set's own.
        augmentation: further random changes.
        start_batch: begin with this batch of the stream, at no cost.
        worker, num_workers: give the `worker`-th of so many equal parts of each batch, for
            processes that share the batches; each reads its own part only.
        memory_limit: bytes of records that may be held in memory.

    Returns:
        Batches with volume (b, z, y, x, 1) int16 HU, spacing (b, 3) mm (z, y, x), pose (b, k, 12),
        drr and style_image (b, k, H, W, 1) in [-1, 1], coverage (b, k, H, W, 1) in [0, 1]; float32.

    Raises:
        DataError: there is no such data set, or it is damaged.
        ValueError: the batch cannot be divided evenly among the workers.
    """
    part = _part_of_batch(volumes_per_batch, worker, num_workers)
    stream = _Stream(
        *_open(directory, memory_limit), crop, views_per_volume, seed, flip, augmentation
    )

    # Nothing in it is Python's control flow, and AutoGraph would be slow to find that out.
    @tf.autograph.experimental.do_not_convert
    def volume_with_views(place):
        batch, place_in_part = place // part, place % part
        return stream.volume(batch * volumes_per_batch + worker * part + place_in_part)

    places = tf.data.Dataset.range(start_batch * part, np.iinfo(np.int64).max)
    volumes = places.map(volume_with_views, num_parallel_calls=tf.data.AUTOTUNE)
    batches = volumes.batch(part, drop_remainder=True).prefetch(_BATCHES_AHEAD)
    return batches.with_options(_options(num_workers))


def _part_of_batch(volumes_per_batch, worker, num_workers) -> int:
    """Volumes of a batch that one worker gives."""
    if volumes_per_batch % num_workers or not 0 <= worker < num_workers:
        raise ValueError(
            f"expected a worker of 0 to {num_workers - 1} and volumes_per_batch divisible by the "
            f"number of workers, received worker {worker} and {volumes_per_batch} volumes."
        )
    return volumes_per_batch // num_workers


def _options(num_workers) -> tf.data.Options:
    options = tf.data.Options()
    if num_workers > 1:  # the batches are divided already; a strategy would divide them again
        policy = tf.data.experimental.AutoShardPolicy.OFF
        options.experimental_distribute.auto_shard_policy = policy
    return options


def _open(directory, memory_limit):
    """Settings, CTs with views and radiographs of the training split."""
    info = read_info(directory)
    views = view_kind(info, "train")
    records = open_records(directory, info, "train", ("ct", views, "xray"), memory_limit)
    cts = CTViews(records["ct"], records[views], info["settings"]["image_size"])
    return info["settings"], cts, records["xray"]


@dataclass(frozen=True)
class _Stream:
    """The endless list of volumes with their views."""

    settings: dict
    cts: CTViews
    xrays: object
    crop: tuple | None
    num_views: int
    seed: int
    flip: float
    augmentation: Augmentation

    def volume(self, number) -> dict:
        """The `number`-th volume, without the batch axis; scalar int64."""
        ct = choose_ct(number, len(self.cts), self.seed)
        num_cts, num_poses = len(self.cts), self.cts.num_poses
        poses = choose_poses(number, ct, num_cts, num_poses, self.num_views, self.seed)
        case = maybe_mirrored(self.cts(ct, poses), number, self.augmentation, self.seed)
        views = number * self.num_views + tf.range(self.num_views, dtype=tf.int64)
        xrays = choose_xrays(views, len(self.xrays), self.seed)
        styles = tf.map_fn(self.style_image, (views, xrays), fn_output_signature=tf.float32)
        return case | {"style_image": styles}

    def style_image(self, view_and_xray):
        """A view's radiograph, (H, W, 1), from the numbers of both."""
        view, xray = view_and_xray
        image = image_from_uint16(self.xrays[xray]["image"])[..., None]
        image = moved_radiograph(image, view, self.augmentation, self.seed)
        size, crop = tuple(self.settings["image_size"]), tuple(self.crop or self.settings["crop"])
        part = random_crop(image, view, size, crop, self.flip, self.seed)
        return toned_radiograph(part, view, self.augmentation, self.seed)
