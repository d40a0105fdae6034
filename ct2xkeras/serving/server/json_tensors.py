"""TF Serving's JSON: rows (`instances`) and columns (`inputs`) to arrays, and results back."""

import base64
import binascii
import json

import numpy as np

from ct2xkeras.serving.server.errors import wrong
from ct2xkeras.serving.server.signatures import check_shape

BINARY_SUFFIX = "_bytes"  # outputs whose names end so are base64, others text, as in TF Serving


def parse_request(body) -> dict:
    """The JSON object of a request's bytes."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise wrong(f"The request is no JSON: {reason[:200]}.") from None
    if not isinstance(request, dict):
        raise wrong("The request is no JSON object with 'instances' or 'inputs'.")
    unknown = set(request) - {"signature_name", "instances", "inputs"}
    if unknown:
        raise wrong(
            f"The request has an unknown field {sorted(unknown)[0][:100]!r}; there are "
            "signature_name, instances, inputs."
        )
    if ("instances" in request) == ("inputs" in request):
        raise wrong("The request needs either 'instances' (rows) or 'inputs' (columns).")
    if not isinstance(request.get("signature_name", ""), str):
        raise wrong("signature_name: expected text.")
    return request


def read_inputs(request, signature) -> dict[str, np.ndarray]:
    """Arrays of a parsed request, with the signature's dtypes; shapes are left to be checked."""
    columns = _columns(request["inputs"]) if "inputs" in request else _rows(request["instances"])
    if not _is_record(columns):
        if len(signature.inputs) != 1:
            raise wrong(f"{signature.name} needs inputs by name: {', '.join(signature.inputs)}.")
        columns = {next(iter(signature.inputs)): columns}
    signature.check_names(columns)
    return {name: _array(signature.inputs[name], value) for name, value in columns.items()}


def _is_record(value):
    """Whether it is {name: tensor}, as against {"b64": text}, which is one value."""
    return isinstance(value, dict) and set(value) != {"b64"}


def _columns(inputs):
    return inputs


def _rows(instances):
    if not isinstance(instances, list) or not instances:
        raise wrong("instances: expected a list with at least one row.")
    if not any(_is_record(row) for row in instances):
        return instances
    names = set(instances[0]) if _is_record(instances[0]) else None
    for index, row in enumerate(instances):
        if not _is_record(row) or set(row) != names:
            raise wrong(f"instances: row {index} has other names than row 0.")
    return {name: [row[name] for row in instances] for name in sorted(names)}


def _array(spec, value):
    try:
        if spec.dtype == object:
            return _strings(spec, value)
        return _numbers(spec, value)
    except RecursionError:
        raise wrong(f"{spec.name}: nested too deep.") from None


def _numbers(spec, value):
    try:
        array = np.asarray(value)
    except ValueError:
        raise wrong(f"{spec.name}: rows of different lengths, expected {spec}.") from None
    if array.size == 0:
        array = array.astype(spec.dtype)
    allowed = {"f": "fiu", "i": "iu", "u": "iu", "b": "b"}.get(spec.dtype.kind, "")
    if array.dtype.kind not in allowed:
        raise wrong(f"{spec.name}: expected numbers of {spec}, found {_kind(array)}.")
    if spec.dtype.kind in "iu":
        limits = np.iinfo(spec.dtype)
        if array.size and (array.min() < limits.min or array.max() > limits.max):
            raise wrong(f"{spec.name}: holds numbers outside the range of {spec.dtype.name}.")
    with np.errstate(over="ignore"):
        return array.astype(spec.dtype)


def _kind(array):
    names = {"f": "fractions", "b": "true or false", "U": "text", "i": "whole numbers"}
    return names.get(array.dtype.kind, "something else, or numbers too large")


def _strings(spec, value):
    shape, flat = [], value
    while isinstance(flat, list):
        shape.append(len(flat))
        flat = flat[0] if flat else None
    check_shape(spec, shape)  # before there is room for all that a few long rows claim
    array = np.empty(shape, object)
    for index in np.ndindex(*shape):
        array[index] = _bytes(spec, _at(spec, value, index))
    return array


def _at(spec, value, index):
    for depth, place in enumerate(index):
        if not isinstance(value, list) or place >= len(value):
            raise wrong(f"{spec.name}: rows of different lengths (axis {depth}), expected {spec}.")
        value = value[place]
    return value


def _bytes(spec, value):
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    if isinstance(value, dict) and set(value) == {"b64"} and isinstance(value["b64"], str):
        try:
            return base64.b64decode(value["b64"], validate=True)
        except (binascii.Error, ValueError):
            raise wrong(f"{spec.name}: broken base64.") from None
    raise wrong(f'{spec.name}: expected text or {{"b64": "..."}}.')


def write_outputs(outputs, in_rows) -> bytes:
    """The answer's JSON.

    Args:
        outputs: {name: array}.
        in_rows: the request had `instances`.

    Raises:
        ServingError: rows were asked for, and the outputs have different numbers of them.
    """
    lists = {name: _plain(name, array) for name, array in outputs.items()}
    if not in_rows:
        return _dump("outputs", lists)
    counts = {len(values) if isinstance(values, list) else None for values in lists.values()}
    if len(counts) != 1 or None in counts:
        raise wrong("The results have no common rows: ask with 'inputs' instead of 'instances'.")
    if len(lists) == 1:
        return json.dumps({"predictions": next(iter(lists.values()))}).encode()
    rows = [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
    return json.dumps({"predictions": rows}).encode()


def _dump(key, lists):
    value = next(iter(lists.values())) if len(lists) == 1 else lists
    return json.dumps({key: value}).encode()


def _plain(name, array):
    if array.dtype != object:
        return array.tolist()
    if name.endswith(BINARY_SUFFIX):
        encode = np.frompyfunc(lambda data: {"b64": base64.b64encode(data).decode()}, 1, 1)
    else:
        encode = np.frompyfunc(lambda data: data.decode("utf-8", "replace"), 1, 1)
    encoded = encode(array)
    return encoded.tolist() if isinstance(encoded, np.ndarray) else encoded
