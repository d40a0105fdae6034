"""Pictures per second through each extractor and LPIPS network, as a Markdown table.

    python tests/benchmarks/metrics_extractors.py [--pictures 256] [--side 256] [--threads 2]

Weights are random, which changes nothing about the time. Runs of the extractors are interleaved;
the table has the median and the fastest.
"""

import os
import statistics
import tempfile
import time

import numpy as np
import rich_click as click


def store_random_weights():
    """In place of the published ones."""
    from ct2xkeras.metrics.extractors.inception import inception
    from ct2xkeras.metrics.extractors.squeezenet import squeezenet
    from ct2xkeras.metrics.extractors.torchvision import alexnet, vgg16
    from ct2xkeras.metrics.extractors.weight_store import store_arrays

    networks = {
        "inception-2015-12-05": inception,
        "squeezenet-keras": squeezenet,
        "squeezenet-torchvision": squeezenet,
        "alexnet-torchvision": alexnet,
        "vgg16-torchvision": vgg16,
    }
    for name, build in networks.items():
        layers = [layer for layer in build().layers if layer.weights]
        store_arrays(name, {f"{layer.name}/{w.name}": w for layer in layers for w in layer.weights})
    for name, build in (("alex", alexnet), ("vgg", vgg16), ("squeeze", squeezenet)):
        heads = [np.ones(output.shape[-1], "float32") for output in build().outputs]
        store_arrays(f"lpips-{name}", {f"head{n}": head for n, head in enumerate(heads)})


def contenders():
    """{name: function of pictures}."""
    from ct2xkeras.metrics import perceptual_distance
    from ct2xkeras.metrics.extractors import extractor_names, find_extractor, find_lpips

    found = {name: find_extractor(name) for name in extractor_names()}
    for network in ("alex", "vgg", "squeeze"):
        distance = find_lpips(network)
        found[f"LPIPS {network}, pairs"] = lambda pictures, d=distance: perceptual_distance(
            pictures, pictures[::-1], d
        )
    return found


@click.command()
@click.option("--pictures", default=256, show_default=True)
@click.option("--side", default=256, show_default=True, help="Of the pictures, pixels.")
@click.option("--threads", default=2, show_default=True)
@click.option("--repeats", default=3, show_default=True)
@click.option("--only", default="", help="Names of extractors, with commas; default all.")
def main(pictures, side, threads, repeats, only):
    import ct2xkeras  # noqa: F401  before TensorFlow: it chooses TensorFlow's CPU kernels

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    images = np.random.default_rng(0).uniform(-1, 1, (pictures, side, side, 1)).astype("float32")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CT2XKERAS_CACHE"] = folder
        store_random_weights()
        chosen = contenders()
    chosen = {name: run for name, run in chosen.items() if not only or name in only.split(",")}
    rates = {name: [] for name in chosen}
    for run in chosen.values():
        run(images[:32])  # compiled
    for _ in range(repeats):
        for name, run in chosen.items():
            start = time.perf_counter()
            run(images)
            rates[name].append(pictures / (time.perf_counter() - start))
    print(f"\n### {pictures} pictures of {side} x {side}, {threads} threads\n")
    print("| extractor | pictures/s, median | fastest |\n|---|---|---|")
    for name, found in rates.items():
        print(f"| {name} | {statistics.median(found):.1f} | {max(found):.1f} |")


if __name__ == "__main__":
    main()
