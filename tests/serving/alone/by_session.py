"""The same in a session of TensorFlow 1, loaded by tag and signature, as TF Serving does."""

import sys

sys.modules["ct2xkeras"] = None  # importing it fails

import numpy as np  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402

tf.disable_eager_execution()
with tf.Session(graph=tf.Graph()) as session:
    graph = tf.saved_model.loader.load(session, ["serve"], sys.argv[1])
    signature = graph.signature_def["serving_default"]
    inputs = np.load(sys.argv[2])
    feed = {signature.inputs[name].name: inputs[name] for name in inputs}
    np.save(sys.argv[3], session.run(signature.outputs["xray"].name, feed))
assert not any(name.startswith("ct2xkeras.") for name in sys.modules)
