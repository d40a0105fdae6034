"""Signatures of a SavedModel, and whether inputs fit them."""

import difflib
from dataclasses import dataclass

import numpy as np

from ct2xkeras.serving.server.errors import wrong

UNKNOWN = -1  # length of an axis
LONGEST_NAME = 100  # characters; comparing longer ones takes long

#: TensorFlow's names of types and NumPy's.
DTYPES = {
    "DT_HALF": "float16",
    "DT_FLOAT": "float32",
    "DT_DOUBLE": "float64",
    "DT_BOOL": "bool",
    "DT_STRING": "object",
    **{
        f"DT_{sign}INT{bits}": f"{sign}INT{bits}".lower()
        for sign in ("", "U")
        for bits in (8, 16, 32, 64)
    },
}


@dataclass(frozen=True)
class TensorSpec:
    """One input or output.

    Args:
        dtype: NumPy's; `object` for byte strings.
        shape: lengths, `UNKNOWN` where any will do; None where even their number is open.
    """

    name: str
    dtype: np.dtype
    shape: tuple[int, ...] | None

    def __str__(self):
        kind = "string" if self.dtype == object else self.dtype.name
        return f"{kind} {shape_text(self.shape)}"

    def accepts(self, shape) -> bool:
        """Whether an array of this shape fits."""
        if self.shape is None:
            return True
        if len(shape) != len(self.shape):
            return False
        return all(want in (UNKNOWN, has) for want, has in zip(self.shape, shape, strict=True))


@dataclass(frozen=True)
class Signature:
    """A function of a SavedModel: {name: `TensorSpec`} of what goes in and comes out."""

    name: str
    inputs: dict[str, TensorSpec]
    outputs: dict[str, TensorSpec]

    def check_names(self, names):
        """Raises `ServingError` unless `names` are just those of the inputs."""
        for name in sorted(set(names) - set(self.inputs)):
            shown = repr(name[:LONGEST_NAME])
            raise wrong(f"{self.name} has no input {shown}{similar(name, self.inputs)}")
        missing = [name for name in self.inputs if name not in names]
        if missing:
            raise wrong(f"{self.name} needs input {', '.join(map(repr, missing))} too.")

    def check_output_names(self, names):
        """Raises `ServingError` where a name is none of the outputs'."""
        for name in sorted(set(names) - set(self.outputs)):
            shown = repr(name[:LONGEST_NAME])
            raise wrong(f"{self.name} has no output {shown}{similar(name, self.outputs)}")

    def check(self, inputs, max_rows):
        """Raises `ServingError` where an array has a wrong shape, too many rows, or no number."""
        for name, array in inputs.items():
            check_shape(self.inputs[name], array.shape)
            if array.ndim and array.shape[0] > max_rows:
                raise wrong(
                    f"{name}: {array.shape[0]} rows in one request, at most {max_rows} are "
                    "taken. Send them in parts."
                )
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                raise wrong(f"{name}: holds values that are not finite (NaN or infinity).")


def check_shape(spec, shape):
    """Raises `ServingError` unless a shape fits and has at least one row."""
    if not spec.accepts(shape):
        raise wrong(f"{spec.name}: expected {spec}, found shape {shape_text(shape)}.")
    if 0 in shape:
        raise wrong(f"{spec.name}: is empty, its shape is {shape_text(shape)}.")


def shape_text(shape) -> str:
    """`(?, 64, 64, 1)`: unknown lengths as question marks."""
    if shape is None:
        return "of any shape"
    return f"({', '.join('?' if n == UNKNOWN else str(n) for n in shape)})"


def similar(name, known) -> str:
    """The end of a message that `name` is unknown: what was meant, and what there is."""
    near = difflib.get_close_matches(name, known, 1) if len(name) <= LONGEST_NAME else None
    return (f", did you mean {near[0]!r}?" if near else ".") + f" There are: {', '.join(known)}."


def read_signatures(definitions) -> dict[str, Signature]:
    """{name: `Signature`} of a SavedModel's {name: SignatureDef}, as their JSON.

    Internal ones are left out, and those with types that NumPy has not.
    """
    found = {}
    for name, each in definitions.items():
        infos = [each.get(part, {}) for part in ("inputs", "outputs")]
        known = all(info["dtype"] in DTYPES for part in infos for info in part.values())
        if known and not name.startswith("__"):
            found[name] = Signature(name, *map(_specs, infos))
    return found


def _specs(infos):
    return {
        name: TensorSpec(name, np.dtype(DTYPES[info["dtype"]]), _lengths(info["tensor_shape"]))
        for name, info in sorted(infos.items())
    }


def _lengths(shape):
    if shape.get("unknown_rank"):
        return None
    return tuple(int(dim.get("size", 0)) for dim in shape.get("dim", ()))
