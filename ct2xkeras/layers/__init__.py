"""Layers of the networks; pure functions with thin Keras layers over them."""

from ct2xkeras.layers.minibatch_deviation import MinibatchDeviation, minibatch_deviation
from ct2xkeras.layers.modulated_conv import ModulatedConv2D, modulated_conv
from ct2xkeras.layers.pose_attention import RayAttention, attend_along_rays
from ct2xkeras.layers.pose_embedding import PoseEmbedding, pose_features
from ct2xkeras.layers.resampling import downsample, upsample
from ct2xkeras.layers.residual import ResidualBlock
from ct2xkeras.layers.volume_conv import VolumeConv, volume_conv

__all__ = [
    "MinibatchDeviation",
    "ModulatedConv2D",
    "PoseEmbedding",
    "RayAttention",
    "ResidualBlock",
    "VolumeConv",
    "attend_along_rays",
    "downsample",
    "minibatch_deviation",
    "modulated_conv",
    "pose_features",
    "upsample",
    "volume_conv",
]
