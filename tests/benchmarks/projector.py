"""Speed of projectors at a stated accuracy: ours, DiffDRR, nanodrr and RTK, in one process.

    python tests/benchmarks/projector.py [--side 256] [--pixels 256] [--views 8] [--repeats 5]

Every renderer draws the same rays of the same soft phantom, whose line integrals are known in
closed form; the error stands beside each time. Runs are interleaved, times are medians. Memory is
what a run added to the process at its peak.

The peers are optional; what cannot be imported is left out and named:

    pip install torch itk-rtk
    pip install --no-deps diffdrr nanodrr torchio
    pip install jaxtyping roma SimpleITK tqdm humanize deprecated einops platformdirs
"""

import argparse
import os
import statistics
import time
from pathlib import Path


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("side", 256), ("pixels", 256), ("views", 8), ("repeats", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--samples", type=int, default=256, help="along each ray, of the marches")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default="", help="parts of names, separated by commas")
    return parser.parse_args()


def limit_threads(threads):
    """Before anything that computes is imported."""
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(threads)))
    os.environ["ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS"] = str(threads)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)


def gather(scene, samples, wanted):
    """All contenders that can be imported and are wanted."""
    import contenders
    import peers

    found = []
    for family in (contenders.ours, peers.rtk, peers.nanodrr, peers.diffdrr):
        try:
            found += list(family(scene, samples))
        except ImportError as error:
            print(f"left out: {family.__name__} ({error})")
    parts = [part for part in wanted.split(",") if part]
    return [c for c in found if not parts or any(part in c.name for part in parts)]


def peak_memory(function):
    """Result and MB that the process grew by at the peak (Linux; None elsewhere)."""
    clear = Path("/proc/self/clear_refs")
    if not clear.exists():
        return function(), None
    clear.write_text("5")
    before = _status("VmRSS")
    result = function()
    return result, max(0, _status("VmHWM") - before) / 1024


def _status(field):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def relative_error(found, expected):
    import numpy as np

    return float(np.sqrt(np.mean((found - expected) ** 2) / np.mean(expected**2)))


def median_times(tasks, repeats):
    """Seconds of each task (name: function), all in turn, `repeats` times."""
    times = {name: [] for name in tasks}
    for _ in range(repeats):
        for name, function in tasks.items():
            start = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def compare(title, tasks, expected, repeats, share=1):
    """Warm up, measure and print one table; times are divided by `share`."""
    checked = {}
    for name, function in tasks.items():
        function()
        result, memory = peak_memory(function)
        checked[name] = relative_error(result, expected), memory
    times = median_times(tasks, repeats)
    print(f"\n### {title}\n\n| renderer | s | error (relative RMS) | added MB |\n|---|---|---|---|")
    for name, seconds in sorted(times.items(), key=lambda item: item[1]):
        error, memory = checked[name]
        shown = "-" if memory is None else f"{memory:.0f}"
        print(f"| {name} | {seconds / share:.4f} | {error:.1e} | {shown} |")


def main():
    arguments = parse()
    limit_threads(arguments.threads)
    import numpy as np
    from blobs import exact_picture, exact_shift_gradient, make_scene

    scene = make_scene(arguments.side, arguments.pixels, arguments.views)
    field = gather(scene, arguments.samples, arguments.only)
    exact = np.stack([exact_picture(scene, i) for i in range(arguments.views)])
    what = f"{arguments.side}^3 voxels, {arguments.pixels}^2 pixels, {arguments.threads} threads"
    one = {c.name: lambda c=c: c.render(1) for c in field}
    compare(f"One oblique view: {what}", one, exact[:1], arguments.repeats)
    if arguments.views > 1:
        many = {c.name: lambda c=c: c.render(arguments.views) for c in field}
        title = f"Seconds a view in a batch of {arguments.views}: {what}"
        compare(title, many, exact, arguments.repeats, share=arguments.views)
    slopes = {c.name: c.shift_gradient for c in field if c.shift_gradient}
    title = f"One view with its pose gradient, forward and backward: {what}"
    compare(title, slopes, exact_shift_gradient(scene, 0), arguments.repeats)


if __name__ == "__main__":
    main()
