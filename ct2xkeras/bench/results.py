"""results.jsonl of a bench: a line for each thing that was done, and what they come to."""

import json
from dataclasses import dataclass, field

from ct2xkeras.files import append_json_line

TRAINED, EVALUATED, FAILED = "trained", "evaluated", "failed"
TRAINING = "training"  # a stage; the others are variants of evaluation


@dataclass
class Outcome:
    """What became of one run.

    Args:
        images: views trained on.
        minutes: of training.
        evaluations: {variant: {metric spec: value}}.
        failures: {stage: reason}.
    """

    images: int | None = None
    minutes: float | None = None
    evaluations: dict[str, dict[str, float]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def is_trained(self):
        return self.images is not None


class Results:
    """The file of results; what is in it counts as long as nothing later contradicts it.

    Args:
        path: of the file, which need not be there.
    """

    def __init__(self, path):
        self.path = path

    def trained(self, run, images, minutes):
        """Note that a run has come to its end; evaluations of an earlier training are void.

        Args:
            run: (method, seed).
        """
        self._append(TRAINED, run, images=images, minutes=minutes)

    def evaluated(self, run, variant, record):
        """Note an evaluation: `values` by metric spec, `intervals`, `notes` and `settings`."""
        self._append(EVALUATED, run, variant=variant, **record)

    def failed(self, run, stage, reason, trace=""):
        """Note that a stage failed."""
        self._append(FAILED, run, stage=stage, reason=reason, trace=trace)

    def _append(self, kind, run, **values):
        method, seed = run
        append_json_line(self.path, {"kind": kind, "method": method, "seed": seed, **values})

    def outcomes(self):
        """{(method, seed): `Outcome`} of all lines; those that cannot be read are passed over."""
        found = {}
        texts = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        for line in filter(None, map(_line, texts)):
            run = line["method"], line["seed"]
            found[run] = _after(found.get(run, Outcome()), line)
        return found


def _line(text):
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) and "method" in line and "seed" in line else None


def _after(outcome, line):
    """The outcome of a run after one more line."""
    if line["kind"] == TRAINED:
        return Outcome(line["images"], line["minutes"])
    if line["kind"] == EVALUATED:
        outcome.evaluations[line["variant"]] = line["values"]
        outcome.failures.pop(line["variant"], None)
    else:
        outcome.failures[line["stage"]] = line["reason"]
    return outcome
