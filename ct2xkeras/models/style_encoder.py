"""Style decoupling encoder `E_sty` (figure 2): a picture's look, apart from what it shows."""

import keras
from keras import ops

from ct2xkeras.layers import ResidualBlock
from ct2xkeras.losses.detail import NUM_BANDS, detail_contrast
from ct2xkeras.losses.tone import tone_curve
from ct2xkeras.models.presets import resolve_architecture

EPSILON = 1e-6
NUM_TONES = 32


def pooled_statistics(features):
    """Mean and standard deviation over positions: (batch, h, w, c) to (batch, 2 c)."""
    features = ops.cast(features, "float32")
    mean = ops.mean(features, axis=(1, 2))
    variance = ops.mean(ops.square(features - mean[:, None, None]), axis=(1, 2))
    return ops.concatenate([mean, ops.sqrt(variance + EPSILON)], axis=-1)


def tone_features(images):
    """A picture's grey values in order, in equal groups: (b, h, w, 1) to (b, NUM_TONES)."""
    curve = tone_curve(images)
    return ops.mean(ops.reshape(curve, [-1, NUM_TONES, curve.shape[-1] // NUM_TONES]), axis=-1)


@keras.saving.register_keras_serializable(package="ct2xkeras")
class StyleEncoder(keras.layers.Layer):
    """2D encoder with one trunk and two heads; the same for X-rays and DRRs.

    The trunk has no normalisation, which would remove the tone that is most of a style; the content
    head has instance normalisation for the same reason. The style head sees the picture's grey
    values and its contrast at each scale beside the trunk's statistics (ours): they say tone and
    sharpness at once, which a trunk learns late.

    With `style="shared"` in the architecture the style code is one learned vector for all pictures
    (the ablation of style decoupling).

    Args:
        architecture: an `Architecture`, its fields, or the name of a preset.

    Call arguments:
        image: (batch, height, width, 1) in [-1, 1].

    Returns:
        style_code: (batch, style_size).
        content_code: (batch, h, w, channels), the last of `style_filters` channels.
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(autocast=False, **kwargs)  # tones are read in float32
        self.architecture = resolve_architecture(architecture)

    def build(self, image_shape):
        first, *widths = self.architecture.style_filters
        common = {"dtype": self.dtype_policy}
        self.stem = keras.layers.Conv2D(
            first, 5, strides=2, padding="same", activation="leaky_relu", name="stem", **common
        )
        self.trunk = [
            ResidualBlock(width, halve=True, name=f"trunk_{index}", **common)
            for index, width in enumerate(widths)
        ]
        self.content_map = keras.layers.Conv2D(
            widths[-1], 3, padding="same", name="content_map", **common
        )
        self.content_norm = keras.layers.GroupNormalization(
            groups=-1, epsilon=EPSILON, center=False, scale=False, name="content_norm", **common
        )
        shape = (None, self.architecture.image_size, self.architecture.image_size, 1)
        for layer in (self.stem, *self.trunk):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        self.content_map.build(shape)
        self.content_norm.build(shape)
        if self.architecture.style == "shared":
            self.shared_style = self.add_weight(
                name="shared_style", shape=(1, self.architecture.style_size), initializer="zeros"
            )
            return
        self.style_block = ResidualBlock(widths[-1], halve=True, name="style_block", **common)
        self.style_block.build(shape)
        self.style_hidden = keras.layers.Dense(
            self.architecture.style_size,
            activation="leaky_relu",
            name="style_hidden",
            dtype="float32",
        )
        self.style_hidden.build((None, 2 * widths[-1] + NUM_TONES + NUM_BANDS))
        self.style_map = keras.layers.Dense(
            self.architecture.style_size, name="style_map", dtype="float32"
        )
        self.style_map.build((None, self.architecture.style_size))

    def _style(self, image, features):
        if self.architecture.style == "shared":
            return ops.repeat(ops.cast(self.shared_style, "float32"), ops.shape(image)[0], axis=0)
        statistics = pooled_statistics(self.style_block(features))
        picture = ops.cast(image, "float32")
        seen = [statistics, tone_features(picture), detail_contrast(picture)]
        return self.style_map(self.style_hidden(ops.concatenate(seen, axis=-1)))

    def call(self, image):
        features = self.stem(ops.cast(image, self.compute_dtype))
        for block in self.trunk:
            features = block(features)
        content_code = self.content_norm(self.content_map(features))
        return self._style(image, features), ops.cast(content_code, "float32")

    def get_config(self):
        return {**super().get_config(), "architecture": self.architecture.to_dict()}
