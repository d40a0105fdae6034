"""The networks that turn a CT, a pose and a style into an X-ray: everything but the training."""

import keras

from ct2xkeras.models.ct_encoder import CTEncoder
from ct2xkeras.models.generator import Generator
from ct2xkeras.models.pose_attention import PoseAttention
from ct2xkeras.models.presets import resolve_architecture
from ct2xkeras.models.style_encoder import StyleEncoder
from ct2xkeras.models.view_synthesizer import ViewSynthesizer


@keras.saving.register_keras_serializable(package="ct2xkeras")
class XraySynthesizer(ViewSynthesizer):
    """CT encoder, style decoupling encoder, pose attention and generator, wired as in figure 2.

    Args:
        architecture: an `Architecture`, its fields, or the name of a preset.

    Call arguments and results: see `ViewSynthesizer`; `seed` is that of the pixel noise.
    """

    resolve = staticmethod(resolve_architecture)

    def __init__(self, architecture, **kwargs):
        super().__init__(architecture, **kwargs)
        arch = self.architecture
        common = {"dtype": self.dtype_policy}
        self.ct_encoder = CTEncoder(arch, name="ct_encoder", **common)
        self.style_encoder = StyleEncoder(arch, name="style_encoder", **common)
        self.pose_attention = PoseAttention(arch, name="pose_attention", **common)
        self.generator = Generator(arch, name="generator", **common)

    def build_networks(self):
        arch = self.architecture
        side = arch.image_size
        image, poses = (None, side, side, 1), (None, 12)
        contents = [
            (None, side // 2**level, side // 2**level, width)
            for level, width in zip(
                reversed(range(len(arch.filters))), arch.view_filters, strict=True
            )
        ]
        self.ct_encoder.build((None, *arch.volume_size, 1))
        self.style_encoder.build(image)
        self.pose_attention.build(None, (None, 3), poses)
        self.generator.build(contents, image, (None, arch.style_size))

    @property
    def content_shapes(self):
        arch = self.architecture
        finest = len(arch.volume_filters) + 1
        return [
            (*(side // 2 ** (finest - level) for side in arch.volume_size), width)
            for level, width in enumerate(arch.volume_filters)
        ]

    def encode_ct(self, volume, spacing=None, training=None):
        """Content code of CT volumes, see `CTEncoder`."""
        return self.ct_encoder(volume, training=training)

    def read_style(self, image):
        return self.style_encoder(image)[0]

    def view_content(self, content_code, spacing, poses, volume_index, drr, coverage):
        """Content of views at each resolution, see `PoseAttention`."""
        return self.pose_attention(content_code, spacing, poses, volume_index, drr, coverage)

    def draw(
        self, content_code, volume, spacing, poses, style_code, volume_index, seeds, drr, coverage
    ):
        contents = self.view_content(content_code, spacing, poses, volume_index, drr, coverage)
        return self.generator(contents, drr, style_code, seeds)
