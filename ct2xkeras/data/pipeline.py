"""Training batches and evaluation cases from a finished data set.

A batch holds b volumes with k views each; every view has an unpaired radiograph as its style.
"""

import numpy as np
import tensorflow as tf

from ct2xkeras.data.info import count_of, read_info
from ct2xkeras.data.records import coverage_from_uint8, image_from_uint16
from ct2xkeras.data.sampling import (
    choose_ct,
    choose_poses,
    choose_xray,
    cropped,
    random_crop,
)
from ct2xkeras.data.seeds import Purpose, derived_seed
from ct2xkeras.data.storage import load_cts, load_records, load_xrays


def training_dataset(
    directory,
    volumes_per_batch: int,
    views_per_volume: int = 1,
    seed: int = 0,
    flip: float = 0.5,
    crop=None,
    start_batch: int = 0,
) -> tf.data.Dataset:
    """An endless stream of training batches, the same for the same seed.

    Args:
        directory: a finished data set.
        volumes_per_batch: b, CTs in a batch.
        views_per_volume: k, poses of each.
        flip: share of the radiographs that are mirrored.
        crop: (lowest, highest) share of a stored radiograph that is shown; by default the data
            set's own.
        start_batch: begin with this batch of the stream, at no cost.

    Returns:
        Batches with volume (b, z, y, x, 1) int16 HU, spacing (b, 3) mm (z, y, x), pose (b, k, 12),
        drr and style_image (b, k, H, W, 1) in [-1, 1], coverage (b, k, H, W, 1) in [0, 1]; float32.
    """
    info = read_info(directory)
    source = _Memory(directory, info, "train", crop or info["settings"]["crop"])

    def volume_with_views(number):
        return source.volume_with_views(number, views_per_volume, seed, flip)

    first = start_batch * volumes_per_batch
    numbers = tf.data.Dataset.range(first, np.iinfo(np.int64).max)
    volumes = numbers.map(volume_with_views, num_parallel_calls=tf.data.AUTOTUNE)
    return volumes.batch(volumes_per_batch, drop_remainder=True).prefetch(tf.data.AUTOTUNE)


class _Memory:
    """A split held as tensors."""

    def __init__(self, directory, info, split, crop):
        cts = load_cts(directory, info, split)
        cts.pop("name")
        with tf.device("CPU:0"):  # an accelerator's memory is for the model
            self.cts = {name: tf.constant(array) for name, array in cts.items()}
            self.xrays = tf.constant(load_xrays(directory, info, split))
        self.num_cts, self.num_poses = cts["poses"].shape[:2]
        self.crop, self.size = tuple(crop), tuple(info["settings"]["image_size"])

    def volume_with_views(self, number, num_views, seed, flip) -> dict:
        """The `number`-th volume of the stream with its views."""
        ct = choose_ct(number, self.num_cts, seed)
        poses = choose_poses(number, ct, self.num_cts, self.num_poses, num_views, seed)
        views = number * num_views + tf.range(num_views, dtype=tf.int64)

        def style_image(view):
            return self.style_image(view, seed, flip)

        return {
            "volume": self.cts["hu"][ct][..., None],
            "spacing": self.cts["spacing"][ct],
            "pose": self._views("poses", ct, poses),
            "drr": image_from_uint16(self._views("images", ct, poses))[..., None],
            "coverage": coverage_from_uint8(self._views("coverage", ct, poses))[..., None],
            "style_image": tf.map_fn(style_image, views, fn_output_signature=tf.float32),
        }

    def _views(self, name, ct, poses):
        indices = tf.stack([tf.fill(tf.shape(poses), ct), poses], axis=-1)
        return tf.gather_nd(self.cts[name], indices)

    def style_image(self, view, seed, flip):
        image = self.xrays[choose_xray(view, len(self.xrays), seed)]
        image = image_from_uint16(image)[..., None]
        return random_crop(image, view, self.size, self.crop, flip, seed)


def evaluation_cases(directory, num: int, seed: int = 0, crop=None) -> dict[str, np.ndarray]:
    """Views of held-out patients with held-out style references, as NumPy arrays.

    Views are spread evenly over CTs, and poses and radiographs repeat only when they run out. The
    middle of each radiograph is shown, at the mean of the crop's range.

    Returns:
        volume (n, z, y, x, 1) int16, spacing (n, 3), pose (n, 12), drr, coverage and style_image
        (n, H, W, 1) as in training; name (n,) of the CT and split (n,): "train" where no CT is
        held out. With phantoms also truth (n, H, W, 1): what a real device would have taken.
    """
    info = read_info(directory)
    split = split_with(info, "ct")
    cts = load_cts(directory, info, split)
    chosen, poses = _spread(len(cts["name"]), cts["poses"].shape[1], num, seed)
    images = image_from_uint16(cts["images"][chosen, poses])[..., None]
    cases = {
        "volume": cts["hu"][chosen][..., None],
        "spacing": cts["spacing"][chosen],
        "pose": cts["poses"][chosen, poses],
        "drr": images,
        "coverage": coverage_from_uint8(cts["coverage"][chosen, poses])[..., None],
        "style_image": evaluation_radiographs(directory, num, seed, crop),
        "name": np.array([name.decode() for name in cts["name"][chosen].tolist()]),
        "split": np.full(num, split),
    }
    if count_of(info, split, "truth") == len(cts["name"]):
        truth = load_records(directory, info, split, "truth", ("images",))["images"]
        cases["truth"] = image_from_uint16(truth[chosen, poses])[..., None]
    return cases


def evaluation_radiographs(directory, num: int, seed: int = 0, crop=None, split="val"):
    """Real radiographs (num, H, W, 1) in [-1, 1], middle crops, repeated only when they run out.

    Args:
        split: "val" falls back to "train" where no radiograph is held out.
    """
    info = read_info(directory)
    crop = crop or info["settings"]["crop"]
    stored = load_xrays(directory, info, split_with(info, "xray") if split == "val" else split)
    order = _passes(len(stored), num, derived_seed(seed, Purpose.EVALUATION, "xrays"))
    size, share = tuple(info["settings"]["image_size"]), float(np.mean(crop))
    images = image_from_uint16(stored[order])[..., None]
    return np.stack([cropped(image, size, share).numpy() for image in images])


def split_with(info: dict, kind: str) -> str:
    """The validation split where it holds records of a kind, else the training split."""
    return "val" if count_of(info, "val", kind) else "train"


def _spread(num_cts, num_poses, num, seed) -> tuple[np.ndarray, np.ndarray]:
    """CT and pose of each of `num` views: CTs in turn, each through its own order of poses."""
    turns = -(-num // num_cts)
    key = derived_seed(seed, Purpose.EVALUATION, "poses")
    orders = np.stack([_passes(num_poses, turns, key + ct) for ct in range(num_cts)])
    views = np.arange(num)
    return views % num_cts, orders[views % num_cts, views // num_cts]


def _passes(length, num, seed) -> np.ndarray:
    """`num` indices from seeded permutations of range(length), one after the other."""
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.permutation(length) for _ in range(-(-num // length))])[:num]
