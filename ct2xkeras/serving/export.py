"""Export of trained networks as a SavedModel with named signatures, or as a Keras file."""

from pathlib import Path

import tensorflow as tf

from ct2xkeras.files import replacing
from ct2xkeras.geometry import PosePrior
from ct2xkeras.serving.example_inputs import example_inputs
from ct2xkeras.serving.model_card import Provenance, model_card, pose_convention
from ct2xkeras.serving.quantization import check_quantized
from ct2xkeras.serving.requests import example_requests, write_examples, write_warm_up
from ct2xkeras.serving.served_networks import ServedNetworks
from ct2xkeras.serving.signatures import make_signatures
from ct2xkeras.serving.stored_weights import StoredWeights, float32_twin
from ct2xkeras.serving.usual_camera import UsualCamera, camera_signature

WITHOUT_GRADIENTS = tf.saved_model.SaveOptions(experimental_custom_gradients=False)


def next_version(folder):
    """The next free version number below a model's folder; 1 for the first."""
    taken = [int(p.name) for p in folder.glob("*") if p.name.isdigit()] if folder.exists() else []
    return max(taken, default=0) + 1


def export(networks, folder, version=None, crop=1.0, quantize=False, provenance=None, camera=None):
    """Write `folder/version/`, whole or not at all, since TF Serving polls the folder.

    Beside the SavedModel (docs/serving.md lists its signatures) the version's folder holds
    `model_card.md`, `poses.md`, `examples/` with bodies of REST requests and, with the extra
    `[serving]`, `assets.extra/tf_serving_warmup_requests`. Networks that were trained in bfloat16
    compute in float32 there.

    Args:
        networks: a `ViewSynthesizer`, as `AdversarialModel.ema_networks`.
        folder: SavedModels/NAME.
        version: number; by default the next free one.
        crop: share of a radiograph's middle that `encode_radiograph` shows.
        quantize: store weights in float16.
        provenance: `Provenance` for the model card.
        camera: `UsualCamera` for the signature `camera`; by default that of a `PosePrior`.

    Returns:
        Path of the version's folder.

    Raises:
        ValueError: the version is there already.
        QuantizationError: float16 weights change pictures too much.
    """
    folder = Path(folder)
    path = folder / str(version or next_version(folder))
    if path.exists():
        raise ValueError(f"{path}: this version is there already. Choose another --version.")
    networks = float32_twin(networks)
    examples = example_inputs(networks.architecture, crop)
    weights, signatures = _served(networks, crop)
    psnr = None
    if quantize:
        original = signatures
        weights, signatures = _served(networks, crop, "float16")
        psnr = check_quantized(original, signatures, examples)
    requests = example_requests(signatures, examples)
    signatures["camera"] = camera_signature(camera or UsualCamera.of_prior(PosePrior()))
    card = model_card(
        f"{folder.name}/{path.name}",
        networks.architecture,
        crop,
        provenance or Provenance(),
        psnr,
    )
    with replacing(path) as temporary:
        tf.saved_model.save(weights, str(temporary), signatures, WITHOUT_GRADIENTS)
        (temporary / "model_card.md").write_text(card, encoding="utf-8")
        poses = pose_convention(networks.architecture.image_size)
        (temporary / "poses.md").write_text(poses, encoding="utf-8")
        write_examples(temporary, requests)
        write_warm_up(temporary, folder.name, requests)
    return path


def _served(networks, crop, dtype="float32"):
    """The weights that are stored, and the signatures that use them."""
    weights = StoredWeights(networks, dtype)
    return weights, make_signatures(ServedNetworks(networks, weights, crop))


def export_keras(networks, path):
    """Write networks as a Keras file, which `keras.models.load_model` reads where ct2xkeras is.

    Raises:
        ValueError: the file is there already.
    """
    path = Path(path)
    if path.exists():
        raise ValueError(f"{path}: is there already. Choose another name.")
    with replacing(path) as temporary:
        float32_twin(networks).save(temporary)
    return path
