"""state.json: whether a run is training, and how it ended, for who looks at it from outside."""

import datetime
import json
import os
import platform

from ct2xkeras.files import write_text
from ct2xkeras.training.failures import TrainingFailedError

TRAINING, FINISHED, STOPPED, FAILED = "training", "finished", "stopped", "failed"


def write_state(run, state, images, total, reason=None, rollbacks=0):
    """Note the state of a run.

    Args:
        state: `training`, `finished`, `stopped` (goes on by the same command) or `failed`.
        images: views trained on so far.
        total: views to train on.
        reason: why it ended early.
        rollbacks: times that it went back to a checkpoint after diverging.
    """
    values = {
        "state": state,
        "images": images,
        "total": total,
        "reason": reason,
        "rollbacks": rollbacks,
        "pid": os.getpid(),
        "host": platform.node(),
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }
    write_text(run.state_file, json.dumps(values, indent=2) + "\n")


def read_state(run):
    """The noted state, a dictionary; None where there is none or it cannot be read."""
    try:
        state = json.loads(run.state_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return state if isinstance(state, dict) else None


def is_alive(state):
    """Whether the process that noted a state runs still, as far as this machine can know."""
    if state is None or state["state"] != TRAINING or state["host"] != platform.node():
        return False
    try:
        os.kill(state["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def refuse_second(run):
    """Refuses to train a run that another process is training."""
    state = read_state(run)
    if is_alive(state) and state["pid"] != os.getpid():
        raise TrainingFailedError(
            f"{run.path}: process {state['pid']} is training it. Wait for it or stop it (Ctrl-C or "
            "SIGTERM saves a checkpoint), or train into another folder with --out."
        )
