"""Evaluations on disk and on the terminal."""

from ct2xkeras.files import append_json_line


def record_evaluation(path, evaluation):
    """Append an `Evaluation` to a file such as a run's metrics.jsonl."""
    append_json_line(path, evaluation.record())


def metric_line(values):
    """All values on one line, each with its full spec."""
    return "  ".join(f"{name}={value:.4f}" for name, value in values.items())


def shown_value(value):
    """Four digits after the point, or as many significant ones for large and small numbers."""
    return f"{value:.4f}" if 0.001 <= abs(value) < 10 or value == 0 else f"{value:.4g}"
