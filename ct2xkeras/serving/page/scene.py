"""What the page shows: a CT from some side in some style, by the signatures of one model."""

import asyncio
from dataclasses import dataclass

import numpy as np

from ct2xkeras.geometry.fitted_views import resolve_views
from ct2xkeras.serving.client import byte_row, ct_inputs, view_inputs
from ct2xkeras.serving.page.looks import LOOKS, MEAN, look_png
from ct2xkeras.serving.server.errors import ServingError

SIGNATURES = (
    "encode_ct_bytes",
    "render_png",
    "encode_radiograph",
    "truncate_style",
    "encode_style",
)

PHANTOM_LENGTH, LEAST_PHANTOM_SIDE = 410.0, 48  # mm, voxels


@dataclass(frozen=True)
class ShownCT:
    """A CT that the model keeps.

    Args:
        name: its own.
        servable: the version whose code this is.
        code: bytes for `render_png`.
        extent: (z, y, x) mm of the patient's box.
    """

    name: str
    servable: object
    code: bytes
    extent: np.ndarray


def can_show(servable) -> bool:
    """Whether a model has what the page needs."""
    return all(name in servable.signatures for name in SIGNATURES)


def image_side(servable) -> int:
    """Rows, and columns, of its pictures."""
    return servable.signatures["encode_style"].inputs["image"].shape[1]


def phantom_for(servable, seed):
    """A phantom as fine as the model's grid, so that a small model need not wait for detail."""
    from ct2xkeras.data.phantoms import make_phantom

    side = max(servable.signatures["encode_ct"].inputs["volume"].shape[1:4])
    side = max(side, LEAST_PHANTOM_SIDE)
    return make_phantom(seed, (side,) * 3, (PHANTOM_LENGTH / side,) * 3)


class Scene:
    """Asks models through the server's own queue, so that its limits hold here too."""

    def __init__(self, service):
        self._service = service

    def find(self, name):
        """The model's newest version.

        Raises:
            ServingError: there is none, or it lacks signatures.
        """
        servable = self._service.repository.find(name)
        if not can_show(servable):
            raise ServingError(
                "INVALID_ARGUMENT",
                f"Model {name!r} lacks signatures of this page: export it again.",
            )
        return servable

    async def _run(self, servable, signature, wanted=(), **inputs):
        return await self._service.run(servable, servable.signature(signature), inputs, wanted)

    async def place_ct(self, servable, volume) -> ShownCT:
        """A CT, prepared and encoded by the model."""
        inputs = ct_inputs(volume.hu, volume.spacing)
        found = await self._run(servable, "encode_ct_bytes", **inputs)
        size = servable.signatures["encode_ct"].inputs["volume"].shape[1:4]
        extent = np.multiply(found["spacing"][0], size)
        return ShownCT(volume.name, servable, found["code_bytes"][0], extent)

    async def style_of_radiograph(self, servable, png) -> np.ndarray:
        """Style code (S,) of a radiograph as PNG."""
        found = await self._run(
            servable, "encode_radiograph", ("style_code",), image_bytes=byte_row(png)
        )
        return found["style_code"][0]

    async def style_of_look(self, servable, name) -> np.ndarray:
        """Style code (S,) of one of `look_names`."""
        png = await asyncio.to_thread(look_png, next(iter(LOOKS)) if name == MEAN else name)
        code = await self.style_of_radiograph(servable, png)
        if name != MEAN:
            return code
        none = np.zeros(1, np.float32)
        found = await self._run(servable, "truncate_style", style_code=code[None], truncation=none)
        return found["style_code"][0]

    async def view(self, ct, angles):
        """The `View` at (primary, secondary) degrees, as large as the CT covers."""
        sdd, sod, limit = await self._camera(ct.servable)
        side = image_side(ct.servable)
        text = "/".join(f"{angle:g}" for angle in angles)
        size = (side, side)
        return resolve_views([text], ct.extent, size, sdd, sod, limit=limit)[0]

    async def _camera(self, servable):
        found = await self._run(servable, "camera", rows=np.zeros(1, np.int32))
        return tuple(float(found[name][0]) for name in ("sdd", "sod", "footprint"))

    async def pictures(self, ct, style_code, view) -> dict[str, bytes]:
        """{"xray", "drr"} of a view as 16-bit PNGs."""
        inputs = view_inputs(ct.code, style_code, view.pose[None], 0)
        wanted = ("xray_bytes", "drr_bytes")
        found = await self._run(ct.servable, "render_png", wanted, **inputs)
        return {name.removesuffix("_bytes"): png[0] for name, png in found.items()}
