"""The two places where `ct2xkeras synthesize` finds a model: a run's folder, and a server.

Both have `size` (rows, columns), `camera` (sdd, sod, widest footprint in mm), `read_ct`,
`read_look` and `render`.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ct2xkeras.quiet import quiet_tensorflow


@dataclass(frozen=True)
class PlacedCT:
    """A CT as a model sees it.

    Args:
        model_input: what `render` takes.
        extent: (z, y, x) mm of the patient's box.
        center: (x, y, z) mm of its middle in the CT's own world.
    """

    model_input: object
    extent: np.ndarray
    center: np.ndarray


class TrainedRun:
    """The averaged networks of a run's folder. TensorFlow is loaded when it draws."""

    def __init__(self, path):
        from ct2xkeras.data.dataset.spec import build_prior
        from ct2xkeras.recipe import build_architecture, build_dataset_spec
        from ct2xkeras.training.run_folder import RunFolder

        self._folder = RunFolder(path)
        self._recipe = self._folder.load_recipe()
        self._architecture = build_architecture(self._recipe)
        self.size = (self._architecture.image_size,) * 2
        prior = build_prior(build_dataset_spec(self._recipe))
        self.camera = (prior.sdd[0], prior.sdd[0] * prior.sod_ratio[0], prior.footprint[1])

    def read_ct(self, volume) -> PlacedCT:
        """A `Volume` on the model's grid."""
        from ct2xkeras.data import to_model_volume

        grid = to_model_volume(volume, self._architecture.volume_size)
        return PlacedCT(grid, grid.extent, grid.center)

    def read_look(self, path):
        """A radiograph's file, prepared."""
        from ct2xkeras.data import prepare_radiograph, read_radiograph

        crop = float(np.mean(self._recipe.data.crop))
        return prepare_radiograph(read_radiograph(path), self.size, crop=crop)

    def render(self, ct, look, poses, truncation, seed):
        """X-rays and DRRs (n, rows, columns) of a `PlacedCT` at poses (n, 12) in a look."""
        hu, spacing = ct.model_input.hu[None, ..., None], ct.model_input.spacing[None]
        style = np.asarray(self._networks.encode_style(look[None, ..., None], truncation))
        num = len(poses)
        xrays, drrs, _ = self._networks.render(
            self._content(ct),
            hu,
            spacing,
            poses,
            np.repeat(style, num, axis=0),
            np.zeros(num, np.int32),
            np.full(num, seed),
        )
        return np.asarray(xrays)[..., 0], np.asarray(drrs)[..., 0]

    @cached_property
    def _networks(self):
        quiet_tensorflow()
        from ct2xkeras.training.loading import load_model

        self._encoded = None
        return load_model(self._folder, self._recipe).ema_networks

    def _content(self, ct):
        """Content code, computed once for the CT of last time."""
        if self._encoded is None or self._encoded[0] is not ct:
            grid = ct.model_input
            code = self._networks.encode_ct(grid.hu[None, ..., None], grid.spacing[None])
            self._encoded = ct, code
        return self._encoded[1]


class ServedModel:
    """A model of a server, asked by `ct2xkeras.serving.Client`."""

    def __init__(self, address, name):
        from ct2xkeras.serving import Client

        if address.startswith("grpc"):
            quiet_tensorflow()
        self._client = Client(address, name)
        self.size = (self._client.image_size,) * 2
        self.camera = self._client.camera

    def read_ct(self, volume) -> PlacedCT:
        """A `Volume`, sent once."""
        from ct2xkeras.data.ct.grid import axis_aligned

        volume = axis_aligned(volume)
        ct = self._client.encode_ct(volume.hu, volume.spacing)
        middle = (np.array(volume.hu.shape[::-1]) - 1) / 2
        center = volume.affine[:3, :3] @ middle + volume.affine[:3, 3] + ct.center
        return PlacedCT(ct, ct.spacing * self._client.volume_size, center)

    def read_look(self, path):
        """A radiograph's file as PNG; the server prepares it."""
        from ct2xkeras.data import read_radiograph
        from ct2xkeras.pictures import encode_png16

        return encode_png16(2 * read_radiograph(path).pixels - 1)

    def render(self, ct, look, poses, truncation, seed):
        """X-rays and DRRs (n, rows, columns) of a `PlacedCT` at poses (n, 12) in a look."""
        style = self._client.encode_radiograph(look, truncation)
        views = self._client.render(ct.model_input, style, poses, seed)
        return views["xray"][..., 0], views["drr"][..., 0]
