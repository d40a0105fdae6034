"""TF Serving's own examples of its JSON, and what cannot be read."""

import json

import numpy as np
import pytest

from ct2xkeras.serving.server.errors import ServingError
from ct2xkeras.serving.server.json_tensors import parse_request, read_inputs, write_outputs
from ct2xkeras.serving.server.signatures import Signature, TensorSpec

FLOATS = TensorSpec("x", np.dtype("float32"), (-1, 2))
BYTES = TensorSpec("data", np.dtype(object), (-1,))
COUNTS = TensorSpec("count", np.dtype("int32"), (-1,))
ONE = Signature("one", {"x": FLOATS}, {})
TWO = Signature("two", {"count": COUNTS, "data": BYTES}, {})


def read(request, signature):
    return read_inputs(parse_request(json.dumps(request)), signature)


@pytest.mark.parametrize("key", ["instances", "inputs"])
def test_one_input_needs_no_name(key):
    x = read({key: [[1, 2.5], [3, 4]]}, ONE)["x"]
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x, [[1, 2.5], [3, 4]])


def test_rows_and_columns_mean_the_same():
    rows = [{"data": {"b64": "AP8="}, "count": 1}, {"data": "é", "count": 2}]
    columns = {"data": [{"b64": "AP8="}, "é"], "count": [1, 2]}
    for found in (read({"instances": rows}, TWO), read({"inputs": columns}, TWO)):
        assert found["data"].tolist() == [b"\x00\xff", "é".encode()]
        assert (found["count"].tolist(), found["count"].dtype) == ([1, 2], np.int32)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "no JSON"),
        (b"\xff\xfe{}", "no JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b"[1]", "no JSON object"),
        (b"{}", "either 'instances'"),
        (b'{"inputs": 1, "instances": [1]}', "either 'instances'"),
        (b'{"inputs": 1, "signature_name": 3}', "signature_name"),
        (b'{"inputs": 1, "signature": ""}', "unknown field 'signature'"),
        (b'{"instances": []}', "at least one row"),
        (b'{"instances": [{"x": 1}, {"y": 1}]}', "row 1"),
        (b'{"inputs": {"y": [[1, 2]]}}', "no input 'y'"),
        (b'{"inputs": [[1, 2], [3]]}', "different lengths"),
        (b'{"inputs": [["1", "2"]]}', "found text"),
        (b'{"inputs": [[true, false]]}', "found true or false"),
        (b'{"inputs": [[null, 1]]}', "something else"),
        (b'{"inputs": {"b64": "AA=="}}', "something else"),
    ],
)
def test_what_cannot_be_read_is_said(body, said):
    with pytest.raises(ServingError, match=said) as caught:
        read_inputs(parse_request(body), ONE)
    assert caught.value.http_status == 400


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"data": [{"b64": "A"}], "count": [1]}, "broken base64"),
        ({"data": [{"b64": 5}], "count": [1]}, "expected text"),
        ({"data": [3], "count": [1]}, "expected text"),
        ({"data": ["a"], "count": [1.5]}, "found fractions"),
        ({"data": ["a"], "count": [2**40]}, "outside the range"),
        ({"data": [["a"], "b"], "count": [1]}, "found shape"),
        ({"data": ["a"]}, "needs input 'count'"),
        ([1, 2], "needs inputs by name"),
    ],
)
def test_bytes_and_whole_numbers_are_not_guessed(inputs, said):
    with pytest.raises(ServingError, match=said):
        read({"inputs": inputs}, TWO)


def test_answers_have_the_form_of_the_question():
    y, data = np.array([[1.0], [2.0]], "float32"), np.array([b"\x00", b"\xff"], object)

    def write(outputs, in_rows):
        return json.loads(write_outputs(outputs, in_rows))

    assert write({"y": y}, True) == {"predictions": [[1.0], [2.0]]}
    assert write({"y": y}, False) == {"outputs": [[1.0], [2.0]]}
    rows = write({"y": y, "data_bytes": data}, True)["predictions"]
    assert rows[0] == {"y": [1.0], "data_bytes": {"b64": "AA=="}}
    assert rows[1] == {"y": [2.0], "data_bytes": {"b64": "/w=="}}
    assert write({"text": np.array([b"ok"], object)}, False) == {"outputs": ["ok"]}
    with pytest.raises(ServingError, match="no common rows"):
        write({"y": y, "z": y[:1]}, True)


def test_a_few_long_rows_claim_no_room_for_all():
    """15,000 places of 15,000 would take gigabytes; the shape says at once that it does not fit."""
    ragged = [[""] * 15_000, *([[]] * 14_999)]
    with pytest.raises(ServingError, match=r"data: expected .* found shape \(15000, 15000\)"):
        read({"inputs": {"count": [1], "data": ragged}}, TWO)
