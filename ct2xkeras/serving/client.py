"""A client of TF Serving, or of the development server: one CT encoded once, many views."""

from dataclasses import dataclass

import numpy as np

from ct2xkeras.serving.asking import Retries, open_transport
from ct2xkeras.serving.server.signatures import Signature, similar

DEFAULT_SIGNATURE = "serving_default"
VIEWS_AT_ONCE = 16


@dataclass(frozen=True)
class EncodedCT:
    """A CT as the model keeps it.

    Args:
        code: what `render` takes, bytes.
        spacing: float32 (3,), (z, y, x) mm of the model's grid.
        center: float32 (3,), (x, y, z) mm: where the middle of that grid, to which poses refer,
            lies from the middle of the CT that was given.
    """

    code: bytes
    spacing: np.ndarray
    center: np.ndarray


class Client:
    """A served model.

    Args:
        address: `http://HOST:8501` (REST) or `grpc://HOST:8500`; `https` and `grpcs` with TLS.
        model: the name it is served under.
        version: number; None is the newest.
        timeout: seconds for one request with all its repetitions.
        retries: how often a server that cannot be reached or has too much to do is asked again,
            after pauses that double from 0.1 s. Requests change nothing, so that this is safe.

    Raises:
        ValueError: the address has no known scheme.

    Methods raise `ServerError`, an OSError, when the server refuses or cannot be reached.
    """

    def __init__(self, address, model, version=None, timeout=60.0, retries=4):
        self._model = model
        self._transport = open_transport(address, model, version)
        self._ask = Retries(timeout, retries)
        self._signatures = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._transport.close()

    # ------------------------------------------------------------------ any SavedModel

    @property
    def signatures(self) -> dict[str, Signature]:
        """Names, types and shapes of what goes in and comes out, asked for once."""
        if self._signatures is None:
            self._signatures = self._ask(self._transport.signatures)
        return self._signatures

    def states(self) -> dict[int, str]:
        """{version: state}, such as {3: "AVAILABLE"}."""
        return self._ask(self._transport.states)

    def predict(self, signature=DEFAULT_SIGNATURE, **inputs) -> dict[str, np.ndarray]:
        """Outputs of a signature for arrays by name; NumPy's types become the signature's.

        Raises:
            ValueError: no such signature or input, or an input is missing.
        """
        chosen = self._signature(signature)
        if set(inputs) != set(chosen.inputs):
            raise ValueError(
                f"{signature} of {self._model} takes {', '.join(chosen.inputs)}; "
                f"received {', '.join(inputs)}."
            )
        arrays = {
            name: np.asarray(inputs[name], spec.dtype) for name, spec in chosen.inputs.items()
        }
        return self._ask(lambda left: self._transport.predict(chosen, arrays, left))

    def _signature(self, name):
        if name not in self.signatures:
            known = similar(name, self.signatures)
            raise ValueError(f"{self._model} has no signature {name!r}{known}")
        return self.signatures[name]

    # ------------------------------------------------------------------ models of this package

    @property
    def image_size(self) -> int:
        """Rows, and columns, of its pictures."""
        return self._signature("encode_style").inputs["image"].shape[1]

    @property
    def volume_size(self) -> tuple[int, int, int]:
        """Voxels (z, y, x) of its grid."""
        return self._signature("encode_ct").inputs["volume"].shape[1:4]

    @property
    def camera(self) -> tuple[float, float, float]:
        """Mean sdd and sod, and widest field at the isocentre, of its training, mm."""
        found = self.predict("camera", rows=[0])
        return tuple(float(found[name][0]) for name in ("sdd", "sod", "footprint"))

    def encode_ct(self, hu, spacing) -> EncodedCT:
        """A CT of any size, prepared and encoded by the server.

        Args:
            hu: (z, y, x) HU, indices growing to head, front and right.
            spacing: (z, y, x) mm.
        """
        found = self.predict("encode_ct_bytes", **ct_inputs(hu, spacing))
        return EncodedCT(found["code_bytes"][0], found["spacing"][0], found["center"][0])

    def encode_style(self, image, truncation=1.0) -> np.ndarray:
        """Style code (S,) of a picture (height, width) in [-1, 1] of the model's size.

        Args:
            truncation: 0 is the mean style of training, 1 the picture's own.
        """
        image = np.asarray(image, np.float32)[None, ..., None]
        return self._truncated(self.predict("encode_style", image=image), truncation)

    def encode_radiograph(self, data, truncation=1.0) -> np.ndarray:
        """Style code (S,) of a radiograph of any size, as bytes of a PNG or JPEG, bones bright."""
        found = self.predict("encode_radiograph", image_bytes=byte_row(data))
        return self._truncated(found, truncation)

    def _truncated(self, found, truncation):
        code = found["style_code"]
        if truncation != 1.0:
            inputs = {"style_code": code, "truncation": [truncation]}
            code = self.predict("truncate_style", **inputs)["style_code"]
        return code[0]

    def render(self, ct, style_code, poses, seed=0, at_once=VIEWS_AT_ONCE):
        """Views of an `EncodedCT`.

        Args:
            style_code: (S,).
            poses: (n, 12), fields in the order of `ct2xkeras.geometry.POSE_FIELDS`.
            seed: of the pixel noise.
            at_once: poses of one request.

        Returns:
            {"xray", "drr", "coverage"}: float32 (n, height, width, 1) each.
        """
        poses = np.asarray(poses, np.float32)
        parts = [
            self.predict("render_bytes", **view_inputs(ct.code, style_code, part, seed))
            for part in np.split(poses, range(at_once, len(poses), at_once))
        ]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def byte_row(data) -> np.ndarray:
    """One byte string as an array (1,); NumPy's own conversion would cut zeros off its end."""
    row = np.empty(1, object)
    row[0] = bytes(data)
    return row


def ct_inputs(hu, spacing) -> dict[str, np.ndarray]:
    """Inputs of `encode_ct_bytes` for one CT (z, y, x) in HU."""
    hu = np.asarray(hu)
    return {
        "hu_bytes": byte_row(np.ascontiguousarray(hu, "<i2").tobytes()),
        "shape": np.array([hu.shape], np.int32),
        "spacing": np.array([spacing], np.float32),
    }


def view_inputs(code, style_code, poses, seed) -> dict[str, np.ndarray]:
    """Inputs of `render_bytes` and `render_png` for one CT and one style."""
    return {
        "code_bytes": byte_row(code),
        "style_code": np.asarray(style_code, np.float32)[None],
        "pose": np.asarray(poses, np.float32),
        "seed": np.array([seed], np.int32),
    }
