"""Latency and throughput of a served model, as Markdown tables.

    python tests/benchmarks/serving.py [--preset base128] [--views 8] [--requests 30]
        [--server http://HOST:8501 --grpc grpc://HOST:8500 --folder SavedModels/NAME/VERSION]

A model of untrained weights is exported to a temporary folder and served by `ct2xkeras serve`;
`--server`, `--grpc` and `--folder` measure a TF Serving that serves this folder instead. Every way
is asked in turn, round by round, so that a slow moment of the machine meets all of them.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import rich_click as click

SERVE = "from ct2xkeras.cli.main import main; main()"
CLIENTS = 4
POSES = 100  # of encode once, render many


def table(title, columns, rows):
    lines = [f"### {title}\n", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows]) + "\n"


def ms(seconds):
    return f"{1000 * seconds:.1f}"


def export_model(preset, folder):
    """Exports untrained networks in a process of their own; prints how long it took."""
    code = (
        "import sys, pathlib\n"
        "from ct2xkeras.models.synthesizer import XraySynthesizer\n"
        "from ct2xkeras.serving.export import export\n"
        "networks = XraySynthesizer(sys.argv[1])\n"
        "networks.build()\n"
        "export(networks, pathlib.Path(sys.argv[2]))\n"
    )
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, preset, folder], check=True, capture_output=True)
    return time.perf_counter() - start


def start_server(folder):
    """The process, and addresses of REST and gRPC."""
    command = [sys.executable, "-c", SERVE, "serve", str(folder), "--no-page"]
    command += ["--rest-port", "0", "--grpc-port", "0", "--timeout", "600"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    found = re.match(r"REST (\S+)  gRPC (\S+)", process.stdout.readline())
    if not found:
        raise RuntimeError("the server did not start")
    return process, *found.groups()


def make_inputs(client, views):
    """One CT on the model's grid, a style and poses; as floats, and as int16 bytes."""
    from ct2xkeras.geometry import CArmPose, Detector, pose_vector
    from ct2xkeras.serving.client import byte_row

    rng = np.random.default_rng(0)
    size, side = client.volume_size, client.image_size
    hu = rng.integers(-1000, 1500, size).astype("<i2")
    detector = Detector(side, side, (300.0 / side, 300.0 / side))
    angles = np.linspace(-60, 60, views)
    shared = {
        "spacing": np.divide(300, size).astype(np.float32)[None],
        "style_image": rng.uniform(-1, 1, (1, side, side, 1)).astype(np.float32),
        "pose": np.stack([pose_vector(CArmPose(a, 0), detector) for a in angles]),
    }
    floats = {"volume": hu[None, ..., None].astype(np.float32), **shared}
    seed = {"seed": np.zeros(1, np.int32)}
    return floats, {"volume_bytes": byte_row(hu.tobytes()), **shared, **seed}


def ways_to_ask(folder, clients, floats, as_bytes):
    """{name: function that gets the pictures once}."""
    import tensorflow as tf

    model = tf.saved_model.load(str(folder))

    def in_process(signature, inputs):
        call = model.signatures[signature]
        tensors = {name: tf.constant(value) for name, value in inputs.items()}
        return lambda: call(**tensors)["xray"].numpy()

    def asked(client, signature, inputs):
        return lambda: client.predict(signature, **inputs)["xray"]

    rest, grpc = clients
    return {
        "tf.function in process": in_process("serving_default", floats),
        "gRPC, float32": asked(grpc, "serving_default", floats),
        "gRPC, int16 bytes": asked(grpc, "synthesize_bytes", as_bytes),
        "REST, int16 in base64": asked(rest, "synthesize_bytes", as_bytes),
        "REST, float JSON": asked(rest, "serving_default", floats),
    }


def latencies(ways, requests):
    """{name: seconds of each request}; the first of each is not counted."""
    times = {name: [] for name in ways}
    for round_ in range(requests + 1):
        for name, ask in ways.items():
            start = time.perf_counter()
            ask()
            if round_:
                times[name].append(time.perf_counter() - start)
    return times


def throughput(ask, requests):
    """Requests per second of several clients at once."""
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda _: ask(), range(requests)))
    return requests / (time.perf_counter() - start)


def ask_table(ways, views, requests):
    times = latencies(ways, requests)
    base = statistics.median(next(iter(times.values())))
    rows = []
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        p95 = float(np.percentile(seconds, 95))
        rate = throughput(ways[name], requests)
        rows.append([name, ms(middle), ms(p95), f"{middle / base - 1:+.0%}", f"{rate:.2f}"])
    title = f"One CT, {views} poses a request, {requests} requests each"
    columns = ["way", "p50, ms", "p95, ms", "over in process", f"requests/s, {CLIENTS} clients"]
    return table(title, columns, rows)


def scene_table(client, floats, as_bytes):
    """Encode once and render many poses, against a whole request for each."""
    hu = np.frombuffer(as_bytes["volume_bytes"][0], "<i2").reshape(client.volume_size)
    pose = floats["pose"][:1]
    poses = np.repeat(pose, POSES, axis=0)
    style_image = floats["style_image"]

    def once():
        ct = client.encode_ct(hu, floats["spacing"][0])
        client.render(ct, client.encode_style(style_image[0, ..., 0]), poses)

    def each():
        for _ in range(POSES):
            client.predict("synthesize_bytes", **{**as_bytes, "pose": pose})

    rows = []
    for name, work in (("encoded once", once), (f"{POSES} whole requests", each)):
        start = time.perf_counter()
        work()
        rows.append([name, f"{time.perf_counter() - start:.2f}"])
    return table(f"One CT at {POSES} poses, gRPC", ["way", "s in all"], rows)


@click.command()
@click.option("--preset", default="base128", show_default=True, help="base128 has 128^3 voxels.")
@click.option("--views", default=8, show_default=True, help="Poses of a request.")
@click.option("--requests", default=30, show_default=True, help="Of each way.")
@click.option("--server", metavar="URL", help="REST address of a TF Serving to measure instead.")
@click.option("--grpc", metavar="URL", help="Its gRPC address.")
@click.option("--folder", type=click.Path(path_type=Path), help="NAME/VERSION that it serves.")
def main(preset, views, requests, server, grpc, folder):
    from ct2xkeras.serving import Client

    with tempfile.TemporaryDirectory() as root:
        process = None
        if folder is None:
            exported = export_model(preset, f"{root}/model")
            print(f"export: {exported:.1f} s")
            folder = Path(root) / "model" / "1"
        if server is None:
            start = time.perf_counter()
            process, server, grpc = start_server(folder.parent)
            print(f"cold start with warm-up requests: {time.perf_counter() - start:.1f} s")
        try:
            clients = [Client(a, folder.parent.name, timeout=600) for a in (server, grpc)]
            start = time.perf_counter()
            floats, as_bytes = make_inputs(clients[1], views)
            clients[1].predict("serving_default", **floats)
            print(f"first request: {time.perf_counter() - start:.1f} s\n")
            ways = ways_to_ask(folder, clients, floats, as_bytes)
            print(ask_table(ways, views, requests), flush=True)
            print(scene_table(clients[1], floats, as_bytes), flush=True)
        finally:
            if process:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main()
