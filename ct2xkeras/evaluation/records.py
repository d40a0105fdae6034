"""Metric values on disk and on the terminal."""

from ct2xkeras.files import append_json_line


def record_metrics(run, images, values):
    """Append the values of one evaluation to the run's metrics.jsonl."""
    append_json_line(run.metrics_file, {"kind": "evaluation", "images": images, **values})


def metric_line(values):
    """All values on one line, each with its full spec."""
    return "  ".join(f"{name}={value:.4f}" for name, value in values.items())
