"""Export of a trained model as a SavedModel with named signatures."""

import tensorflow as tf
from keras.export import ExportArchive

from ct2xkeras.files import replacing
from ct2xkeras.geometry import POSE_FIELDS


def next_version(folder):
    """The next free version number below a model's folder; 1 for the first."""
    taken = [int(p.name) for p in folder.glob("*") if p.name.isdigit()] if folder.exists() else []
    return max(taken, default=0) + 1


def export(model, folder, version=None):
    """Write `folder/version/`, whole or not at all, since TF Serving polls the folder.

    Signatures (every input and output is named, any batch size):
        serving_default: volume, spacing, style_image, pose -> xray
        synthesize_with_style: volume, spacing, style_code, pose -> xray
        encode_style: image -> style_code
        encode_ct: volume -> content_0, content_1, ... (coarsest first)
        render: content_0, ..., volume, spacing, style_code, pose -> xray, drr, coverage;
            one volume and any number of poses, one style code for each pose
        drr: volume, spacing, pose -> drr, coverage

    Args:
        model: a `CT2XGAN`; its averaged networks are exported.
        folder: SavedModels/NAME, a `pathlib.Path`.
        version: number; by default the next free one.

    Returns:
        Path of the version's folder.
    """
    path = folder / str(version or next_version(folder))
    if path.exists():
        raise ValueError(f"{path}: this version is there already. Choose another --version.")
    networks = model.ema_networks
    with replacing(path) as temporary:
        archive = ExportArchive()
        archive.track(networks)
        for name, function, signature in endpoints(networks):
            archive.add_endpoint(name, function, input_signature=signature)
        archive.write_out(str(temporary), verbose=False)
    return path


def endpoints(networks):
    """(name, function, input signature) of each signature; the first one is the default."""
    specs = _specs(networks.architecture)
    content = [name for name in specs if name.startswith("content_")]

    def add(function, *names):
        return function, [specs[name] for name in names]

    table = {
        "serving_default": add(_synthesize(networks), "volume", "spacing", "style_image", "pose"),
        "synthesize_with_style": add(
            _with_style(networks), "volume", "spacing", "style_code", "pose"
        ),
        "encode_style": add(_encode_style(networks), "image"),
        "encode_ct": add(_encode_ct(networks), "volume"),
        "render": add(_render(networks), *content, "volume", "spacing", "style_code", "pose"),
        "drr": add(_drr(networks), "volume", "spacing", "pose"),
    }
    return [(name, *entry) for name, entry in table.items()]


def _specs(arch):
    image = (None, arch.image_size, arch.image_size, 1)
    shapes = {
        "volume": (None, *arch.volume_size, 1),
        "spacing": (None, 3),
        "pose": (None, len(POSE_FIELDS)),
        "style_image": image,
        "image": image,
        "style_code": (None, arch.style_size),
    }
    levels = len(arch.volume_filters)
    for index, width in enumerate(arch.volume_filters):
        divisor = 2 ** (levels + 1 - index)
        shapes[f"content_{index}"] = (None, *(side // divisor for side in arch.volume_size), width)
    return {name: tf.TensorSpec(shape, tf.float32, name) for name, shape in shapes.items()}


def _synthesize(networks):
    def synthesize(volume, spacing, style_image, pose):
        inputs = {"volume": volume, "spacing": spacing, "style_image": style_image, "pose": pose}
        return {"xray": networks(inputs)}

    return synthesize


def _with_style(networks):
    def synthesize_with_style(volume, spacing, style_code, pose):
        views = tf.range(tf.shape(pose)[0])
        code = networks.encode_ct(volume)
        return {"xray": networks.render(code, volume, spacing, pose, style_code, views)[0]}

    return synthesize_with_style


def _encode_style(networks):
    return lambda image: {"style_code": networks.encode_style(image)}


def _encode_ct(networks):
    def encode_ct(volume):
        return {f"content_{i}": code for i, code in enumerate(networks.encode_ct(volume))}

    return encode_ct


def _render(networks):
    def render(*inputs):
        *code, volume, spacing, style_code, pose = inputs
        views = tf.zeros_like(pose[:, 0], tf.int32)
        xray, drr, coverage = networks.render(code, volume, spacing, pose, style_code, views)
        return {"xray": xray, "drr": drr, "coverage": coverage}

    return render


def _drr(networks):
    def drr(volume, spacing, pose):
        image, coverage = networks.project(volume, spacing, pose)
        return {"drr": image, "coverage": coverage}

    return drr
