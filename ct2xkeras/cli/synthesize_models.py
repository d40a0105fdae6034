"""The places where commands find a model: a run's folder, a packed model, and a server.

All have `size` (rows, columns), `camera` (sdd, sod, widest footprint in mm), `styles`,
`default_style`, `read_ct`, `read_look`, `reasons`, `degrees_aside` and `render`; see `LocalModel`.
"""

import numpy as np

from ct2xkeras.pretrained.local import LocalModel, PlacedCT
from ct2xkeras.quiet import quiet_tensorflow


def local_model(text):
    """The `LocalModel` of a run's or a model's folder, or of a packaged model's name.

    Raises:
        ValueError: it is none of these.
    """
    from ct2xkeras.pretrained.folder import ModelFolder
    from ct2xkeras.pretrained.model import PretrainedModel
    from ct2xkeras.pretrained.registry import find_model

    path = find_model(text)
    return PretrainedModel(path) if ModelFolder(path).exists else TrainedRun(path)


class TrainedRun(LocalModel):
    """The averaged networks of a run's folder."""

    def __init__(self, path):
        from ct2xkeras.recipe import build_architecture, build_pose_prior
        from ct2xkeras.training.run_folder import RunFolder

        self.folder = RunFolder(path)
        self.recipe = self.folder.load_recipe()
        architecture = build_architecture(self.recipe)
        prior = build_pose_prior(self.recipe)
        super().__init__(
            (architecture.image_size,) * 2,
            architecture.volume_size,
            float(np.mean(self.recipe.data.crop)),
            (prior.sdd[0], prior.sdd[0] * prior.sod_ratio[0], prior.footprint[1]),
        )

    def load(self):
        from ct2xkeras.training.loading import load_model

        return load_model(self.folder, self.recipe).ema_networks


class ServedModel:
    """A model of a server, asked by `ct2xkeras.serving.Client`."""

    styles, default_style = {}, None

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

    def reasons(self, ct, poses):
        """Unknown: a server does not say what its model was trained on."""
        return [[] for _ in poses]

    def degrees_aside(self, poses):
        """Unknown, too."""
        return [None] * len(poses)

    def render(self, ct, look, poses, truncation, seed):
        """X-rays and DRRs (n, rows, columns) of a `PlacedCT` at poses (n, 12) in a look."""
        style = self._client.encode_radiograph(look, truncation)
        views = self._client.render(ct.model_input, style, poses, seed)
        return views["xray"][..., 0], views["drr"][..., 0]
