"""Why a training cannot go on."""


class TrainingFailedError(RuntimeError):
    """Training cannot go on: why, and what to do."""

    is_explained = True  # the command line prints the message alone


class DivergedError(TrainingFailedError):
    """A loss is no longer a number, or beyond its limit: which term, after which image."""


class DiskFullError(TrainingFailedError):
    """There is no room for the next checkpoint."""
