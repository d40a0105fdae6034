"""Networks in this process that draw CTs as they come, whatever folder they are from."""

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


class LocalModel:
    """Base of models whose networks are loaded here; TensorFlow is loaded when they draw.

    Args:
        size: (rows, columns) of pictures.
        volume_size: (z, y, x) voxels.
        crop: share of a radiograph's middle that is shown.
        camera: (sdd, sod, widest footprint) in mm.
    """

    #: Built-in styles {name: code}, and which of them is taken where none is named.
    styles, default_style = {}, None

    def __init__(self, size, volume_size, crop, camera):
        self.size, self.volume_size = size, volume_size
        self.crop, self.camera = crop, camera
        self._encoded = None, None  # the last CT, and its content code

    def load(self):
        """The `ViewSynthesizer`."""
        raise NotImplementedError

    @cached_property
    def networks(self):
        """The `ViewSynthesizer`, loaded once."""
        quiet_tensorflow()
        return self.load()

    def read_ct(self, volume) -> PlacedCT:
        """A `Volume` on the model's grid."""
        from ct2xkeras.data import to_model_volume

        grid = to_model_volume(volume, self.volume_size)
        return PlacedCT(grid, grid.extent, grid.center)

    def read_look(self, path):
        """A radiograph's file, prepared: (rows, columns) in [-1, 1]; or a built-in style's code."""
        from ct2xkeras.data import prepare_radiograph, read_radiograph

        return prepare_radiograph(read_radiograph(path), self.size, crop=self.crop)

    def reasons(self, ct, poses):
        """Why each view of a `PlacedCT` is unlike training, a line each; unknown where none."""
        return [[] for _ in poses]

    def degrees_aside(self, poses):
        """How far each view lies from those of training, see `degrees_aside`; None: unknown."""
        return [None] * len(poses)

    def render(self, ct, look, poses, truncation=1.0, seed=0):
        """X-rays and DRRs (n, rows, columns) of a `PlacedCT` at poses (n, 12) in a look."""
        num = len(poses)
        xrays, drrs, _ = self.networks.render(
            self._content(ct),
            *_volume_of(ct),
            poses,
            np.repeat(self._style_code(look, truncation), num, axis=0),
            np.zeros(num, np.int32),
            np.full(num, seed),
        )
        return np.asarray(xrays)[..., 0], np.asarray(drrs)[..., 0]

    def project(self, ct, poses):
        """DRRs (n, rows, columns) alone."""
        index = np.zeros(len(poses), np.int32)
        return np.asarray(self.networks.project(*_volume_of(ct), poses, index)[0])[..., 0]

    def _style_code(self, look, truncation):
        """Style code (1, size) of what `read_look` gave."""
        if look.ndim == 2:
            return np.asarray(self.networks.encode_style(look[None, ..., None], truncation))
        from ct2xkeras.models.styles import truncate_styles

        return np.asarray(truncate_styles(look[None], self.networks.style_mean, truncation))

    def _content(self, ct):
        """Content code, computed once for the CT of last time."""
        if self._encoded[0] is not ct:
            self._encoded = ct, self.networks.encode_ct(*_volume_of(ct))
        return self._encoded[1]


def _volume_of(ct):
    """HU (1, z, y, x, 1) and spacing (1, 3)."""
    return ct.model_input.hu[None, ..., None], ct.model_input.spacing[None]
