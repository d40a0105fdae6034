"""How fast data sets are built, how that grows, and what a very large CT takes."""

import resource
import shutil
import statistics
import subprocess
import sys
import time

import nibabel
import numpy as np
from projector import peak_memory

from ct2xkeras.data import DatasetSpec, build_dataset

LARGE = (800, 512, 512)  # slices, rows, columns


def building_table(arguments, folder) -> str:
    """Builds against a loop that only reads the same CTs."""
    sources = make_sources(folder / "cts", arguments.cts, (160, 256, 256))
    spec = build_spec(folder, arguments)
    ways = {
        "loop over nibabel, reading only": lambda: [read(path) for path in sources],
        "build, 1 process": lambda: build(spec, folder, 1),
        "build, 2 processes": lambda: build(spec, folder, 2),
    }
    megabytes = sum(np.prod(nibabel.load(path).shape) for path in sources) * 2 / 1e6
    lines = [
        f"### Building: {len(sources)} CTs of 160 x 256 x 256 (.nii.gz) to {arguments.volume}^3 "
        f"with {arguments.poses} DRRs of {arguments.pixels}^2\n",
        "| way | s | MB of voxels a second | added MB at peak, without other processes |",
        "|---|---|---|---|",
    ]
    for name, way in ways.items():
        times = []
        for _ in range(2):
            start = time.perf_counter()
            _, memory = peak_memory(way)
            times.append(time.perf_counter() - start)
        seconds = statistics.median(times)
        lines.append(f"| {name} | {seconds:.1f} | {megabytes / seconds:.1f} | {memory:.0f} |")
    return "\n".join(lines)


def growth_table(arguments, folder) -> str:
    """Ten times as many cases should take ten times as long, and no more memory."""
    lines = ["### Growth: small CTs\n", "| CTs | s | s a CT | peak MB of the process |"]
    lines.append("|---|---|---|---|")
    for number in (10, 100, 1000):
        here = folder / str(number)
        make_sources(here / "cts", number, (24, 40, 40))
        command = [sys.executable, __file__, str(here), "10", "16", "4"]
        seconds, memory = map(float, subprocess.check_output(command, text=True).split())
        lines.append(f"| {number} | {seconds:.1f} | {seconds / number:.3f} | {memory:.0f} |")
        shutil.rmtree(here)
    return "\n".join(lines)


def large_table(arguments, folder) -> str:
    """A CT of 512 x 512 x 800 in a process of its own."""
    make_sources(folder / "cts", 2, LARGE)
    command = [sys.executable, __file__, str(folder), "256", "256", "16"]
    seconds, memory = map(float, subprocess.check_output(command, text=True).split())
    head = (
        "### Two CTs of 512 x 512 x 800 to 256^3\n\n| s a CT | peak GiB of the process |\n|---|---|"
    )
    return f"{head}\n| {seconds / 2:.0f} | {memory / 1024:.2f} |"


def make_sources(folder, number, shape) -> list:
    """CTs of an ellipse with noise, and one radiograph beside them."""
    from PIL import Image

    folder.mkdir(parents=True)
    z, y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in shape)
    inside = (x / 0.85) ** 2 + (y[:, None] / 0.7) ** 2 < 1
    rng = np.random.default_rng(0)
    plane = np.where(inside, 40, -1000) + rng.integers(-20, 20, inside.shape)
    spacing = [380 / shape[2], 380 / shape[1], 400 / shape[0], 1]
    paths = []
    for index in range(number):
        hu = np.broadcast_to((plane + index % 7).astype(np.int16), (len(z), *plane.shape))
        paths.append(folder / f"ct{index:04d}.nii.gz")
        image = nibabel.Nifti1Image(hu.transpose(2, 1, 0), np.diag(spacing))
        nibabel.save(image, paths[-1])
    for index in range(2):
        picture = rng.integers(60, 200, (96, 96)).astype(np.uint8)
        Image.fromarray(picture).save(folder.parent / f"xray{index}.png")
    return paths


def build_spec(folder, arguments) -> DatasetSpec:
    return DatasetSpec(
        volume_size=(arguments.volume,) * 3,
        image_size=(arguments.pixels,) * 2,
        cts=(str(folder / "cts"),),
        xrays=(str(folder / "xray*.png"),),
        poses_per_ct=arguments.poses,
        pose_prior={"footprint": [100, 200]},
        cts_per_shard=4,
    )


def read(path):
    return np.asarray(nibabel.load(path).dataobj)


def build(spec, folder, workers) -> None:
    build_dataset(spec, folder / "out", workers=workers)
    shutil.rmtree(folder / "out")


def main():
    """Builds once in this process; prints seconds and peak MB."""
    from argparse import Namespace
    from pathlib import Path

    folder, *sizes = sys.argv[1:]
    arguments = Namespace(**dict(zip(("volume", "pixels", "poses"), map(int, sizes), strict=True)))
    start = time.perf_counter()
    build(build_spec(Path(folder), arguments), Path(folder), 1)
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
