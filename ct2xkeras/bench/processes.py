"""Work in processes of their own: memory comes back, and no run depends on the one before."""

import contextlib
import multiprocessing
import os
import signal
import traceback

#: Signals that are passed on to the work, which then ends in its own way.
PASSED_ON = ("SIGINT", "SIGTERM", "SIGHUP")


class WorkFailedError(RuntimeError):
    """Work that did not come to its end.

    Args:
        reason: in a line.
        trace: where it happened, many lines; may be empty.
    """

    is_explained = True  # the command line prints the message alone

    def __init__(self, reason, trace=""):
        super().__init__(reason)
        self.trace = trace


class WrongInputError(WorkFailedError, ValueError):
    """Work that failed on what it was given."""


#: What the work sends of an error: what is made of it.
FAILURES = {"failed": WorkFailedError, "wrong": WrongInputError}


def in_own_process(function, *arguments):
    """`function(*arguments)`, computed by a new process that shares the terminal.

    Args:
        function: of a module; it and the arguments are pickled.

    Raises:
        WorkFailedError: it raised, or its process died; a `WrongInputError` where it raised
            `ValueError` or `OSError`.
        KeyboardInterrupt: this process or the work was told to stop; the work has ended.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sender, function, arguments))
    with _passing_signals_to(process) as received:
        process.start()
        sender.close()
        answer = _answer(receiver)
        process.join()
    if received or answer == ("interrupted",):
        raise KeyboardInterrupt
    if answer is None:
        raise WorkFailedError(f"its process ended with {_how(process.exitcode)}")
    if answer[0] in FAILURES:
        raise FAILURES[answer[0]](*answer[1:])
    return answer[1]


def _work(sender, function, arguments):
    """What the new process does."""
    with contextlib.suppress(OSError, AttributeError):
        os.setpgrp()  # Ctrl-C comes once, by the process that waits, and not from the terminal too
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sender.send(("done", function(*arguments)))
    except KeyboardInterrupt:
        sender.send(("interrupted",))
    except Exception as error:
        reason = " ".join(str(error).split())
        is_wrong_input = isinstance(error, (ValueError, OSError))
        if not (is_wrong_input or getattr(error, "is_explained", False)):
            reason = f"{type(error).__name__}: {reason}"
        kind = "wrong" if is_wrong_input else "failed"
        sender.send((kind, reason or type(error).__name__, traceback.format_exc()))


def _answer(receiver):
    try:
        return receiver.recv()
    except EOFError:
        return None


def _how(exitcode):
    return signal.Signals(-exitcode).name if exitcode < 0 else f"status {exitcode}"


@contextlib.contextmanager
def _passing_signals_to(process):
    """Passes signals on to a process; gives the list of those that came."""
    received = []

    def pass_on(number, frame):
        received.append(number)
        if process.pid and process.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, number)

    numbers = [getattr(signal, name) for name in PASSED_ON if hasattr(signal, name)]
    heeded = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]  # nohup
    before = {number: signal.signal(number, pass_on) for number in heeded}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
