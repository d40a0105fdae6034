"""`python dying_writes.py POINT ...`: the command line, killed inside its second checkpoint write.

POINT is `data` (before the parts of the new checkpoint are put together) or `state` (the checkpoint
is written, but the list of checkpoints does not name it yet).
"""

import os
import signal
import sys

from ct2xkeras.cli.main import main


def die_at_second_call(module, name):
    original, calls = getattr(module, name), []

    def dying(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **kwargs)

    setattr(module, name, dying)


if __name__ == "__main__":
    from tensorflow.python.checkpoint import checkpoint_management
    from tensorflow.python.ops import gen_io_ops

    if sys.argv[1] == "data":
        die_at_second_call(gen_io_ops, "merge_v2_checkpoints")
    else:
        die_at_second_call(checkpoint_management, "update_checkpoint_state_internal")
    main(sys.argv[2:])
