"""Render then translate, behind the interface of all methods."""

import keras

from ct2xkeras.baselines.drr2xray.patch_contrast import PatchProjection
from ct2xkeras.baselines.drr2xray.presets import resolve
from ct2xkeras.baselines.drr2xray.translator import Translator
from ct2xkeras.models.view_synthesizer import ViewSynthesizer


@keras.saving.register_keras_serializable(package="ct2xkeras")
class TranslationSynthesizer(ViewSynthesizer):
    """The exact DRR of a view, translated; one look a model, whatever the style reference.

    `projection` is only of use in training; it is here since it is trained as the translator is.

    Args:
        architecture: a `TranslationArchitecture`, its fields, or the name of a preset.
    """

    resolve = staticmethod(resolve)

    def __init__(self, architecture, **kwargs):
        super().__init__(architecture, **kwargs)
        arch, common = self.architecture, {"dtype": self.dtype_policy}
        self.translator = Translator(arch, name="translator", **common)
        self.projection = PatchProjection(arch.patch_size, name="projection", **common)

    def build_networks(self):
        arch = self.architecture
        self.translator.build((None, arch.image_size, arch.image_size, 1))
        widths = (1, *arch.filters[1:], arch.filters[-1], arch.filters[-1])
        self.projection.build([(None, None, width) for width in widths])

    def draw(
        self, content_code, volume, spacing, poses, style_code, volume_index, seeds, drr, coverage
    ):
        return self.translator(drr)[0]
