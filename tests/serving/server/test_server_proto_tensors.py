import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.serving.server.errors import ServingError
from ct2xkeras.serving.server.proto_tensors import read_inputs
from ct2xkeras.serving.server.signatures import Signature, TensorSpec

MEGABYTE = 2**20
SIGNATURE = Signature("one", {"x": TensorSpec("x", np.dtype("float32"), (-1, 2))}, {})
TEXT = Signature("text", {"x": TensorSpec("x", np.dtype(object), (-1,))}, {})


def proto(shape, **values):
    dims = [{"size": n} for n in shape]
    return tf.make_tensor_proto(0.0).__class__(
        **{"dtype": 1, "tensor_shape": {"dim": dims}, **values}
    )


def test_arrays_go_through_whole(rng, byte_strings):
    x = rng.normal(size=(3, 2)).astype("float32")
    found = read_inputs({"x": tf.make_tensor_proto(x)}, SIGNATURE, MEGABYTE)["x"]
    np.testing.assert_array_equal(found, x)
    found = read_inputs({"x": tf.make_tensor_proto(byte_strings)}, TEXT, MEGABYTE)["x"]
    assert found.tolist() == byte_strings.tolist()


def test_one_value_stands_for_all():
    found = read_inputs({"x": proto((3, 2), float_val=[7.0])}, SIGNATURE, MEGABYTE)["x"]
    np.testing.assert_array_equal(found, np.full((3, 2), 7.0, "float32"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (proto((10**9, 2), float_val=[0.0]), "claims"),
        (proto((2**62, 2), float_val=[0.0]), "claims"),
        (proto((-1, 2), float_val=[0.0]), "unknown lengths"),
        (proto((1, 3), float_val=[0.0]), "expected float32"),
        (proto((0, 2)), "is empty"),
        (proto((2, 2), float_val=[0.0, 1.0]), "needs 4 values"),
        (proto((2, 2)), "needs 4 values"),
        (proto((2, 2), tensor_content=b"123"), "3 bytes"),
        (proto((1, 2), dtype=2, double_val=[0.0]), "found float64"),
        (proto((1, 2), dtype=0), "found no type"),
        (proto((1, 2), dtype=9999), "found no type"),
        (proto((1, 2), int_val=[1, 2]), "found 0 values"),
    ],
)
def test_claims_are_not_believed(wrong, said):
    with pytest.raises(ServingError, match=said):
        read_inputs({"x": wrong}, SIGNATURE, MEGABYTE)


def test_bytes_in_place_of_strings_are_refused():
    wrong = proto((1,), dtype=7, tensor_content=b"12345678")
    with pytest.raises(ServingError, match="needs 1 values"):
        read_inputs({"x": wrong}, TEXT, MEGABYTE)


def test_one_string_does_not_stand_for_more_than_memory_holds():
    claim = tf.make_tensor_proto([b""])
    del claim.tensor_shape.dim[:]
    claim.tensor_shape.dim.add(size=MEGABYTE // 32)
    with pytest.raises(ServingError, match="claims"):
        read_inputs({"x": claim}, TEXT, MEGABYTE)
