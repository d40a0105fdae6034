"""Measures of a trained run on held-out cases."""

import numpy as np

from ct2xkeras.data import evaluation_cases
from ct2xkeras.evaluation.style_response import BATCH_SIZE, style_response
from ct2xkeras.losses import gradient_correlation, structural_similarity
from ct2xkeras.metrics import kernel_distance, pixel_features
from ct2xkeras.models.inputs import MODEL_INPUTS
from ct2xkeras.training.loading import load_model


def evaluate(run, recipe, cases=None):
    """Synthesise held-out views of a run and measure them.

    Args:
        run: a `RunFolder` with a checkpoint.
        recipe: its recipe.
        cases: number of views; by default the recipe's.

    Returns:
        {metric spec: value}. A spec names what was measured on how many pictures, as
        `kid[pixels32,n=64]`; `cts=train` says that no CT is held out, so that those of training
        were measured on (radiographs are held out all the same). Phantoms add the paired
        `truth-*` measures against the simulated radiograph of the same patient and pose.
    """
    model = load_model(run, recipe)
    num = cases or recipe.evaluation.cases
    held_out = evaluation_cases(run.data_directory(recipe), num, recipe.seed)
    xray = synthesize(model, held_out)
    sample = f"n={num}" + (",cts=train" if "train" in held_out["split"] else "")
    values = {
        f"structure[gradient-correlation,{sample}]": _mean(
            gradient_correlation, xray, held_out["drr"], held_out["coverage"]
        ),
        f"kid[pixels32,{sample}]": kernel_distance(
            pixel_features(xray), pixel_features(held_out["style_image"])
        ),
        f"kid-of-drr[pixels32,{sample}]": kernel_distance(
            pixel_features(held_out["drr"]), pixel_features(held_out["style_image"])
        ),
        **style_response(model.ema_networks, held_out),
    }
    if "truth" in held_out:
        for name, images in (("truth-ssim", xray), ("drr-truth-ssim", held_out["drr"])):
            values[f"{name}[7x7,{sample}]"] = _mean(
                structural_similarity, images, held_out["truth"]
            )
    return values


def synthesize(model, cases):
    """X^ of cases, (n, height, width, 1)."""
    inputs = {name: cases[name] for name in MODEL_INPUTS}
    return model.predict(inputs, batch_size=BATCH_SIZE, verbose=0)


def _mean(measure, *pictures):
    pictures = [np.asarray(images, np.float32) for images in pictures]
    return float(np.mean(np.asarray(measure(*pictures))))
