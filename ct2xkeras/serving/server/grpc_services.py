"""TF Serving's gRPC services, on its own published interface."""

import asyncio

import grpc
from tensorflow_serving.apis import (
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

from ct2xkeras.serving.server import definitions, proto_tensors
from ct2xkeras.serving.server.errors import ServingError, wrong

INTERFACE = "gRPC"
SIGNATURES = "signature_def"


async def answer(service, context, model, handler):
    """Runs `handler()` within the caller's deadline; failures become gRPC statuses."""
    left = context.time_remaining()
    limit = service.settings.timeout if left is None else min(left, service.settings.timeout)
    try:
        async with service.request(INTERFACE, model):
            return await asyncio.wait_for(handler(), limit)
    except ServingError as error:
        await context.abort(getattr(grpc.StatusCode, error.status), str(error))


def find(service, spec):
    """The servable that a `ModelSpec` names."""
    return service.repository.find(spec.name, _version(spec))


def _version(spec):
    if spec.version_label:
        raise wrong("This server knows no version labels.")
    return spec.version.value if spec.HasField("version") else None


class PredictionService(prediction_service_pb2_grpc.PredictionServiceServicer):
    """`Predict` and `GetModelMetadata`."""

    def __init__(self, service):
        self._service = service

    async def Predict(self, request, context):  # noqa: N802
        """A request through a signature."""

        async def handle():
            servable = find(self._service, request.model_spec)
            signature = servable.signature(request.model_spec.signature_name)
            limit = self._service.settings.max_request_bytes
            read = proto_tensors.read_inputs
            inputs = await asyncio.to_thread(read, request.inputs, signature, limit)
            wanted = tuple(request.output_filter)
            outputs = await self._service.run(servable, signature, inputs, wanted)
            response = predict_pb2.PredictResponse()
            response.model_spec.name = servable.name
            response.model_spec.version.value = servable.version
            response.model_spec.signature_name = signature.name
            await asyncio.to_thread(proto_tensors.write_outputs, outputs, response.outputs)
            return response

        return await answer(self._service, context, request.model_spec.name, handle)

    async def GetModelMetadata(self, request, context):  # noqa: N802
        """A model's signatures."""

        async def handle():
            if list(request.metadata_field) != [SIGNATURES]:
                raise wrong(f"metadata_field: expected just {SIGNATURES!r}.")
            return definitions.metadata_message(find(self._service, request.model_spec))

        return await answer(self._service, context, request.model_spec.name, handle)


class ModelService(model_service_pb2_grpc.ModelServiceServicer):
    """`GetModelStatus`."""

    def __init__(self, service):
        self._service = service

    async def GetModelStatus(self, request, context):  # noqa: N802
        """States of a model's versions."""
        spec = request.model_spec

        async def handle():
            states = self._service.repository.states(spec.name, _version(spec))
            return definitions.status_message(states)

        return await answer(self._service, context, spec.name, handle)


def make_server(service) -> grpc.aio.Server:
    """The server with both services, not listening yet."""
    settings = service.settings
    options = [
        ("grpc.max_receive_message_length", settings.max_request_bytes),
        ("grpc.max_send_message_length", -1),
        ("grpc.so_reuseport", 0),
    ]
    server = grpc.aio.server(options=options)
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(
        PredictionService(service), server
    )
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(ModelService(service), server)
    return server
