"""The discriminator, which grows with the pictures (pi-GAN, section 3.3; Karras et al. 2018)."""

import keras
from keras import ops

from ct2xkeras.baselines.pi_gan.coordinates import SLOPE, CoordResidualBlock, shrink


@keras.saving.register_keras_serializable(package="ct2xkeras.pi_gan")
class ProgressiveDiscriminator(keras.layers.Layer):
    """Tells real pictures from generated ones, and reads from which side they are seen.

    Pictures of each stage enter through a 1 x 1 convolution of their own; features are then halved
    until the smallest side is left. The layers that a stage adds come in by a fade: at 0 the
    pictures, made smaller, are judged as the stage before would, at 1 the new layers stand alone.

    Args:
        filters: channels at the largest pictures' side and at each half of it.
        stages: sides of pictures, smallest first.

    Call arguments:
        image: (batch, side, side, 1) in [-1, 1], the side one of `stages`.
        fade: scalar in [0, 1]; without meaning at the first stage.

    Returns:
        Logits (batch,), positive means real, and beams (batch, 3), where the beam points to in
        world axes, float32 both.
    """

    def __init__(self, filters, stages, **kwargs):
        super().__init__(**kwargs)
        self.filters = tuple(filters)
        self.stages = tuple(stages)

    def build(self, image_shape):
        sides = [image_shape[1] // 2**level for level in range(len(self.filters))]
        common = {"dtype": self.dtype_policy}
        self.blocks = []
        for side, width, following in zip(sides, self.filters, self.filters[1:], strict=False):
            block = CoordResidualBlock(following, name=f"block_{side}", **common)
            block.build((None, side, side, width))
            self.blocks.append(block)
        self.entrances = []
        for stage in self.stages:
            width = self.filters[sides.index(stage)]
            layer = keras.layers.Conv2D(width, 1, name=f"from_picture_{stage}", **common)
            layer.build((None, stage, stage, 1))
            self.entrances.append(layer)
        self.head = keras.layers.Conv2D(4, sides[-1], name="head", dtype="float32")
        self.head.build((None, sides[-1], sides[-1], self.filters[-1]))
        self.levels = [sides.index(stage) for stage in self.stages]

    def call(self, image, fade=1.0):
        stage = self.stages.index(image.shape[1])
        features, level = self._enter(image, stage), self.levels[stage]
        if stage > 0:
            before = self.levels[stage - 1]
            features = self._halved(features, level, before)
            old = self._enter(shrink(image, self.stages[stage - 1]), stage - 1)
            fade, level = ops.cast(fade, features.dtype), before
            features = fade * features + (1 - fade) * old
        features = self._halved(features, level, len(self.blocks))
        outputs = self.head(ops.cast(features, "float32"))[:, 0, 0]
        return outputs[:, 0], outputs[:, 1:]

    def _enter(self, image, stage):
        picture = ops.cast(image, self.compute_dtype)
        return ops.leaky_relu(self.entrances[stage](picture), SLOPE)

    def _halved(self, features, start, stop):
        for block in self.blocks[start:stop]:
            features = block(features)
        return features

    def get_config(self):
        return {**super().get_config(), "filters": self.filters, "stages": self.stages}
