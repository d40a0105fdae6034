"""Views of held-out patients and held-out radiographs, for samples and measures."""

import numpy as np
import tensorflow as tf

from ct2xkeras.data.batches.sampling import cropped
from ct2xkeras.data.batches.storage import open_records
from ct2xkeras.data.batches.views import CTViews, view_kind
from ct2xkeras.data.dataset.info import count_of, read_info
from ct2xkeras.data.dataset.records import image_from_uint16
from ct2xkeras.data.seeds import Purpose, derived_seed


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
    cases = _views(directory, info, split, num, seed)
    cases["style_image"] = evaluation_radiographs(directory, num, seed, crop)
    cases["split"] = np.full(num, split)
    return cases


def evaluation_radiographs(directory, num: int, seed: int = 0, crop=None, split="val"):
    """Real radiographs (num, H, W, 1) in [-1, 1], middle crops, repeated only when they run out.

    Args:
        split: "val" falls back to "train" where no radiograph is held out.
    """
    info = read_info(directory)
    split = split_with(info, "xray") if split == "val" else split
    stored = open_records(directory, info, split, ["xray"])["xray"]
    order = _passes(len(stored), num, derived_seed(seed, Purpose.EVALUATION, "xrays"))
    size = tuple(info["settings"]["image_size"])
    share = float(np.mean(crop or info["settings"]["crop"]))
    images = (image_from_uint16(stored[index]["image"])[..., None] for index in order)
    return np.stack([cropped(image, size, share).numpy() for image in images])


def split_with(info: dict, kind: str) -> str:
    """The validation split where it holds records of a kind, else the training split."""
    return "val" if count_of(info, "val", kind) else "train"


def _views(directory, info, split, num, seed) -> dict[str, np.ndarray]:
    """All of a case but its style; each CT is read once."""
    kinds = ["ct", view_kind(info, split)]
    if count_of(info, split, "truth") == count_of(info, split, "ct"):
        kinds.append("truth")
    records = open_records(directory, info, split, kinds)
    views = CTViews(records["ct"], records[kinds[1]], info["settings"]["image_size"])
    chosen, poses = _spread(len(views), views.num_poses, num, seed)
    parts = [
        _views_of_ct(views, records.get("truth"), ct, poses[chosen == ct])
        for ct in range(min(num, len(views)))
    ]
    place = np.argsort(np.argsort(chosen, kind="stable"))  # of each view among those by CT
    return {name: np.concatenate([part[name] for part in parts])[place] for name in parts[0]}


def _views_of_ct(views, truth, ct, poses) -> dict[str, np.ndarray]:
    case = {name: value.numpy() for name, value in views(ct, poses).items()}
    for name in ("volume", "spacing"):
        case[name] = np.repeat(case[name][None], len(poses), axis=0)
    case["name"] = np.full(len(poses), views.name(ct))
    if truth is not None:
        case["truth"] = image_from_uint16(tf.gather(truth[ct]["images"], poses))[..., None].numpy()
    return case


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
