"""Super-resolution (Chan et al. 2022, section 4.2): synthesis blocks over a rendered picture."""

import keras

from ct2xkeras.baselines.eg3d.filtering import resized
from ct2xkeras.baselines.eg3d.synthesis import SynthesisBlock


@keras.saving.register_keras_serializable(package="ct2xkeras")
class SuperResolution(keras.layers.Layer):
    """A rendered picture and its features to the final picture, without noise.

    The second block doubles the size; the first one does where the picture is to grow fourfold.

    Args:
        image_size: side of the final picture.
        start_size: side at which the blocks start, a half or a quarter of `image_size`.
        filters: of both blocks.

    Call arguments:
        features: (views, side, side, channels).
        picture: (views, side, side, 1) in [-1, 1].
        code: (views, code_size), that styles all layers.

    Returns:
        (views, image_size, image_size, 1), about [-1, 1], float32.
    """

    def __init__(self, image_size, start_size, filters, **kwargs):
        super().__init__(autocast=False, **kwargs)  # the picture stays in float32
        self.image_size = image_size
        self.start_size = start_size
        self.filters = tuple(filters)

    def build(self, features_shape, picture_shape, code_shape):
        grows = (self.image_size == 4 * self.start_size, True)
        self.blocks, width = [], features_shape[-1]
        for index, (filters, double) in enumerate(zip(self.filters, grows, strict=True)):
            name = f"block_{index}"
            block = SynthesisBlock(
                filters, 1, double, noise=False, name=name, dtype=self.dtype_policy
            )
            block.build((None, None, None, width), code_shape)
            self.blocks.append(block)
            width = filters

    def call(self, features, picture, code):
        features, picture = (resized(each, self.start_size) for each in (features, picture))
        for block in self.blocks:
            features, picture = block(features, picture, [code] * 3)
        return picture

    def compute_output_shape(self, features_shape, picture_shape, code_shape):
        return (features_shape[0], self.image_size, self.image_size, 1)

    def get_config(self):
        return {
            **super().get_config(),
            "image_size": self.image_size,
            "start_size": self.start_size,
            "filters": list(self.filters),
        }
