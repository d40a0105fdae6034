"""The networks that turn a CT, a pose and a style into an X-ray: everything but the training."""

import keras
from keras import ops

from ct2xkeras.models.ct_encoder import CTEncoder
from ct2xkeras.models.generator import Generator
from ct2xkeras.models.pose_attention import PoseAttention
from ct2xkeras.models.presets import resolve_architecture
from ct2xkeras.models.style_encoder import StyleEncoder
from ct2xkeras.models.styles import truncate_styles
from ct2xkeras.projection import DRR


@keras.saving.register_keras_serializable(package="ct2xkeras")
class XraySynthesizer(keras.Model):
    """CT encoder, style decoupling encoder, pose attention and generator, wired as in figure 2.

    Volumes are in model space: a grid of `volume_size` voxels (z, y, x) whose centre is the origin
    of the poses' isocentre, axes RAS (`ct2xkeras.data.to_model_volume` makes one).

    Args:
        architecture: an `Architecture`, its fields, or the name of a preset.

    Call arguments:
        inputs: dictionary of
            volume (batch, z, y, x, 1) in HU, integers or floats,
            spacing (batch, 3), (z, y, x) in mm,
            style_image (batch, height, width, 1) in [-1, 1], bones bright,
            pose (batch, 12), fields in the order of `ct2xkeras.geometry.POSE_FIELDS`,
            seed (batch,), integers, of the pixel noise; optional, by default 0 for all.

    Returns:
        Synthesised X-rays (batch, height, width, 1), about [-1, 1], bones bright.
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(autocast=False, **kwargs)  # poses and volumes are mm and HU
        self.architecture = resolve_architecture(architecture)
        arch = self.architecture
        self.drr = DRR((arch.image_size, arch.image_size), name="drr", dtype="float32")
        self.ct_encoder = CTEncoder(arch, name="ct_encoder")
        self.style_encoder = StyleEncoder(arch, name="style_encoder")
        self.pose_attention = PoseAttention(arch, name="pose_attention")
        self.generator = Generator(arch, name="generator")

    # ------------------------------------------------------------------ layers

    def build(self, input_shape=None):
        arch = self.architecture
        side = arch.image_size
        volume = (None, *arch.volume_size, 1)
        image, poses = (None, side, side, 1), (None, 12)
        contents = [
            (None, side // 2**level, side // 2**level, width)
            for level, width in zip(
                reversed(range(len(arch.filters))), arch.view_filters, strict=True
            )
        ]
        self.drr.build(volume)
        self.ct_encoder.build(volume)
        self.style_encoder.build(image)
        self.pose_attention.build(None, (None, 3), poses)
        self.generator.build(contents, image, (None, arch.style_size))
        self.style_mean = self.add_weight(
            name="style_mean",
            shape=(arch.style_size,),
            initializer="zeros",
            trainable=False,
            aggregation="mean",
        )
        self.built = True

    # ------------------------------------------------------------------ forward

    def encode_ct(self, volume, training=None):
        """Content code of CT volumes, see `CTEncoder`."""
        return self.ct_encoder(volume, training=training)

    def encode_style(self, image, truncation=1.0):
        """Style code (batch, style_size) of X-rays or DRRs, see `truncate_styles`.

        `style_mean` is the mean over the radiographs of training.
        """
        codes = self.style_encoder(image)[0]
        if truncation == 1:
            return codes
        return truncate_styles(codes, self.style_mean, truncation)

    def project(self, volume, spacing, poses, volume_index=None):
        """DRR and coverage of views, (views, height, width, 1) each, see `DRR`."""
        view = self.drr(volume, spacing, poses, volume_index=volume_index)
        return view["image"], view["coverage"]

    def view_content(self, content_code, spacing, poses, volume_index, drr, coverage):
        """Content of views at each resolution, see `PoseAttention`."""
        return self.pose_attention(content_code, spacing, poses, volume_index, drr, coverage)

    def render(self, content_code, volume, spacing, poses, style_code, volume_index, seeds=None):
        """Views of encoded CTs: one CT is encoded once and rendered at many poses.

        Args:
            content_code: of `encode_ct`, for the same volumes.
            volume: (volumes, z, y, x, 1) in HU; spacing: (volumes, 3).
            poses: (views, 12); style_code: (views, style_size).
            volume_index: (views,) integers, which volume each view shows.
            seeds: (views,) integers, of the pixel noise; by default 0 for all.

        Returns:
            X-ray, DRR and coverage, (views, height, width, 1) each.
        """
        drr, coverage = self.project(volume, spacing, poses, volume_index)
        contents = self.view_content(content_code, spacing, poses, volume_index, drr, coverage)
        if seeds is None:
            seeds = ops.zeros_like(volume_index)
        return self.generator(contents, drr, style_code, seeds), drr, coverage

    def call(self, inputs):
        volume = inputs["volume"]
        poses = ops.cast(inputs["pose"], "float32")
        xray, _, _ = self.render(
            self.encode_ct(volume),
            volume,
            ops.cast(inputs["spacing"], "float32"),
            poses,
            self.encode_style(inputs["style_image"]),
            ops.arange(ops.shape(poses)[0]),
            inputs.get("seed"),
        )
        return xray

    def get_config(self):
        return {"name": self.name, "architecture": self.architecture.to_dict()}
