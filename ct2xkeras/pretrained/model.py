"""A model from its folder, ready to draw."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ct2xkeras.data.errors import DataError
from ct2xkeras.pretrained.descriptors import describe_ct, describe_view
from ct2xkeras.pretrained.directions import degrees_aside
from ct2xkeras.pretrained.folder import MEND, ModelFolder
from ct2xkeras.pretrained.local import LocalModel
from ct2xkeras.pretrained.network_file import load_networks
from ct2xkeras.pretrained.registry import find_model


@dataclass(frozen=True)
class DrawnView:
    """A view of a CT.

    Args:
        name: of the view.
        pose: (12,), about the middle of the patient's box.
        xray: (rows, columns) about [-1, 1], bones bright; None where the view is unlike training.
        drr: (rows, columns) in [-1, 1].
        reasons: why it is unlike training, a line each.
        degrees_aside: how far it lies from the nearest view of training; None if that is unknown.
    """

    name: str
    pose: np.ndarray
    xray: np.ndarray | None
    drr: np.ndarray
    reasons: tuple[str, ...] = ()
    degrees_aside: float | None = None


class PretrainedModel(LocalModel):
    """A trained model with styles of its own, which knows what CTs it was trained on.

    Args:
        path: of its folder.

    Attributes:
        styles: {name: style code (style_size,)}.
        default_style: name of the one that is taken where none is named.
        domain: `Domain`, or None.
        networks: the `ViewSynthesizer`; TensorFlow is loaded when it is first asked for.

    Raises:
        DataError: it is no such folder.
    """

    def __init__(self, path):
        self.folder = ModelFolder(path)
        self.settings = settings = self.folder.settings()
        camera = settings.camera
        super().__init__(
            (settings.image_size,) * 2,
            settings.volume_size,
            settings.crop,
            (camera.sdd, camera.sod, camera.footprint),
        )
        codes = self.folder.styles()
        self.styles = {name: np.asarray(code, np.float32) for name, code in codes.items()}
        self.default_style = settings.default_style
        if self.default_style not in self.styles:
            expected = f"a default_style of {', '.join(self.styles)}, as in styles.json"
            raise DataError(self.folder.settings_file, expected, self.default_style, MEND)
        self.domain = self.folder.domain()

    def load(self):
        return load_networks(self.folder)

    def read_look(self, path):
        """A radiograph's file, prepared, or the code of a built-in style; a file wins."""
        if Path(path).exists():
            return super().read_look(path)
        if path not in self.styles:
            raise ValueError(
                f"--style {path}: expected a radiograph's file or one of "
                f"{', '.join(self.styles)}; found no such file or style."
            )
        return self.styles[path]

    def reasons(self, ct, poses):
        """Why each view of a `PlacedCT` is unlike training, a line each; none without a domain."""
        if self.domain is None:
            return super().reasons(ct, poses)
        grid = ct.model_input
        of_ct = self.domain.reasons_of_ct(describe_ct(grid.hu, grid.spacing))
        views = (describe_view(pose, ct.extent, self.size) for pose in poses)
        return [[*of_ct, *self.domain.reasons_of_view(view)] for view in views]

    def degrees_aside(self, poses):
        directions = self.domain.directions if self.domain else ()
        if not directions:
            return super().degrees_aside(poses)
        return [degrees_aside(pose, directions) for pose in poses]

    def synthesize(self, ct, views, style=None, truncation=1.0, seed=0, anyway=False):
        """X-rays of a CT.

        Args:
            ct: a `Volume`, or what `read_volume` takes.
            views: names such as `pa`, or angles such as `30/-20`.
            style: a built-in style's name or a radiograph's file; by default `default_style`.
            truncation: strength of the style, see `truncate_styles`.
            seed: of the noise.
            anyway: draw X-rays of CTs and views unlike those of training too.

        Returns:
            a list of `DrawnView`.
        """
        from ct2xkeras.data import Volume, read_volume
        from ct2xkeras.geometry.fitted_views import usual_views

        placed = self.read_ct(ct if isinstance(ct, Volume) else read_volume(ct))
        look = self.read_look(style or self.default_style)
        found = usual_views(views, placed.extent, self.size, self.camera)
        drawn, poses = [], [view.pose for view in found]
        unlike, aside = map(tuple, self.reasons(placed, poses)), self.degrees_aside(poses)
        for view, reasons, degrees in zip(found, unlike, aside, strict=True):
            if reasons and not anyway:
                xray, drr = None, self.project(placed, view.pose[None])[0]
            else:
                pictures = self.render(placed, look, view.pose[None], truncation, seed)
                xray, drr = (picture[0] for picture in pictures)
            drawn.append(DrawnView(view.name, view.pose, xray, drr, reasons, degrees))
        return drawn


def load_pretrained(name, folder=None):
    """A `PretrainedModel` by the name of one that ships with the package, or by its folder.

    Args:
        name: of a model, see `pretrained_names`, or the path of a model's folder.
        folder: where models are looked up by name; by default those of the package.

    Raises:
        ValueError: there is neither.
    """
    return PretrainedModel(find_model(name, folder))
