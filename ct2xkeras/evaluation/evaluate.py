"""Measures of a trained run on held-out cases."""

import numpy as np

from ct2xkeras.data import evaluation_cases
from ct2xkeras.evaluation.style_response import style_response
from ct2xkeras.evaluation.synthesis import synthesize
from ct2xkeras.losses import gradient_correlation, structural_similarity
from ct2xkeras.metrics import kernel_distance, pixel_features
from ct2xkeras.training.loading import load_model


def evaluate(run, recipe, cases=None, checkpoint="newest"):
    """Synthesise held-out views of a run and measure them.

    Args:
        run: a `RunFolder` with a checkpoint.
        recipe: its recipe.
        cases: number of views; by default the recipe's.
        checkpoint: `newest` or `best`.

    Returns:
        See `measure`.
    """
    model = load_model(run, recipe, checkpoint)
    num = cases or recipe.evaluation.cases
    held_out = evaluation_cases(run.data_directory(recipe), num, recipe.seed)
    return measure(model.ema_networks, held_out, recipe.evaluation.extractor)


def measure(networks, cases, extractor="pixels32"):
    """Measures of networks on cases.

    Args:
        networks: an `XraySynthesizer`.
        cases: see `evaluation_cases`.
        extractor: of the features that KID compares, see `find_extractor`.

    Returns:
        {metric spec: value}. A spec names what was measured on how many pictures, as
        `kid[pixels32,n=64]`; `cts=train` says that no CT is held out, so that those of training
        were measured on (radiographs are held out all the same). Phantoms add the paired
        `truth-*` measures against the simulated radiograph of the same patient and pose.
    """
    xray = synthesize(networks, cases)
    sample = f"n={len(xray)}" + (",cts=train" if "train" in cases["split"] else "")
    features, name = pixel_features, extractor
    real = features(cases["style_image"])
    values = {
        f"structure[gradient-correlation,{sample}]": _mean(
            gradient_correlation, xray, cases["drr"], cases["coverage"]
        ),
        f"kid[{name},{sample}]": kernel_distance(features(xray), real),
        f"kid-of-drr[{name},{sample}]": kernel_distance(features(cases["drr"]), real),
        **style_response(networks, cases),
    }
    if "truth" in cases:
        for name, images in (("truth-ssim", xray), ("drr-truth-ssim", cases["drr"])):
            values[f"{name}[7x7,{sample}]"] = _mean(structural_similarity, images, cases["truth"])
    return values


def _mean(metric, *pictures):
    pictures = [np.asarray(images, np.float32) for images in pictures]
    return float(np.mean(np.asarray(metric(*pictures))))
