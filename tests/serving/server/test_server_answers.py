"""A running server, asked by plain HTTP and by the official stubs."""

import base64
import json
import socket
from urllib.parse import urlsplit

import grpc
import numpy as np
import pytest
import tensorflow as tf
import urllib3
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

POOL = urllib3.PoolManager()


@pytest.fixture(scope="module")
def stubs(toy_server):
    with grpc.insecure_channel(toy_server.grpc.removeprefix("grpc://")) as channel:
        yield (
            prediction_service_pb2_grpc.PredictionServiceStub(channel),
            model_service_pb2_grpc.ModelServiceStub(channel),
        )


@pytest.fixture
def get(toy_server):
    def get(path):
        response = POOL.request("GET", toy_server.rest + path)
        return response.status, json.loads(response.data)

    return get


@pytest.fixture
def post(toy_server):
    def post(path, content, **settings):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        response = POOL.request("POST", toy_server.rest + path, body=body, **settings)
        return response.status, json.loads(response.data)

    return post


@pytest.fixture
def predict(stubs):
    def predict(signature="", wanted=(), name="toy", version=None, **inputs):
        request = predict_pb2.PredictRequest(output_filter=wanted)
        request.model_spec.name, request.model_spec.signature_name = name, signature
        if version:
            request.model_spec.version.value = version
        for key, value in inputs.items():
            request.inputs[key].CopyFrom(tf.make_tensor_proto(value))
        return stubs[0].Predict(request, timeout=20)

    return predict


@pytest.mark.parametrize("base", ["/v1/models/toy", "/v1/models/toy/versions/1"])
def test_rest_rows_columns_and_both_addresses_give_the_same(post, base, numbers):
    rows = post(f"{base}:predict", {"instances": numbers.tolist()})
    columns = post(f"{base}:predict", {"inputs": {"x": numbers.tolist()}})
    assert rows[0] == columns[0] == 200
    np.testing.assert_allclose(rows[1]["predictions"], 2 * numbers, atol=1e-7)
    np.testing.assert_allclose(columns[1]["outputs"], 2 * numbers, atol=1e-7)


def test_bytes_travel_as_base64(post, byte_strings):
    data = [{"b64": base64.b64encode(each).decode()} for each in byte_strings]
    rows = [{"data": each, "times": 2} for each in data]
    body = {"signature_name": "repeat", "instances": rows}
    status, answer = post("/v1/models/toy:predict", body)
    assert status == 200
    found = [base64.b64decode(row["data_bytes"]["b64"]) for row in answer["predictions"]]
    assert found == [each * 2 for each in byte_strings]
    assert [row["length"] for row in answer["predictions"]] == [8, 0, 8]


def test_grpc_gives_the_same_and_only_the_outputs_asked_for(predict, numbers, byte_strings):
    response = predict(x=numbers, version=1)
    np.testing.assert_allclose(tf.make_ndarray(response.outputs["y"]), 2 * numbers, atol=1e-7)
    assert (response.model_spec.version.value, response.model_spec.signature_name) == (
        1,
        "serving_default",
    )
    times = np.full(3, 2, "int32")
    response = predict("repeat", ["data_bytes"], data=byte_strings, times=times)
    assert list(response.outputs) == ["data_bytes"]
    assert tf.make_ndarray(response.outputs["data_bytes"]).tolist() == [
        each * 2 for each in byte_strings
    ]


def test_status_by_both(get, stubs):
    status, answer = get("/v1/models/toy")
    assert status == 200
    assert answer["model_version_status"] == [
        {
            "version": "1",
            "state": "AVAILABLE",
            "status": {"error_code": "OK", "error_message": ""},
        }
    ]
    request = get_model_status_pb2.GetModelStatusRequest()
    request.model_spec.name = "toy"
    (entry,) = stubs[1].GetModelStatus(request).model_version_status
    assert (entry.version, entry.state) == (1, get_model_status_pb2.ModelVersionStatus.AVAILABLE)


def test_metadata_by_both(get, stubs):
    status, answer = get("/v1/models/toy/metadata")
    assert status == 200
    assert answer["model_spec"] == {"name": "toy", "signature_name": "", "version": "1"}
    definition = answer["metadata"]["signature_def"]["signature_def"]["serving_default"]
    x = definition["inputs"]["x"]
    assert x["dtype"] == "DT_FLOAT"
    assert [dim["size"] for dim in x["tensor_shape"]["dim"]] == ["-1", "4"]
    request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    request.model_spec.name = "toy"
    found = get_model_metadata_pb2.SignatureDefMap()
    stubs[0].GetModelMetadata(request).metadata["signature_def"].Unpack(found)
    assert set(found.signature_def) >= {"serving_default", "repeat", "slow"}


def test_what_is_not_there_is_not_found(get, predict, numbers):
    for path in (
        "/v1/models/tox",
        "/v1/models/toy/versions/9",
        "/v1/models/toy/versions/9/metadata",
    ):
        status, answer = get(path)
        assert (status, "error" in answer) == (404, True)
    for wrong in ({"name": "tox"}, {"version": 9}):
        with pytest.raises(grpc.RpcError) as caught:
            predict(x=numbers, **wrong)
        assert caught.value.code() == grpc.StatusCode.NOT_FOUND


def test_a_message_of_the_model_reaches_the_client_without_its_nodes(post):
    body = {"signature_name": "repeat", "inputs": {"data": ["a"], "times": [9]}}
    status, answer = post("/v1/models/toy:predict", body)
    assert status == 400
    assert "at most 8 times" in answer["error"]
    assert "{{" not in answer["error"]


def test_limits_on_size_and_rows(post, predict):
    status, answer = post("/v1/models/toy:predict", b" " * (4 * 2**20 + 1))
    assert (status, answer["error"]) == (413, "The request is larger than 4 MiB.")
    status, answer = post("/v1/models/toy:predict", {"instances": [[0] * 4] * 65})
    assert status == 400
    assert "at most 64" in answer["error"]
    with pytest.raises(grpc.RpcError) as caught:
        predict(x=np.zeros((300_000, 4), "float32"))
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_deadline_that_is_over_is_said(stubs):
    request = predict_pb2.PredictRequest()
    request.model_spec.name, request.model_spec.signature_name = "toy", "slow"
    request.inputs["x"].CopyFrom(tf.make_tensor_proto(np.zeros((1, 4), "float32")))
    with pytest.raises(grpc.RpcError) as caught:
        stubs[0].Predict(request, timeout=0.002)
    assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED


def test_only_this_computer_can_reach_it_by_default(toy_server):
    for address in (toy_server.rest, toy_server.grpc):
        parts = urlsplit(address)
        assert parts.hostname == "127.0.0.1"
        others = {entry[4][0] for entry in socket.getaddrinfo(socket.gethostname(), None)}
        for other in others - {"127.0.0.1", "127.0.1.1", "::1"}:
            with pytest.raises(OSError, match=r".*"):
                socket.create_connection((other, parts.port), timeout=2).close()


def test_counters_are_there_for_prometheus(toy_server, post):
    post("/v1/models/toy:predict", {"instances": [[0, 0, 0, 0]]})
    post("/v1/models/made-up:predict", {"instances": [[0, 0, 0, 0]]})
    text = POOL.request("GET", f"{toy_server.rest}/monitoring/prometheus/metrics").data.decode()
    assert 'ct2xkeras_serving_model_version{model="toy"} 1.0' in text
    assert 'status="OK"' in text
    assert "made-up" not in text  # names that clients make up would fill the memory
