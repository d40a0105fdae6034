"""What every method is after training: from a CT, a pose and a style to an X-ray."""

import keras
from keras import ops

from ct2xkeras.models.styles import truncate_styles
from ct2xkeras.projection import DRR


class ViewSynthesizer(keras.Model):
    """Base of all methods' networks; evaluation, export and serving know nothing else of them.

    Volumes are in model space: a grid of `volume_size` voxels (z, y, x) whose centre is the origin
    of the poses' isocentre, axes RAS (`ct2xkeras.data.to_model_volume` makes one).

    A subclass says `resolve`, `build_networks` and `draw`, and, where it reads something from CT
    or style reference, `content_shapes`, `encode_ct` and `read_style`. Its parts take its
    `dtype_policy`, so that a saved model computes as the one that was trained.

    Args:
        architecture: the method's architecture, its fields, or the name of a preset. It has
            `image_size`, `volume_size`, `style_size` and `to_dict`.

    Call arguments:
        inputs: dictionary of
            volume (batch, z, y, x, 1) in HU, integers or floats,
            spacing (batch, 3), (z, y, x) in mm,
            style_image (batch, height, width, 1) in [-1, 1], bones bright,
            pose (batch, 12), fields in the order of `ct2xkeras.geometry.POSE_FIELDS`,
            seed (batch,), integers, of all that is random; optional, by default 0 for all.

    Returns:
        Synthesised X-rays (batch, height, width, 1), about [-1, 1], bones bright.
    """

    #: Steps in which a generative method searches for a patient's latents; others need none.
    inversion_steps = 0
    #: Whether pictures show the CT that is given; those of a generative method may not.
    knows_patient = True

    def __init__(self, architecture, **kwargs):
        super().__init__(autocast=False, **kwargs)  # poses and volumes are mm and HU
        self.architecture = self.resolve(architecture)
        side = self.architecture.image_size
        self.drr = DRR((side, side), name="drr", dtype="float32")

    @staticmethod
    def resolve(value):
        """An architecture from itself, a dictionary of its fields, or the name of a preset."""
        raise NotImplementedError

    def build_networks(self):
        """Build every layer but `drr`."""
        raise NotImplementedError

    def build(self, input_shape=None):
        self.drr.build((None, *self.architecture.volume_size, 1))
        self.build_networks()
        self.style_mean = self.add_weight(
            name="style_mean",
            shape=(self.architecture.style_size,),
            initializer="zeros",
            trainable=False,
            aggregation="mean",
        )
        self.built = True

    # ------------------------------------------------------------------ codes

    @property
    def content_shapes(self):
        """Shapes of the tensors of a content code, without the batch."""
        return [(1,)]

    def encode_ct(self, volume, spacing=None, training=None):
        """Content code of CTs: a list of tensors (volumes, ...), see `content_shapes`.

        By default one number without meaning: the method reads nothing but the DRR.

        Args:
            volume: (volumes, z, y, x, 1) in HU; spacing: (volumes, 3) in mm.
        """
        return [ops.zeros((ops.shape(volume)[0], 1))]

    def read_style(self, image):
        """Style codes (batch, style_size) of pictures; by default zeros: all look alike."""
        return ops.zeros((ops.shape(image)[0], self.architecture.style_size))

    def encode_style(self, image, truncation=1.0):
        """Style codes (batch, style_size) of X-rays or DRRs, see `truncate_styles`.

        `style_mean` is the mean over the radiographs of training.
        """
        codes = self.read_style(image)
        if truncation == 1:
            return codes
        return truncate_styles(codes, self.style_mean, truncation)

    # ------------------------------------------------------------------ views

    def project(self, volume, spacing, poses, volume_index=None):
        """DRR and coverage of views, (views, height, width, 1) each, see `DRR`.

        Raises:
            ValueError: the volumes are not of `volume_size`, of which the networks place features.
        """
        self.check_volume(volume)
        view = self.drr(volume, spacing, poses, volume_index=volume_index)
        return view["image"], view["coverage"]

    def check_volume(self, volume):
        """Refuse volumes (volumes, z, y, x, ...) of another size than `volume_size`."""
        expected, found = tuple(self.architecture.volume_size), tuple(volume.shape[1:4])
        if any(size not in (None, wanted) for size, wanted in zip(found, expected, strict=True)):
            raise ValueError(
                f"volume: expected (z, y, x) of {expected} voxels, the architecture's volume_size; "
                f"found {found}. Bring CTs to that grid with ct2xkeras.data.to_model_volume, or "
                "make the model with the volume_size of the data set."
            )

    def draw(
        self, content_code, volume, spacing, poses, style_code, volume_index, seeds, drr, coverage
    ):
        """X-rays (views, height, width, 1) of views whose DRR and coverage are there; see `render`.

        Args:
            seeds: (views,) integers.
        """
        raise NotImplementedError

    def render(self, content_code, volume, spacing, poses, style_code, volume_index, seeds=None):
        """Views of encoded CTs: one CT is encoded once and rendered at many poses.

        Args:
            content_code: of `encode_ct`, for the same volumes.
            volume: (volumes, z, y, x, 1) in HU; spacing: (volumes, 3).
            poses: (views, 12); style_code: (views, style_size).
            volume_index: (views,) integers, which volume each view shows.
            seeds: (views,) integers, of all that is random; by default 0 for all.

        Returns:
            X-ray, DRR and coverage, (views, height, width, 1) each.
        """
        volume_index = ops.convert_to_tensor(volume_index, "int32")
        if seeds is None:
            seeds = ops.zeros_like(volume_index)
        seeds = ops.convert_to_tensor(seeds, "int32")
        drr, coverage = self.project(volume, spacing, poses, volume_index)
        scene = (content_code, volume, spacing, poses, style_code, volume_index, seeds)
        return self.draw(*scene, drr, coverage), drr, coverage

    def call(self, inputs):
        volume = inputs["volume"]
        poses = ops.cast(inputs["pose"], "float32")
        spacing = ops.cast(inputs["spacing"], "float32")
        xray, _, _ = self.render(
            self.encode_ct(volume, spacing),
            volume,
            spacing,
            poses,
            self.encode_style(inputs["style_image"]),
            ops.arange(ops.shape(poses)[0]),
            inputs.get("seed"),
        )
        return xray

    def get_config(self):
        shared = {"name": self.name, "dtype": self.dtype_policy.name}
        return {**shared, "architecture": self.architecture.to_dict()}
