"""gRPC's `TensorProto` to arrays, without believing what it claims, and back."""

import math

import numpy as np
import tensorflow as tf

from ct2xkeras.serving.server.errors import wrong
from ct2xkeras.serving.server.signatures import check_shape

STRING_SIZE = 64  # bytes that a string takes at least, as a Python object
#: Types whose values, one by one, are in a field with another name than their own.
VALUE_FIELDS = {
    tf.float16: "half_val",
    tf.float32: "float_val",
    tf.float64: "double_val",
    **dict.fromkeys((tf.int8, tf.int16, tf.int32, tf.uint8, tf.uint16), "int_val"),
}


def read_inputs(protos, signature, max_bytes) -> dict[str, np.ndarray]:
    """Arrays of {name: TensorProto}, of the signature's names, dtypes and shapes.

    Args:
        max_bytes: largest array; a proto of few bytes may claim any shape.

    Raises:
        ServingError: anything does not fit.
    """
    signature.check_names(protos)
    return {
        name: _array(signature.inputs[name], proto, max_bytes) for name, proto in protos.items()
    }


def _array(spec, proto, max_bytes):
    dtype = _dtype(proto.dtype)
    expected = tf.string if spec.dtype == object else tf.as_dtype(spec.dtype)
    if dtype != expected:
        raise wrong(f"{spec.name}: expected {spec}, found {dtype.name if dtype else 'no'} type.")
    dims = [dim.size for dim in proto.tensor_shape.dim]
    if proto.tensor_shape.unknown_rank or min(dims, default=0) < 0:
        raise wrong(f"{spec.name}: the shape has unknown lengths.")
    check_shape(spec, dims)
    count, size = math.prod(dims), STRING_SIZE if dtype == tf.string else dtype.size
    if count * size > max_bytes:
        raise wrong(f"{spec.name}: claims {count} values, more than a request may hold.")
    _check_content(spec, proto, dtype, count)
    try:
        return tf.make_ndarray(proto)
    except (ValueError, TypeError):
        raise wrong(f"{spec.name}: its values do not fit its shape.") from None


def _dtype(number):
    try:
        return tf.as_dtype(number)
    except TypeError:
        return None


def _check_content(spec, proto, dtype, count):
    content = len(proto.tensor_content)
    given = len(getattr(proto, VALUE_FIELDS.get(dtype, f"{dtype.name}_val")))
    if content and dtype != tf.string:
        fits = content == count * dtype.size
    else:  # one value may stand for all, as TensorFlow writes constants
        fits = not content and given in (1, count)
    if not fits:
        found = f"{content} bytes" if content else f"{given} values"
        raise wrong(f"{spec.name}: its shape needs {count} values of {dtype.name}, found {found}.")


def write_outputs(outputs, protos):
    """Put {name: array} into a map of TensorProtos."""
    for name, array in outputs.items():
        protos[name].CopyFrom(tf.make_tensor_proto(array))
