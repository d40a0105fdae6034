"""Loading TensorFlow without the lines its libraries print before any log setting counts."""

import contextlib
import logging
import os
import sys
import warnings


def quiet_tensorflow():
    """Load TensorFlow with its logs off. Does nothing where it is loaded already.

    `TF_CPP_MIN_LOG_LEVEL` in the environment leaves everything as it is, since who sets it wants
    to decide; but for 3, the quietest, which the processes that this one starts find there.
    """
    if "tensorflow" in sys.modules or os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3") != "3":
        return
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    with _stderr_to_nowhere():
        import tensorflow as tf
    tf.get_logger().setLevel("ERROR")
    logging.getLogger("absl").setLevel("ERROR")  # what reads SavedModels warns there
    # Keras's optimizers and tf-keras warn of their own internals.
    warnings.filterwarnings("ignore", module=r"(keras|tf_keras|tensorflow)\..*")


@contextlib.contextmanager
def _stderr_to_nowhere():
    """Redirects the process's error output, the part that C++ libraries write to as well."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
