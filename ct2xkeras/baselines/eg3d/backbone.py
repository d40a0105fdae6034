"""The generator of planes: StyleGAN2's synthesis network with 3 x C picture channels."""

import keras
from keras import ops

from ct2xkeras.baselines.eg3d.architecture import COARSEST
from ct2xkeras.baselines.eg3d.synthesis import StyledConv, SynthesisBlock, ToPicture
from ct2xkeras.layers import pixel_noise


@keras.saving.register_keras_serializable(package="ct2xkeras")
class Backbone(keras.layers.Layer):
    """Codes to planes, from a learned constant up.

    Args:
        filters: channels of each resolution, coarsest (4 x 4) first.
        channels: of the output.
        noise: whether pixel noise enters, with learned strengths.

    Call arguments:
        codes: (batch, 2 * resolutions, code_size), one for each convolution and for the last
            output; other outputs share that of the next convolution.
        seeds: (batch,) integers, of the noise.

    Returns:
        (batch, side, side, channels), float32.
    """

    def __init__(self, filters, channels, noise=True, **kwargs):
        super().__init__(**kwargs)
        self.filters = tuple(filters)
        self.channels = channels
        self.noise = noise

    def build(self, codes_shape, seeds_shape=None):
        code, common = (None, codes_shape[-1]), {"dtype": self.dtype_policy}
        width, noise = self.filters[0], self.noise
        self.constant = self.add_weight(
            name="constant",
            shape=(COARSEST, COARSEST, width),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
        )
        self.first = StyledConv(width, noise=noise, name="first", **common)
        self.first_picture = ToPicture(self.channels, name="first_picture", **common)
        for layer in (self.first, self.first_picture):
            layer.build((None, None, None, width), code)
        self.blocks = []
        for level, filters in enumerate(self.filters[1:]):
            name = f"block_{level}"
            block = SynthesisBlock(filters, self.channels, noise=noise, name=name, **common)
            block.build((None, None, None, width), code)
            self.blocks.append(block)
            width = filters

    def call(self, codes, seeds):
        codes = ops.unstack(ops.cast(codes, self.compute_dtype), axis=1)
        noises = self._noises(seeds)
        constant = ops.cast(self.constant, self.compute_dtype)
        start = ops.broadcast_to(constant, (ops.shape(seeds)[0], *constant.shape))
        features = self.first(start, codes[0], noises[0])
        picture = self.first_picture(features, codes[1])
        for level, block in enumerate(self.blocks):
            at = 2 * level + 1
            pair = noises[at : at + 2]
            features, picture = block(features, picture, codes[at : at + 3], pair)
        return picture

    def _noises(self, seeds):
        """Noise (batch, side, side, 1) of each convolution, or None each."""
        sides = [COARSEST * 2**level for level in range(len(self.filters)) for _ in range(2)][1:]
        if not self.noise:
            return [None] * len(sides)
        return [pixel_noise(seeds, (stream,), side, side) for stream, side in enumerate(sides)]

    def compute_output_shape(self, codes_shape, seeds_shape=None):
        side = COARSEST * 2 ** (len(self.filters) - 1)
        return (codes_shape[0], side, side, self.channels)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": list(self.filters),
            "channels": self.channels,
            "noise": self.noise,
        }
