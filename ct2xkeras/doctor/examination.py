"""All checks in order."""

from collections.abc import Iterator

from ct2xkeras.doctor import devices, machine, packages
from ct2xkeras.doctor.finding import BROKEN, Finding


def examine(self_test=True) -> Iterator[tuple[str, Finding | None]]:
    """Look at this installation: (what is looked at, None), then (the same, its `Finding`).

    Args:
        self_test: whether to try the projector, a training step and an export: about 20 seconds.
            It is left out where TensorFlow does not load.
    """
    yield from _found(packages.check_python(), packages.check_required())
    yield "TensorFlow", None
    tensorflow = devices.check_tensorflow()
    yield from _found(tensorflow, devices.check_addons())
    if tensorflow.state != BROKEN:
        yield from _found(devices.check_gpus())
    yield from _found(machine.check_processors(), machine.check_memory(), *machine.check_disks())
    yield from _found(*map(packages.check_extra, packages.EXTRAS))
    if self_test and tensorflow.state != BROKEN:
        yield from _tried()


def _tried():
    from ct2xkeras.doctor.self_test import TRIALS, run_trial

    for name in TRIALS:
        yield name, None
        yield name, run_trial(name)


def _found(*findings):
    return ((finding.name, finding) for finding in findings if finding)
