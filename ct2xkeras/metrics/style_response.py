"""Style response: does a synthesised picture look like its own style reference or like any?"""

import numpy as np

from ct2xkeras.metrics.pixels import pixel_features


def tone_distances(images, references):
    """Mean absolute difference of sorted grey values: (n, h, w, 1), (m, h, w, 1) to (n, m)."""
    curves = np.sort(pixel_features(images), axis=-1)
    reference_curves = np.sort(pixel_features(references), axis=-1)
    return np.abs(curves[:, None] - reference_curves[None]).mean(axis=-1)


def code_distances(codes, references):
    """`1 - cosine` of the angle between codes: (n, size), (m, size) to (n, m)."""
    codes, references = (
        x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-12)
        for x in (codes, references)
    )
    return 1 - codes @ references.T


def retrieved(distances):
    """Whether each row's own column (the diagonal) is its nearest: (n, n) to (n,)."""
    return np.argmin(distances, axis=1) == np.arange(len(distances))


def retrieval_rate(distances):
    """Share of rows whose own column (the diagonal) is the nearest; chance is 1 / columns."""
    return float(np.mean(retrieved(distances)))
