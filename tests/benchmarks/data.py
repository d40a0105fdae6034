"""Speed of the data part, as Markdown tables; medians of several runs.

    python tests/benchmarks/data.py [--cts 12] [--xrays 96] [--volume 96] [--pixels 128]

Everything is made of phantoms in a temporary folder. Each table is a function of the arguments and
a folder; `TABLES` names them, `--only` picks some.
"""

import argparse
import os
import tempfile
from pathlib import Path


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    sizes = {"cts": 12, "xrays": 96, "volume": 96, "pixels": 128, "poses": 64}
    reading = {"volumes-per-batch": 2, "views-per-volume": 4, "batches": 50, "steps": 40}
    for name, default in (sizes | reading | {"repeats": 5}).items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--only", default="", help="names of tables, separated by commas")
    return parser.parse_args()


def reading(arguments, folder):
    from data_reading import reading_table

    return reading_table(arguments, folder)


def waiting(arguments, folder):
    from data_reading import waiting_table

    return waiting_table(arguments, folder)


def building(arguments, folder):
    from data_building import building_table

    return building_table(arguments, folder)


def growth(arguments, folder):
    from data_building import growth_table

    return growth_table(arguments, folder)


def large(arguments, folder):
    from data_building import large_table

    return large_table(arguments, folder)


TABLES = {
    "reading": reading,
    "waiting": waiting,
    "building": building,
    "growth": growth,
    "large": large,
}


def main():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    arguments = parse()
    names = [name for name in arguments.only.split(",") if name] or list(TABLES)
    for name in names:
        with tempfile.TemporaryDirectory(prefix="ct2xkeras-benchmark-") as folder:
            print("\n" + TABLES[name](arguments, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
