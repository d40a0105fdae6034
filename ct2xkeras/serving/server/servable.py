"""One version of a model, loaded."""

import logging
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from ct2xkeras.serving.server.definitions import to_json
from ct2xkeras.serving.server.errors import ServingError, public_message, wrong
from ct2xkeras.serving.server.signatures import LONGEST_NAME, read_signatures, similar

WARMUP_FILE = "assets.extra/tf_serving_warmup_requests"
DEFAULT_SIGNATURE = "serving_default"
REFUSALS = (tf.errors.InvalidArgumentError, tf.errors.FailedPreconditionError)

logger = logging.getLogger(__name__)


class Servable:
    """A SavedModel that answers requests.

    Args:
        name, version: what requests call it.
        path: folder of the version.

    Raises:
        Exception: whatever TensorFlow makes of a broken one.
    """

    def __init__(self, name, version, path):
        self.name, self.version = name, version
        self.definitions = read_definitions(path)
        as_json = {name: to_json(each) for name, each in self.definitions.items()}
        self.signatures = read_signatures(as_json)
        self._model = tf.saved_model.load(str(path))

    def signature(self, name):
        """The `Signature` of this name; an empty name is the default one.

        Raises:
            ServingError: there is none.
        """
        name = name or DEFAULT_SIGNATURE
        if name not in self.signatures:
            shown = repr(name[:LONGEST_NAME])
            raise wrong(f"There is no signature {shown}{similar(name, self.signatures)}")
        return self.signatures[name]

    def run(self, signature, inputs) -> dict[str, np.ndarray]:
        """Results {name: array} of checked inputs.

        Raises:
            ServingError: the model refuses the inputs, gives no finite numbers, or fails.
        """
        function = self._model.signatures[signature]
        try:
            tensors = function(**{name: tf.constant(array) for name, array in inputs.items()})
            outputs = {name: tensor.numpy() for name, tensor in tensors.items()}
        except REFUSALS as error:
            raise wrong(public_message(error.message)) from None
        except tf.errors.ResourceExhaustedError:
            raise ServingError(
                "RESOURCE_EXHAUSTED", "Not enough memory for this request: send it in parts."
            ) from None
        except Exception:
            logger.exception("%s of %s, version %s, failed", signature, self.name, self.version)
            raise ServingError("INTERNAL", "The model failed; the server's log says why.") from None
        return {name: np.asarray(output) for name, output in outputs.items()}


def check_finite(outputs):
    """Raises `ServingError` where a result is not a number, which JSON cannot say either."""
    for name, array in outputs.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise wrong(f"These inputs give no finite {name}: check spacing, pose and volume.")


def read_definitions(path) -> dict:
    """{name: SignatureDef} of a SavedModel's folder."""
    saved_model = saved_model_pb2.SavedModel()
    saved_model.ParseFromString((Path(path) / "saved_model.pb").read_bytes())
    return dict(saved_model.meta_graphs[0].signature_def)


def warm_up(servable, path):
    """Run the requests that the export left for this, so that the first client need not wait."""
    from tensorflow_serving.apis import prediction_log_pb2

    file = Path(path) / WARMUP_FILE
    if not file.is_file():
        return
    for record in tf.data.TFRecordDataset(str(file)).as_numpy_iterator():
        request = prediction_log_pb2.PredictionLog.FromString(record).predict_log.request
        inputs = {name: tf.make_ndarray(proto) for name, proto in request.inputs.items()}
        servable.run(request.model_spec.signature_name or DEFAULT_SIGNATURE, inputs)


def load(name, version, path) -> Servable:
    """A warmed up `Servable`."""
    servable = Servable(name, version, path)
    warm_up(servable, path)
    return servable
