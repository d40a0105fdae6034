"""Layers of the networks; pure functions with thin Keras layers over them."""

from ct2xkeras.layers.characteristic_curve import CharacteristicCurve, hinges
from ct2xkeras.layers.edge_enhancement import EdgeEnhancement
from ct2xkeras.layers.global_attention import GlobalAttention, cross_attention, position_features
from ct2xkeras.layers.minibatch_deviation import MinibatchDeviation, minibatch_deviation
from ct2xkeras.layers.modulated_conv import ModulatedConv2D, modulated_conv
from ct2xkeras.layers.pixel_noise import pixel_noise
from ct2xkeras.layers.pose_embedding import PoseEmbedding, pose_features
from ct2xkeras.layers.ray_attention import RayAttention, attend_along_rays, depth_features
from ct2xkeras.layers.resampling import upsample
from ct2xkeras.layers.residual import ResidualBlock

__all__ = [
    "CharacteristicCurve",
    "EdgeEnhancement",
    "GlobalAttention",
    "MinibatchDeviation",
    "ModulatedConv2D",
    "PoseEmbedding",
    "RayAttention",
    "ResidualBlock",
    "attend_along_rays",
    "cross_attention",
    "depth_features",
    "hinges",
    "minibatch_deviation",
    "modulated_conv",
    "pixel_noise",
    "pose_features",
    "position_features",
    "upsample",
]
