"""Every public layer and network once, with tiny arguments and example inputs."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ct2xkeras.geometry import CArmPose, Detector, pose_vector
from ct2xkeras.layers import (
    CharacteristicCurve,
    EdgeEnhancement,
    GlobalAttention,
    MinibatchDeviation,
    ModulatedConv2D,
    PoseEmbedding,
    RayAttention,
    ResidualBlock,
)
from ct2xkeras.models import (
    Architecture,
    CTEncoder,
    Discriminator,
    Generator,
    PoseAttention,
    StyleEncoder,
    XraySynthesizer,
)
from ct2xkeras.projection import DRR

BATCH = 3
# Smaller than any preset: most of the time goes into tracing graphs, one piece for each block.
TINY = Architecture(
    image_size=32,
    volume_size=(16, 16, 16),
    filters=(8, 4),
    view_filters=(8, 4),
    volume_filters=(8,),
    ray_samples=(4,),
    style_filters=(8, 12),
    discriminator_filters=(8, 12),
    patch_halvings=2,
    style_size=8,
    pose_size=8,
)
GLOBAL, NONE = (replace(TINY, attention=name) for name in ("global", "none"))

# Public layers, and slow exports of cases, that are proven elsewhere, and where.
ELSEWHERE = {"CT2XGAN": "tests/models/test_ct2x_gan.py"}
SAVED_ELSEWHERE = {"synthesizer": "tests/models/test_ct2x_gan.py"}
EXPORTED_ELSEWHERE = {
    "drr": "tests/projection/test_drr.py",
    "synthesizer": "tests/serving/test_export.py",
}


@dataclass(frozen=True)
class Case:
    """A layer as users make it.

    Args:
        make: makes the layer; the policy in force is its policy.
        inputs: positional call arguments, nested arrays with a batch of `BATCH`.
        per_example: whether an example's result is the same alone and in a batch.
        idle: part of the path of weights that the outputs do not depend on.
    """

    make: Callable
    inputs: tuple
    per_example: bool = True
    idle: str | None = None


rng = np.random.default_rng(0)


def normal(*shape):
    return rng.normal(size=(BATCH, *shape)).astype("float32")


def pictures(side=32):
    return rng.uniform(-1, 1, (BATCH, side, side, 1)).astype("float32")


def poses():
    detector = Detector(32, 32, (10.0, 10.0))
    views = [(0.0, 0.0, 900.0), (83.0, 11.0, 700.0), (-31.0, 5.0, 800.0)]
    return np.stack([pose_vector(CArmPose(a, b, sod=sod), detector) for a, b, sod in views])


def volumes():
    return rng.uniform(-1000, 1500, (BATCH, *TINY.volume_size, 1)).astype("float32")


def spacing():
    return np.full((BATCH, 3), 20.0, "float32")


def index():
    return np.arange(BATCH, dtype="int32")


def view_contents():
    return [normal(16, 16, 8), normal(32, 32, 4)]


def pose_attention_inputs():
    return (
        [normal(4, 4, 4, 8)],
        spacing(),
        poses(),
        index(),
        pictures(),
        (pictures() > 0).astype("float32"),
    )


def synthesizer_inputs():
    return (
        {
            "volume": volumes(),
            "spacing": spacing(),
            "style_image": pictures(),
            "pose": poses(),
            "seed": index(),
        },
    )


def ray_inputs():
    inside = np.ones((BATCH, 4, 4, 1), "float32")
    inside[:, 0] = 0
    return normal(4, 4, 6), normal(5), normal(4, 4, 3, 7), inside


LAYERS = {
    "characteristic_curve": Case(lambda: CharacteristicCurve(4), (pictures(8), normal(5))),
    "edge_enhancement": Case(lambda: EdgeEnhancement(2), (pictures(8), normal(5))),
    "global_attention": Case(
        lambda: GlobalAttention(8),
        (normal(4, 4, 6), normal(5), normal(9, 7), 100 * normal(9, 3), index()),
    ),
    "minibatch_deviation": Case(MinibatchDeviation, (normal(4, 4, 5),), per_example=False),
    "modulated_conv": Case(
        lambda: ModulatedConv2D(7), (normal(6, 5, 4), normal(5), normal(6, 5, 1))
    ),
    "modulated_conv_without_noise": Case(
        lambda: ModulatedConv2D(7, kernel_size=1), (normal(6, 5, 4), normal(5))
    ),
    "pose_embedding": Case(lambda: PoseEmbedding(6), (poses(),)),
    "pose_embedding_of_angles": Case(lambda: PoseEmbedding(6, distances=False), (poses(),)),
    "ray_attention": Case(lambda: RayAttention(8), ray_inputs()),
    "residual_block": Case(lambda: ResidualBlock(6, halve=True), (normal(8, 8, 4),)),
    "residual_block_group": Case(
        lambda: ResidualBlock(16, normalization="group"), (normal(6, 6, 16),)
    ),
    "residual_block_batch": Case(
        lambda: ResidualBlock(6, normalization="batch"), (normal(6, 6, 4),)
    ),
    "residual_block_of_volumes": Case(
        lambda: ResidualBlock(6, rank=3, normalization="batch", halve=True), (normal(4, 4, 4, 4),)
    ),
    "drr": Case(lambda: DRR((12, 14)), (volumes(), spacing(), poses())),
}

NETWORKS = {
    "ct_encoder": Case(lambda: CTEncoder(TINY), (volumes(),)),
    "pose_attention_ray": Case(lambda: PoseAttention(TINY), pose_attention_inputs()),
    "pose_attention_global": Case(lambda: PoseAttention(GLOBAL), pose_attention_inputs()),
    "pose_attention_none": Case(lambda: PoseAttention(NONE), pose_attention_inputs()),
    "style_encoder": Case(lambda: StyleEncoder(TINY), (pictures(),)),
    "style_encoder_shared": Case(
        lambda: StyleEncoder(replace(TINY, style="shared")), (pictures(),)
    ),
    "generator": Case(
        lambda: Generator(TINY), (view_contents(), pictures(), normal(TINY.style_size), index())
    ),
    "generator_without_noise": Case(
        lambda: Generator(replace(TINY, noise=False, curve_knots=0)),
        (view_contents(), pictures(), normal(TINY.style_size)),
    ),
    "discriminator": Case(lambda: Discriminator(TINY), (pictures(),), per_example=False),
    "synthesizer": Case(  # content codes of pictures serve the losses alone
        lambda: XraySynthesizer(TINY), synthesizer_inputs(), idle="style_encoder/content_map"
    ),
}

CASES = LAYERS | NETWORKS
