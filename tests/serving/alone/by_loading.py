"""serving_default of a SavedModel, by TensorFlow 2's loader: MODEL INPUTS.npz OUTPUT.npy."""

import sys

sys.modules["ct2xkeras"] = None  # importing it fails

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

model = tf.saved_model.load(sys.argv[1])
inputs = {name: tf.constant(values) for name, values in np.load(sys.argv[2]).items()}
np.save(sys.argv[3], model.signatures["serving_default"](**inputs)["xray"].numpy())
assert not any(name.startswith("ct2xkeras.") for name in sys.modules)
