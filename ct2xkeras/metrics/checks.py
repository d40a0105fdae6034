"""What every metric asks of its arguments, said in one place."""

from collections import Counter

import numpy as np

LARGEST = 2.0  # grey values overshoot [-1, 1] a little; far beyond it they are on another scale
INSIDE = 0.5  # where a coverage mask is above, a pixel counts


def check_features(features, side="features", least=2):
    """Features of pictures as float64 (n, d).

    Args:
        features: (n, d), of `least` pictures or more.
        side: what to call them in an error, as "features of the reference".

    Raises:
        ValueError: another shape, too few pictures, or values that are no finite numbers.
    """
    features = np.asarray(features, np.float64)
    if features.ndim != 2 or not features.shape[1]:
        raise ValueError(f"{side}: expected shape (pictures, features), received {features.shape}.")
    if len(features) < least:
        raise ValueError(
            f"{side}: expected those of {least} pictures or more, received {len(features)}."
        )
    bad = _not_finite(features)
    if bad.size:
        raise ValueError(f"{side}: not finite in {_which(bad, len(features))}.")
    return features


def check_feature_pair(a, b):
    """Two sets of features of one length, (n, d) and (m, d), as float64; see `check_features`."""
    a, b = check_features(a, "first features"), check_features(b, "second features")
    if a.shape[1] != b.shape[1]:
        raise ValueError(
            "Features of two sets must come from one extractor; "
            f"received lengths {a.shape[1]} and {b.shape[1]}."
        )
    return a, b


def check_pictures(pictures, side="pictures", varied=False):
    """Pictures in [-1, 1] as float32 (n, height, width, 1).

    Args:
        pictures: array, or a list of (height, width, 1) of one size.
        side: what to call them in an error.
        varied: refuse pictures of one grey value, in which no measure of structure sees anything.

    Raises:
        ValueError: none, mixed sizes, another shape, values that are no finite numbers or on
            another scale, or, on demand, constant pictures.
    """
    sizes = Counter(np.shape(picture) for picture in pictures)
    if len(sizes) > 1:
        found = ", ".join(f"{count} of {shape}" for shape, count in sizes.most_common())
        raise ValueError(f"{side}: expected pictures of one size, received {found}.")
    pictures = np.asarray(pictures, np.float32)
    if pictures.ndim != 4 or pictures.shape[-1] != 1 or not pictures.size:
        raise ValueError(
            f"{side}: expected shape (n, height, width, 1), n > 0, received {pictures.shape}."
        )
    bad = _not_finite(pictures)
    if bad.size:
        raise ValueError(f"{side}: not finite in {_which(bad, len(pictures))}.")
    if np.abs(pictures).max() > LARGEST:
        raise ValueError(
            f"{side}: expected grey values in [-1, 1], received up to {np.abs(pictures).max():.4g}."
        )
    if varied:
        _refuse_constant(pictures, side)
    return pictures


def check_picture_pair(images, targets, varied=False):
    """Pictures and their targets, both float32 (n, height, width, 1); see `check_pictures`."""
    images = check_pictures(images, "pictures", varied)
    targets = check_pictures(targets, "target pictures", varied)
    if images.shape != targets.shape:
        raise ValueError(
            "Each picture needs a target of its size; "
            f"received shapes {images.shape} and {targets.shape}."
        )
    return images, targets


def check_mask(mask, pictures):
    """Where to look, as float32 of the pictures' shape; no mask: everywhere.

    Raises:
        ValueError: another shape, or nowhere to look.
    """
    if mask is None:
        return np.ones_like(pictures)
    if np.shape(mask) != pictures.shape:
        raise ValueError(
            f"A mask has its pictures' shape: expected {pictures.shape}, received {np.shape(mask)}."
        )
    mask = np.asarray(mask, np.float32)
    empty = np.flatnonzero(mask.max(axis=(1, 2, 3)) <= INSIDE)
    if empty.size:
        raise ValueError(f"mask: nowhere above {INSIDE} in {_which(empty, len(mask))}.")
    return mask


def _not_finite(arrays):
    """Indices of the arrays that hold a value that is no finite number."""
    return np.flatnonzero(~np.isfinite(arrays).all(axis=tuple(range(1, arrays.ndim))))


def _refuse_constant(pictures, side):
    constant = np.flatnonzero(np.ptp(pictures, axis=(1, 2, 3)) == 0)
    if constant.size:
        raise ValueError(f"{side}: one grey value everywhere in {_which(constant, len(pictures))}.")


def _which(indices, total):
    return f"{len(indices)} of {total} (the first has index {indices[0]})"
