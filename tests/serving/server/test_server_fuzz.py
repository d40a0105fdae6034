"""500 requests that are wrong in some way: each gets an error that helps, and the server lives."""

import gzip
import json
import os
import socket
import struct
from urllib.parse import urlsplit

import grpc
import numpy as np
import pytest
import tensorflow as tf
import urllib3
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

POOL = urllib3.PoolManager()
REQUESTS = 250  # by each of the two interfaces
PREDICT = "/v1/models/toy:predict"
REFUSED = {
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}


def pick(rng, values):
    return values[rng.integers(len(values))]


def wrong_json(rng):
    """A body that no signature of the toy takes."""
    good = rng.normal(size=(2, 4)).round(3).tolist()
    kind = rng.integers(12)
    if kind == 0:
        return rng.bytes(rng.integers(200))
    if kind == 1:
        whole = json.dumps({"instances": good})
        return whole[: rng.integers(len(whole))].encode()
    if kind == 2:
        return b'{"instances": ' + b"[" * rng.integers(2, 50_000)
    if kind == 3:
        return json.dumps({"instances": [[float("nan"), float("inf"), 1e39, 0][:4]]}).encode()
    content = {
        4: {"inputs": {pick(rng, ["X", "", "x" * 5000, "../x", "\u202e"]): good}},
        5: {"signature_name": pick(rng, ["?", "s\x00", "/etc/passwd", "y" * 9999]), "inputs": good},
        6: {"inputs": {"x": [row[: rng.integers(4)] for row in good]}},
        7: {"inputs": {"x": pick(rng, ["text", None, True, {}, [[]], [{}], 5, [[[[1]]]]])}},
        8: {"signature_name": "repeat", "inputs": {"data": [{"b64": "*"}], "times": [1]}},
        9: {"signature_name": "repeat", "inputs": {"data": ["a"], "times": [10**10]}},
        10: {"signature_name": "repeat", "inputs": {"data": ["a", "b"], "times": [1, 2, 3]}},
        11: {pick(rng, ["instances", "inputs"]): pick(rng, [[], {}, None, 1, "x", [None]])},
    }[kind]
    return json.dumps(content, default=int).encode()


def wrong_proto(rng):
    """A `PredictRequest` that the toy does not take."""
    request = predict_pb2.PredictRequest()
    request.model_spec.name = "toy"
    x = request.inputs["x"]
    x.CopyFrom(tf.make_tensor_proto(rng.normal(size=(2, 4)).astype("float32")))
    kind = rng.integers(9)
    if kind == 0:
        request.model_spec.name = pick(rng, ["", "../toy", "to\x00y", "t" * 9999])
    elif kind == 1:
        request.model_spec.version.value = pick(rng, [-1, 2, 2**62])
    elif kind == 2:
        request.model_spec.signature_name = pick(rng, ["x", "__saved_model_init_op", "é" * 999])
    elif kind == 3:
        x.tensor_shape.dim[0].size = pick(rng, [-5, 0, 3, 10**6, 2**62])
    elif kind == 4:
        x.dtype = int(pick(rng, [0, 2, 3, 7, 21, 60, 107]))
    elif kind == 5:
        x.tensor_content = x.tensor_content[: rng.integers(31)]
    elif kind == 6:
        x.CopyFrom(tf.make_tensor_proto(np.full((2, 4), pick(rng, [np.nan, np.inf]), "float32")))
    elif kind == 7:
        request.output_filter.append("z")
    else:
        request.inputs[pick(rng, ["y", ""])].CopyFrom(x)
    return request


def test_wrong_json_gets_an_error_that_helps_and_no_path(toy_server, toy_folder, rng):
    for _ in range(REQUESTS):
        body = wrong_json(rng)
        response = POOL.request("POST", toy_server.rest + PREDICT, body=body)
        assert 400 <= response.status < 500, (response.status, body[:200])
        message = json.loads(response.data)["error"]
        assert message
        assert len(message) < 1000
        check_no_path(message, toy_folder)


def test_wrong_protos_get_a_status_and_no_path(toy_server, toy_folder, rng):
    with grpc.insecure_channel(toy_server.grpc.removeprefix("grpc://")) as channel:
        stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        for _ in range(REQUESTS):
            request = wrong_proto(rng)
            with pytest.raises(grpc.RpcError) as caught:
                stub.Predict(request, timeout=20)
            assert caught.value.code() in REFUSED, request
            assert caught.value.details()
            check_no_path(caught.value.details(), toy_folder)


def check_no_path(message, folder):
    assert folder.name not in message
    assert "site-packages" not in message
    assert os.getcwd() not in message


def head(line):
    return f"POST {PREDICT} HTTP/1.1\r\nHost: a\r\n{line}\r\n\r\n".encode()


BROKEN = {
    "nothing": b"",
    "zeros": b"\x00" * 100,
    "no such HTTP": b"GET / HTTP/9.9\r\n\r\n",
    "cut body": head("Content-Length: 500") + b"{",
    "negative length": head("Content-Length: -1") + b"{}",
    "length beyond the limit": head("Content-Length: 9999999999") + b"{",
    "broken chunks": head("Transfer-Encoding: chunked") + b"zz\r\n",
    "broken gzip": head("Content-Encoding: gzip\r\nContent-Length: 4") + b"abcd",
    "long address": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN.keys())
def test_cut_and_broken_connections_leave_the_server_alive(toy_server, sent, numbers):
    for name in ("rest", "grpc"):
        parts = urlsplit(getattr(toy_server, name))
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
            connection.sendall(sent)
            ask(toy_server, numbers)  # others do not wait for it
            # Closing with a reset instead of a farewell, as a machine that loses power does.
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    ask(toy_server, numbers)


def ask(server, numbers):
    body = json.dumps({"instances": numbers.tolist()})
    response = POOL.request("POST", server.rest + PREDICT, body=body)
    np.testing.assert_allclose(json.loads(response.data)["predictions"], 2 * numbers, atol=1e-7)


def test_a_compressed_bomb_is_stopped_by_its_real_size(toy_server):
    bomb = gzip.compress(b" " * (64 * 2**20))
    headers = {"Content-Encoding": "gzip"}
    response = POOL.request("POST", toy_server.rest + PREDICT, body=bomb, headers=headers)
    assert response.status in (400, 413)


def test_paths_of_the_address_are_not_files(toy_server):
    for path in ("/../../etc/passwd", "/%2e%2e/etc/passwd", "/v1/models/..%2f..%2fetc/metadata"):
        response = POOL.request("GET", toy_server.rest + path)
        assert response.status == 404
        assert b"root:" not in response.data
    assert POOL.request("PUT", toy_server.rest + PREDICT, body="x").status == 405
