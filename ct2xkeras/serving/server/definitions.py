"""TF Serving's messages about models: their signatures, and the states of their versions."""

from google.protobuf import json_format
from tensorflow_serving.apis import get_model_metadata_pb2, get_model_status_pb2

STATES = get_model_status_pb2.ModelVersionStatus.State
UNKNOWN_ERROR = 2  # gRPC's code


def metadata_message(servable):
    """`GetModelMetadataResponse` of a servable."""
    definitions = get_model_metadata_pb2.SignatureDefMap()
    for name, definition in servable.definitions.items():
        definitions.signature_def[name].CopyFrom(definition)
    message = get_model_metadata_pb2.GetModelMetadataResponse()
    message.model_spec.name = servable.name
    message.model_spec.version.value = servable.version
    message.metadata["signature_def"].Pack(definitions)
    return message


def status_message(states):
    """`GetModelStatusResponse` of [(version, state, error)]."""
    message = get_model_status_pb2.GetModelStatusResponse()
    for version, state, error in states:
        entry = message.model_version_status.add(version=version, state=STATES.Value(state))
        entry.status.error_code = UNKNOWN_ERROR if error else 0
        entry.status.error_message = error
    return message


def to_json(message) -> dict:
    """As TF Serving's REST shows a message: all fields, their own names."""
    return json_format.MessageToDict(
        message, always_print_fields_with_no_presence=True, preserving_proto_field_name=True
    )
