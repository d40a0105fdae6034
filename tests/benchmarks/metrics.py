"""Time and memory of the metrics, and of torchmetrics on the same features where it is installed.

    python tests/benchmarks/metrics.py [--pictures 5000] [--features 2048] [--side 256]

Asked for: Fréchet and kernel distance of 5,000 x 2,048 features under 20 s and 2 GiB each on two
cores. Memory is what a run added to the process at its peak. The peer is optional:

    pip install torchmetrics torch
"""

import argparse
import time

from projector import limit_threads, peak_memory

NUM_PICTURES = 16  # that measures of single pictures are timed on


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("pictures", 5000), ("features", 2048), ("side", 256), ("threads", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--subset-size", type=int, default=1000, help="pictures of KID's subsets")
    return parser.parse_args()


def feature_sets(count, length):
    """Two sets as a network gives them, 0 or more, of nearly low rank."""
    import numpy as np

    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(length // 8, length)) / np.sqrt(length)
    real, fake = (
        np.maximum(rng.normal(size=(count, length // 8)) @ mixing + shift, 0)
        + 0.01 * rng.random((count, length))
        for shift in (0.2, 0.22)
    )
    return real, fake


def ours(sets, subset_size):
    from ct2xkeras import metrics

    def running(batch=256):
        metric = metrics.FrechetDistance(sets[0].shape[1])
        for start in range(0, len(sets[0]), batch):
            metric.update_state(*(features[start : start + batch] for features in sets))
        return metric.result()

    def subsets():
        return metrics.kernel_distance_of_subsets(*sets, subset_size=subset_size).mean

    return {
        "FID": lambda: metrics.frechet_distance(*sets),
        "FID, fed in batches of 256": running,
        "KID, all pictures": lambda: metrics.kernel_distance(*sets),
        f"KID, 100 subsets of {subset_size}": subsets,
    }


def torchmetrics(sets, subset_size, threads):
    """The same by torchmetrics in float64; ImportError where it is not installed."""
    import torch
    from torchmetrics.image.fid import FrechetInceptionDistance
    from torchmetrics.image.kid import KernelInceptionDistance

    torch.set_num_threads(threads)

    def value(kind, **settings):
        identity = torch.nn.Identity()
        identity.num_features = sets[0].shape[1]
        metric = kind(feature=identity, **settings).set_dtype(torch.float64)
        for features, real in zip(sets, (True, False), strict=True):
            metric.update(torch.from_numpy(features), real=real)
        result = metric.compute()
        return float(result[0] if isinstance(result, tuple) else result)

    return {
        "FID, torchmetrics": lambda: value(FrechetInceptionDistance),
        f"KID, 100 subsets of {subset_size}, torchmetrics": lambda: value(
            KernelInceptionDistance, subset_size=subset_size
        ),
    }


def of_pictures(side):
    """Measures of pictures beside their targets; values are means."""
    import numpy as np

    from ct2xkeras import metrics

    rng = np.random.default_rng(0)
    images, targets = rng.uniform(-1, 1, (2, NUM_PICTURES, side, side, 1)).astype("float32")
    images = 0.5 * (images + targets)
    measures = (
        metrics.structural_similarity,
        metrics.multiscale_structural_similarity,
        metrics.gradient_correlation,
        metrics.mutual_information,
        metrics.edge_displacement,
    )
    return {m.__name__: lambda m=m: float(m(images, targets).mean()) for m in measures}


def table(title, tasks):
    """Run each once and print what it took."""
    print(f"\n### {title}\n\n| measure | s | added MB | value |\n|---|---|---|---|")
    for name, function in tasks.items():
        start = time.perf_counter()
        value, memory = peak_memory(function)
        shown = "-" if memory is None else f"{memory:.0f}"
        print(f"| {name} | {time.perf_counter() - start:.2f} | {shown} | {value:.6g} |", flush=True)


def main():
    arguments = parse()
    limit_threads(arguments.threads)
    sets = feature_sets(arguments.pictures, arguments.features)
    subset_size = min(arguments.subset_size, arguments.pictures)
    tasks = ours(sets, subset_size)
    try:
        tasks |= torchmetrics(sets, subset_size, arguments.threads)
    except ImportError as error:
        print(f"left out: torchmetrics ({error})")
    what = f"{arguments.threads} threads"
    table(f"Two sets of {arguments.pictures} x {arguments.features} features, {what}", tasks)
    of_one = of_pictures(arguments.side)
    for function in of_one.values():
        function()  # the first run compiles
    table(f"{NUM_PICTURES} pictures of {arguments.side} x {arguments.side}, {what}", of_one)


if __name__ == "__main__":
    main()
