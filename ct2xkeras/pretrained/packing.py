"""From a training run to a model's folder."""

import json
import zipfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from ct2xkeras.data.errors import DataError
from ct2xkeras.files import replacing, write_text
from ct2xkeras.methods import method_of
from ct2xkeras.pretrained.card import pretrained_card
from ct2xkeras.pretrained.descriptors import describe_ct, describe_view
from ct2xkeras.pretrained.directions import direction_of
from ct2xkeras.pretrained.domain import measured_domain
from ct2xkeras.pretrained.folder import FORMAT, Camera, ModelFolder, Settings

VIEWS_PER_CT = 16  # whose limits are measured
CODE_DIGITS = 6  # of the numbers of a style code


@dataclass(frozen=True)
class Packing:
    """What a run does not know of itself.

    Args:
        styles: {name: radiograph's file}; the first is the default.
        draws: what the model draws, in a line.
        licence: of the weights.
        data: what it was trained on, with licences, a line each; empty for what the recipe says.
        checkpoint: `newest` or `best`.
        quantize: round weights to float16, so that the file is smaller.
    """

    styles: dict
    draws: str
    licence: str
    data: tuple[str, ...] = ()
    checkpoint: str = "newest"
    quantize: bool = False


def pack(run, recipe, folder, packing):
    """Write a model's folder, whole or not at all.

    Limits of its domain are measured on the run's training CTs, so the data set must be there.

    Args:
        run: a `RunFolder` with a checkpoint.
        recipe: its recipe.
        folder: new; its name is the model's.
        packing: `Packing`.

    Returns:
        its path.

    Raises:
        ValueError: the folder is there, a style cannot be read, there is no such checkpoint or data
            set, or rounded weights change pictures too much.
    """
    from ct2xkeras.serving.run_provenance import run_provenance
    from ct2xkeras.training.loading import load_model

    folder = Path(folder)
    if folder.exists():
        raise ValueError(f"{folder}: is there already. Choose another folder, or remove it.")
    looks = _read_looks(packing.styles, recipe)
    domain = training_domain(run.data_directory(recipe))
    networks = load_model(run, recipe, packing.checkpoint).ema_networks
    settings = _settings(networks, recipe, packing, domain)
    networks, psnr = _stored_networks(networks, settings.crop, packing.quantize)
    provenance = run_provenance(run, recipe, packing.checkpoint)
    provenance = replace(provenance, data=packing.data or provenance.data)
    files = {name: Path(path).name for name, path in packing.styles.items()}
    card = pretrained_card(folder.name, settings, provenance, recipe, files, domain, psnr)
    metrics = {"images": provenance.images, "scores": provenance.scores}
    with replacing(folder) as temporary:
        temporary.mkdir()
        model = ModelFolder(temporary)
        networks.save(model.network_file)
        if packing.quantize:
            _compress(model.network_file)
        domain.save(model.domain_file)
        write_text(model.styles_file, json.dumps(_codes(networks, looks)) + "\n")
        write_text(model.metrics_file, json.dumps(metrics, indent=2) + "\n")
        write_text(model.settings_file, settings.model_dump_json(indent=2) + "\n")
        write_text(model.card_file, card)
    return folder


def training_domain(data):
    """The `Domain` of a data set's training CTs and their views.

    Raises:
        DataError: no such data set, or one without CTs to train on.
    """
    from ct2xkeras.data import read_info
    from ct2xkeras.data.batches.storage import Shards
    from ct2xkeras.data.batches.views import view_kind

    info = read_info(data)
    size = info["settings"]["image_size"]
    kinds = ("ct", view_kind(info, "train"))
    cts, views, directions = [], [], []
    for ct, seen in zip(*(Shards(data, info, "train", kind) for kind in kinds), strict=True):
        hu, spacing = ct["hu"].numpy(), ct["spacing"].numpy()
        extent = np.multiply(hu.shape, spacing)
        cts.append(describe_ct(hu, spacing))
        poses = seen["poses"].numpy()[:VIEWS_PER_CT]
        views += [describe_view(pose, extent, size) for pose in poses]
        directions += [direction_of(pose) for pose in poses]
    return measured_domain(cts, views, directions)


def _read_looks(styles, recipe):
    """Prepared radiographs by name, (rows, columns)."""
    from ct2xkeras.data import prepare_radiograph, read_radiograph
    from ct2xkeras.recipe import build_architecture

    if not styles:
        raise DataError("styles", "at least one radiograph", "none", "Name one: --style NAME=FILE.")
    side, crop = build_architecture(recipe).image_size, float(np.mean(recipe.data.crop))
    return {
        name: prepare_radiograph(read_radiograph(path), (side, side), crop=crop)
        for name, path in styles.items()
    }


def _codes(networks, looks):
    codes = networks.encode_style(np.stack(list(looks.values()))[..., None])
    return {
        name: [float(f"{number:.{CODE_DIGITS}g}") for number in code]
        for name, code in zip(looks, np.asarray(codes, np.float64).tolist(), strict=True)
    }


def _settings(networks, recipe, packing, domain):
    from ct2xkeras.recipe import build_pose_prior
    from ct2xkeras.serving.usual_camera import UsualCamera

    architecture = networks.architecture
    camera = asdict(UsualCamera.of_prior(build_pose_prior(recipe)))
    # CTs may have covered less than the recipe asked for; a view by default must be in the domain.
    camera["footprint"] = min(camera["footprint"], domain.view["footprint"][1])
    return Settings(
        format=FORMAT,
        method=method_of(networks),
        draws=packing.draws,
        licence=packing.licence,
        image_size=architecture.image_size,
        volume_size=architecture.volume_size,
        crop=float(np.mean(recipe.data.crop)),
        camera=Camera(**camera),
        default_style=next(iter(packing.styles)),
    )


def _stored_networks(networks, crop, quantize):
    """The networks as they are saved, and dB of their pictures where weights were rounded."""
    from ct2xkeras.serving.example_inputs import example_inputs
    from ct2xkeras.serving.quantization import check_quantized
    from ct2xkeras.serving.stored_weights import float32_twin

    original = float32_twin(networks)
    if not quantize:
        return original, None
    rounded = float32_twin(networks)
    rounded.set_weights([_rounded(weights) for weights in original.get_weights()])
    examples = example_inputs(original.architecture, crop)
    return rounded, check_quantized(_signatures(original), _signatures(rounded), examples)


def _rounded(weights):
    if weights.dtype != np.float32:
        return weights
    return weights.astype(np.float16).astype(np.float32)


def _signatures(networks):
    """What `check_quantized` calls."""

    def draw(volume, spacing, pose, style_image):
        ct = [np.repeat(values, len(pose), axis=0) for values in (volume, spacing, style_image)]
        inputs = dict(zip(("volume", "spacing", "style_image"), ct, strict=True))
        return {"xray": networks({**inputs, "pose": pose})}

    return {"serving_default": draw}


def _compress(path):
    """Deflate a Keras file, which is a zip archive: half of the bits of rounded weights are 0."""
    with (
        replacing(path) as temporary,
        zipfile.ZipFile(path) as stored,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as smaller,
    ):
        for name in stored.namelist():
            smaller.writestr(name, stored.read(name))
