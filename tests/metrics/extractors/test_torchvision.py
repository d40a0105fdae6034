"""LPIPS and the networks under it, against the same written in NumPy."""

import itertools

import numpy as np
import pytest

from ct2xkeras.metrics import perceptual_distance
from ct2xkeras.metrics.extractors import find_lpips, import_weights
from ct2xkeras.metrics.extractors.lpips import SCALE, SHIFT

FIRES = {3: (64, 16, 64), 4: (128, 16, 64), 6: (128, 32, 128), 7: (256, 32, 128)}
FIRES |= {9: (256, 48, 192), 10: (384, 48, 192), 11: (384, 64, 256), 12: (512, 64, 256)}
WEIGHTS = {"alex": "alexnet", "vgg": "vgg16", "squeeze": "squeezenet"}


# ------------------------------------------------------------------ torch's operations in NumPy


def conv(state, name, x, stride=1, padding=0):
    """Convolution and rectifier of (channels, height, width), float64."""
    weight, bias = state[f"{name}.weight"].astype(float), state[f"{name}.bias"]
    x = np.pad(x, [(0, 0), (padding, padding), (padding, padding)])
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], (1, 2))
    windows = windows[:, ::stride, ::stride]
    return np.maximum(np.einsum("oikl,ihwkl->ohw", weight, windows, optimize=True)
                      + bias[:, None, None], 0)  # fmt: skip


def pool(x, size, whole_windows=True):
    """Largest of windows at every second position; else an incomplete last window counts too."""
    height, width = x.shape[1:]
    last = size if whole_windows else 2
    rows, columns = (range(0, n - last + 1, 2) for n in (height, width))
    picked = [x[:, r : r + size, c : c + size].max((1, 2)) for r in rows for c in columns]
    return np.stack(picked, 1).reshape(-1, len(rows), len(columns))


def alexnet(state, x):
    x = conv(state, "features.0", x, 4, 2)
    yield x
    x = conv(state, "features.3", pool(x, 3), 1, 2)
    yield x
    x = conv(state, "features.6", pool(x, 3), 1, 1)
    yield x
    for number in (8, 10):
        x = conv(state, f"features.{number}", x, 1, 1)
        yield x


def vgg16(state, x):
    number = 0
    for block, count in enumerate((2, 2, 3, 3, 3)):
        x = pool(x, 2) if block else x
        for _ in range(count):
            x = conv(state, f"features.{number}", x, 1, 1)
            number += 2
        number += 1
        yield x


def squeezenet(state, x):
    x = conv(state, "features.0", x, 2)
    yield x
    for number in FIRES:
        x = pool(x, 3, whole_windows=False) if number in (3, 6, 9) else x
        squeezed = conv(state, f"features.{number}.squeeze", x)
        expand = f"features.{number}.expand"
        ways = [conv(state, f"{expand}{n}x{n}", squeezed, 1, n // 2) for n in (1, 3)]
        x = np.concatenate(ways)
        if number not in (3, 6):
            yield x


def lpips(network, state, heads, image, target):
    """Of two pictures (height, width)."""
    maps = []
    for picture in (image, target):
        channels = [(picture.astype(float) - a) / b for a, b in zip(SHIFT, SCALE, strict=True)]
        maps.append(network(state, np.stack(channels)))
    total = 0
    for one, other, head in zip(*maps, heads.values(), strict=True):
        one, other = (f / (np.sqrt((f**2).sum(0)) + 1e-10) for f in (one, other))
        total += (head[0] * (one - other) ** 2).sum(0).mean()
    return total


# ------------------------------------------------------------------ random weights


def shapes(name):
    """{torch's name of a convolution: (filters, channels, size)}."""
    if name == "squeeze":
        found = {"features.0": (64, 3, 3)}
        for number, (before, squeezed, expanded) in FIRES.items():
            found[f"features.{number}.squeeze"] = (squeezed, before, 1)
            found[f"features.{number}.expand1x1"] = (expanded, squeezed, 1)
            found[f"features.{number}.expand3x3"] = (expanded, squeezed, 3)
        return found
    if name == "alex":
        return {
            "features.0": (64, 3, 11),
            "features.3": (192, 64, 5),
            "features.6": (384, 192, 3),
            "features.8": (256, 384, 3),
            "features.10": (256, 256, 3),
        }
    numbers = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
    widths = (3, 64, 64, 128, 128, 256, 256, 256, *[512] * 6)
    return {
        f"features.{number}": (after, before, 3)
        for number, (before, after) in zip(numbers, itertools.pairwise(widths), strict=True)
    }


@pytest.fixture(params=WEIGHTS)
def case(request, rng, tmp_path, save_torch, as_published):
    """A network of random weights and heads, imported; as the oracle takes them."""
    name = request.param
    state = {"classifier.1.weight": rng.normal(size=(3, 4)).astype("float32")}
    for layer, (filters, channels, size) in shapes(name).items():
        kernel = rng.normal(size=(filters, channels, size, size))
        state[f"{layer}.weight"] = (kernel * np.sqrt(2 / (channels * size**2))).astype("float32")
        state[f"{layer}.bias"] = rng.normal(scale=0.1, size=filters).astype("float32")
    oracle = {"alex": alexnet, "vgg": vgg16, "squeeze": squeezenet}[name]
    maps = oracle(state, np.zeros((3, 32, 32)))
    heads = {
        f"lin{n}.model.1.weight": rng.uniform(0, 1, (1, len(found), 1, 1)).astype("float32")
        for n, found in enumerate(maps)
    }
    for weights, arrays in ((f"{WEIGHTS[name]}-torchvision", state), (f"lpips-{name}", heads)):
        path = save_torch(tmp_path / f"{weights}.pth", arrays, "zip")
        as_published(path, weights)
        assert import_weights(path) == (weights, tmp_path / f"cache/weights/{weights}.npz")
    return name, lambda image, target: lpips(oracle, state, heads, image, target)


def test_lpips_is_what_torch_would_give(case, rng):
    name, oracle = case
    targets = rng.uniform(-1, 1, (9, 40, 53, 1)).astype("float32")
    images = np.clip(targets + 0.2 * rng.normal(size=targets.shape), -1, 1).astype("float32")
    metric = find_lpips(name)
    found = perceptual_distance(images, targets, metric)
    assert metric.name == f"lpips-{name}"
    expected = [oracle(images[n, ..., 0], targets[n, ..., 0]) for n in (0, 8)]
    np.testing.assert_allclose(found[[0, 8]], expected, rtol=1e-5)
    np.testing.assert_array_equal(perceptual_distance(targets, targets, metric), 0)


def test_an_unknown_network_and_missing_weights_are_said():
    with pytest.raises(ValueError, match=r"one of alex, vgg, squeeze, found 'alexnet'"):
        find_lpips("alexnet")
    with pytest.raises(ValueError, match=r"lpips-vgg.*https:.*`ct2xkeras weights import vgg\.pth`"):
        find_lpips("vgg")
