"""A tiny model that was never trained, packed as a trained one is, and CTs for it."""

from types import SimpleNamespace

import nibabel as nib
import numpy as np
from PIL import Image

from ct2xkeras.data import Volume, build_dataset
from ct2xkeras.data.phantoms import make_phantom
from ct2xkeras.files import append_json_line
from ct2xkeras.models import PRESETS
from ct2xkeras.models.synthesizer import XraySynthesizer
from ct2xkeras.pretrained.packing import Packing, pack
from ct2xkeras.recipe import build_dataset_spec, load_recipe
from ct2xkeras.training.run_folder import RunFolder

RECIPE = """
name: chestlike
description: phantoms
data:
  ct: [{cts}]
  xray: [{xrays}]
  poses_per_ct: 4
  val_fraction: 0
  pose_prior: {{footprint: [60, 200]}}
model: {{preset: tiny}}
"""
SPACING = (8.0, 6.0, 6.0)  # (z, y, x) mm


def phantom_part(seed, low, high):
    """A phantom's slices from one share of its height to another; a `Volume`."""
    volume = make_phantom(seed, shape=(80, 64, 80), spacing=SPACING)
    first, last = (round(share * len(volume.hu)) for share in (low, high))
    affine = volume.affine.copy()
    affine[2, 3] += first * SPACING[0]
    return Volume(volume.hu[first:last], affine, f"part{low:g}")


def write_ct(path, volume):
    nib.save(nib.Nifti1Image(volume.hu.transpose(2, 1, 0), volume.affine), path)
    return path


def write_radiograph(path, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (80, 80), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def chestlike_run(folder):
    """A `RunFolder` with a data set of two chests and an evaluation, without a checkpoint."""
    for seed in (1, 2):
        (folder / "cts").mkdir(parents=True, exist_ok=True)
        write_ct(folder / "cts" / f"{seed}.nii.gz", phantom_part(seed, 0.5, 0.9))
        write_radiograph(folder / f"x{seed}.png", seed)
    text = RECIPE.format(cts=folder / "cts", xrays=folder / "x*.png")
    (folder / "recipe.yaml").write_text(text)
    run, recipe = RunFolder(folder / "run"), load_recipe(folder / "recipe.yaml")
    run.create(recipe)
    build_dataset(build_dataset_spec(recipe), run.data_directory(recipe))
    scores = {"kid[pixels32,n=4]": 0.125, "truth-ssim[n=4]": 0.5}
    append_json_line(run.metrics_file, {"kind": "evaluation", "images": 0, **scores})
    return run


def untrained(*_):
    """What `load_model` gives, with random weights."""
    networks = XraySynthesizer(PRESETS["tiny"])
    networks.build()
    return SimpleNamespace(ema_networks=networks)


def pack_chestlike(run, folder, **options):
    """`pack` with two styles."""
    parent = run.path.parent
    styles = {"soft": parent / "x1.png", "hard": parent / "x2.png"}
    packing = Packing(styles, "chest X-rays", "Apache-2.0", ("two phantoms (own)",), **options)
    return pack(run, run.load_recipe(), folder, packing)
