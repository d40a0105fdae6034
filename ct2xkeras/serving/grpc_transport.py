"""A client's requests by gRPC, on the official stubs."""

import numpy as np

from ct2xkeras.serving.asking import ServerError
from ct2xkeras.serving.server.signatures import read_signatures


class GrpcTransport:
    """TensorProtos, on the official stubs."""

    def __init__(self, address, model, version):
        try:
            import grpc
            from tensorflow_serving.apis import (
                model_service_pb2_grpc,
                prediction_service_pb2_grpc,
            )
        except ImportError as error:
            raise ValueError(
                f"gRPC needs {error.name}: install it with `pip install 'ct2xkeras[serving]'`."
            ) from None
        self._address, self._model, self._version = address, model, version
        scheme, _, target = address.partition("://")
        sizes = [(f"grpc.max_{way}_message_length", -1) for way in ("send", "receive")]
        if scheme == "grpcs":
            self._channel = grpc.secure_channel(target, grpc.ssl_channel_credentials(), sizes)
        else:
            self._channel = grpc.insecure_channel(target, sizes)
        self._prediction = prediction_service_pb2_grpc.PredictionServiceStub(self._channel)
        self._models = model_service_pb2_grpc.ModelServiceStub(self._channel)

    def signatures(self, timeout):
        """{name: `Signature`} of the model."""
        from tensorflow_serving.apis import get_model_metadata_pb2

        from ct2xkeras.serving.server.definitions import to_json

        request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
        self._address_model(request.model_spec)
        found = self._ask(self._prediction.GetModelMetadata, request, timeout)
        definitions = get_model_metadata_pb2.SignatureDefMap()
        found.metadata["signature_def"].Unpack(definitions)
        return read_signatures(to_json(definitions)["signature_def"])

    def states(self, timeout) -> dict[int, str]:
        """{version: state}."""
        from tensorflow_serving.apis import get_model_status_pb2

        request = get_model_status_pb2.GetModelStatusRequest()
        self._address_model(request.model_spec)
        found = self._ask(self._models.GetModelStatus, request, timeout)
        name = get_model_status_pb2.ModelVersionStatus.State.Name
        return {entry.version: name(entry.state) for entry in found.model_version_status}

    def predict(self, signature, inputs, timeout) -> dict[str, np.ndarray]:
        """Outputs of a `Signature` for {name: array}."""
        import tensorflow as tf
        from tensorflow_serving.apis import predict_pb2

        request = predict_pb2.PredictRequest()
        self._address_model(request.model_spec)
        request.model_spec.signature_name = signature.name
        for name, array in inputs.items():
            request.inputs[name].CopyFrom(tf.make_tensor_proto(array))
        found = self._ask(self._prediction.Predict, request, timeout)
        return {name: tf.make_ndarray(proto) for name, proto in found.outputs.items()}

    def _address_model(self, spec):
        spec.name = self._model
        if self._version is not None:
            spec.version.value = self._version

    def _ask(self, method, request, timeout):
        import grpc

        try:
            return method(request, timeout=timeout)
        except grpc.RpcError as error:
            raise ServerError(self._address, error.code().name, error.details()) from None

    def close(self):
        """Close its connection."""
        self._channel.close()
