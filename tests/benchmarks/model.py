"""Speed and memory of the model, as Markdown tables; medians of several runs.

    python tests/benchmarks/model.py [--presets tiny,small64,base128] [--only presets,parts]

Each row is measured in a process of its own (`model_case.py`), on a batch of noise: 2 volumes with
4 views each. XLA compiles no train step here unless asked to (`--xla-step`): that takes many
minutes on CPUs.
"""

import json
import subprocess
import sys
from pathlib import Path

import rich_click as click

CASE = Path(__file__).with_name("model_case.py")


def run(options, **case):
    """What `model_case.py` measures for a case."""
    text = json.dumps(options | case)
    done = subprocess.run([sys.executable, CASE, text], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{text} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def table(title, columns, rows):
    lines = [f"### {title}\n", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def ms(seconds):
    return f"{1000 * seconds:.1f}"


def presets(options, arguments):
    """What each preset costs in use and in training."""
    rows = []
    for name in arguments["presets"].split(","):
        found = run(options, preset=name)
        share = found["further_view"] / (found["encode"] + found["first_view"])
        rows.append(
            [
                name,
                f"{found['parameters']:,}",
                ms(found["encode"]),
                ms(found["first_view"]),
                f"{ms(found['further_view'])} ({share:.0%})",
                ms(found["step"]),
                f"{found['images_per_s']:.1f}",
                f"{found['trace']:.1f}",
                f"{found['peak_mb']:.0f}",
            ]
        )
    columns = ["preset", "parameters", "encode a CT, ms", "first view, ms"]
    columns += ["each further view, ms (of encode + first)", "train step, ms", "images/s"]
    return table("Presets", [*columns, "trace, s", "peak MB"], rows)


def attention(options, arguments):
    """What exact perspective costs against looking everywhere, and against no attention."""
    rows = []
    for kind in ("ray", "global", "none"):
        found = run(options, preset=arguments["preset"], changes={"attention": kind})
        rows.append([kind, *map(ms, (found["first_view"], found["step"]))])
    title = f"Pose attention, {arguments['preset']}"
    return table(title, ["variant", "first view, ms", "train step, ms"], rows)


def policy(options, arguments):
    """Number types, and XLA against TensorFlow's own kernels."""
    cases = {
        "float32": {},
        "mixed_bfloat16": {"policy": "mixed_bfloat16"},
        "float32, operations that XLA can compile": {"portable": True},
        "float32, XLA": {"portable": True, "xla": True},
    }
    rows = []
    for name, case in cases.items():
        with_step = arguments["xla_step"] or not case.get("xla")
        measure = ["views", "step"] if with_step else ["views"]
        found = run(options, preset=arguments["preset"], measure=measure, **case)
        step = ms(found["step"]) if with_step else "-"
        rows.append([name, ms(found["encode"]), ms(found["first_view"]), step])
    columns = ["policy", "encode a CT, ms", "first view, ms", "train step, ms"]
    return table(f"Policy and XLA, {arguments['preset']}", columns, rows)


def parts(options, arguments):
    """Where the time of a train step goes."""
    found = run(options, preset=arguments["preset"], measure=["parts"])["parts"]
    rows = [[name, *map(ms, times)] for name, times in found.items()]
    title = f"Parts of a train step, {arguments['preset']}"
    return table(title, ["part", "forward, ms", "forward and gradient, ms"], rows)


TABLES = {"presets": presets, "attention": attention, "policy": policy, "parts": parts}


@click.command()
@click.option("--presets", default="tiny,small64,base128", show_default=True)
@click.option("--preset", default="small64", show_default=True, help="Of the other tables.")
@click.option("--volumes", default=2, show_default=True, help="CTs in a batch.")
@click.option("--views", default=4, show_default=True, help="Views of each.")
@click.option("--repeats", default=5, show_default=True)
@click.option("--threads", default=2, show_default=True)
@click.option("--xla-step", is_flag=True, help="Compile a train step with XLA too.")
@click.option("--only", default=",".join(TABLES), show_default=True, help="Names of tables.")
def main(only, **arguments):
    options = {name: arguments[name] for name in ("volumes", "views", "repeats", "threads")}
    for name in only.split(","):
        print("\n" + TABLES[name](options, arguments), flush=True)


if __name__ == "__main__":
    main()
