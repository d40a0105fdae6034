"""Metrics: pure functions of pictures or features in NumPy, and Keras metrics over them.

Names are loaded when first asked for: distances of features load neither TensorFlow nor SciPy's
image filters.
"""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "Extrapolation": "frechet_infinity",
    "FeatureStatistics": "frechet",
    "FrechetDistance": "running_distances",
    "KernelDistance": "running_distances",
    "MeanEdgeDisplacement": "running_means",
    "MeanGradientCorrelation": "running_means",
    "MeanMultiscaleStructuralSimilarity": "running_means",
    "MeanMutualInformation": "running_means",
    "MeanPeakSignalToNoise": "running_means",
    "MeanPerceptualDistance": "running_means",
    "MeanStructuralSimilarity": "running_means",
    "SubsetDistance": "kid",
    "bone_points": "bones",
    "check_pictures": "checks",
    "code_distances": "style_response",
    "edge_displacement": "structure",
    "frechet_distance": "frechet",
    "frechet_distance_infinity": "frechet_infinity",
    "frechet_distance_of_statistics": "frechet",
    "gradient_correlation": "structure",
    "kernel_distance": "kid",
    "kernel_distance_of_subsets": "kid",
    "metric_spec": "spec",
    "multiscale_structural_similarity": "similarity",
    "mutual_information": "information",
    "peak_signal_to_noise": "similarity",
    "perceptual_distance": "similarity",
    "pixel_features": "pixels",
    "retrieval_rate": "style_response",
    "structural_similarity": "similarity",
    "tone_distances": "style_response",
    "view_displacement": "view_consistency",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
