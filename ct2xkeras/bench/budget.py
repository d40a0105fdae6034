"""How long a run has trained, whatever interrupted it, and whether it has come to its end."""

import signal

from ct2xkeras.training.listing import log_lines, newest_checkpoint
from ct2xkeras.training.run_state import FINISHED, STOPPED, read_state


def minutes_trained(lines, images):
    """Minutes that a run's first `images` took, by the rates of its log; pauses do not count.

    Args:
        lines: of metrics.jsonl.
        images: of the newest checkpoint, from which training goes on.
    """
    seconds, before, rate = 0.0, 0, None
    for line in lines:
        if line.get("kind") != "train" or line["images"] > images:
            continue
        rate = line["images_per_second"]
        seconds, before = seconds + (line["images"] - before) / rate, line["images"]
    if rate:  # images between the last line and the checkpoint
        seconds += (images - before) / rate
    return seconds / 60


def minutes_of(run):
    """`minutes_trained` of a `RunFolder`."""
    return minutes_trained(log_lines(run, []), newest_checkpoint(run.checkpoints))


def has_ended(run):
    """Whether a `RunFolder`'s training came to its end: all images seen, or the time was up."""
    state = read_state(run) or {}
    if state.get("state") == STOPPED:
        return state.get("reason") not in signal.Signals.__members__
    return state.get("state") == FINISHED
