"""The signatures of an exported model: names, inputs and outputs; docs/serving.md lists them."""

import tensorflow as tf

from ct2xkeras.serving.content_bytes import ContentBytes
from ct2xkeras.serving.inputs import input_specs
from ct2xkeras.serving.served_networks import graph


def make_signatures(served):
    """{name: `tf.function` with named inputs and outputs}; the first one is the default.

    Args:
        served: `ServedNetworks`.
    """
    specs = input_specs(served.networks)
    contents = [name for name in specs if name.startswith("content_")]
    ct, raw_ct = ("volume", "spacing"), ("hu_bytes", "shape", "spacing")
    view = ("style_code", "pose", "seed")
    grid, raw = GridSignatures(served), RawSignatures(served, [specs[n] for n in contents])
    table = {
        "serving_default": (grid.synthesize, *ct, "style_image", "pose"),
        "synthesize_with_style": (grid.synthesize_with_style, *ct, *view),
        "synthesize_bytes": (
            *(grid.synthesize_bytes, "volume_bytes", "spacing"),
            *("style_image", "pose", "seed"),
        ),
        "encode_style": (grid.encode_style, "image"),
        "truncate_style": (grid.truncate_style, "style_code", "truncation"),
        "encode_ct": (grid.encode_ct, *ct),
        "render": (grid.render, *contents, *ct, *view),
        "drr": (grid.drr, *ct, "pose"),
        "prepare_ct": (raw.prepare_ct, "hu", "spacing"),
        "synthesize_ct": (raw.synthesize_ct, *raw_ct, "style_image", "pose", "seed"),
        "synthesize_ct_png": (raw.synthesize_ct_png, *raw_ct, "style_image", "pose", "seed"),
        "encode_ct_bytes": (raw.encode_ct_bytes, *raw_ct),
        "render_bytes": (raw.render_bytes, "code_bytes", *view),
        "render_png": (raw.render_png, "code_bytes", *view),
        "encode_radiograph": (raw.encode_radiograph, "image_bytes"),
    }
    return {
        name: graph(function, *(specs[i] for i in inputs))
        for name, (function, *inputs) in table.items()
    }


class GridSignatures:
    """Signatures for CTs that are on the model's grid already."""

    def __init__(self, served):
        self.served = served

    def synthesize(self, volume, spacing, style_image, pose):
        style = self.served.encode_style(style_image)
        return self.synthesize_with_style(volume, spacing, style, pose, tf.zeros([1], tf.int32))

    def synthesize_with_style(self, volume, spacing, style_code, pose, seed):
        code = self.served.encode_ct(volume, spacing)
        return {"xray": self.served.render(code, volume, spacing, style_code, pose, seed)[0]}

    def synthesize_bytes(self, volume_bytes, spacing, style_image, pose, seed):
        volume = self.served.grid_from_bytes(volume_bytes)
        style = self.served.encode_style(style_image)
        return self.synthesize_with_style(volume, spacing, style, pose, seed)

    def encode_style(self, image):
        return {"style_code": self.served.encode_style(image)}

    def truncate_style(self, style_code, truncation):
        return {"style_code": self.served.truncate_style(style_code, truncation)}

    def encode_ct(self, volume, spacing):
        code = self.served.encode_ct(volume, spacing)
        return {f"content_{i}": level for i, level in enumerate(code)}

    def render(self, *inputs):
        *code, volume, spacing, style_code, pose, seed = inputs
        return views(self.served.render(code, volume, spacing, style_code, pose, seed))

    def drr(self, volume, spacing, pose):
        drr, coverage = self.served.project(volume, spacing, pose)
        return {"drr": drr, "coverage": coverage}


class RawSignatures:
    """Signatures for CTs and radiographs as they come, and for pictures as PNG.

    Args:
        served: `ServedNetworks`.
        contents: specs of the content code's levels.
    """

    def __init__(self, served, contents):
        self.served = served
        shapes = [spec.shape[1:] for spec in contents]
        mark = served.weights.fingerprint()
        self.codes = ContentBytes(served.architecture.volume_size, shapes, mark)

    def prepare_ct(self, hu, spacing):
        volume, spacing, center = self.served.prepare(hu, spacing)
        return {"volume": volume, "spacing": spacing, "center": center}

    def synthesize_ct(self, hu_bytes, shape, spacing, style_image, pose, seed):
        volume, spacing, center = self.served.prepare_bytes(hu_bytes, shape, spacing)
        style, code = self.served.encode_style(style_image), self.served.encode_ct(volume, spacing)
        pictures = views(self.served.render(code, volume, spacing, style, pose, seed))
        return {**pictures, "spacing": spacing, "center": center}

    def synthesize_ct_png(self, hu_bytes, shape, spacing, style_image, pose, seed):
        return as_png(self.synthesize_ct(hu_bytes, shape, spacing, style_image, pose, seed))

    def encode_ct_bytes(self, hu_bytes, shape, spacing):
        volume, spacing, center = self.served.prepare_bytes(hu_bytes, shape, spacing)
        code_bytes = self.codes.pack(volume, spacing, self.served.encode_ct(volume, spacing))
        return {"code_bytes": code_bytes, "spacing": spacing, "center": center}

    def render_bytes(self, code_bytes, style_code, pose, seed):
        volume, spacing, code = self.codes.unpack(code_bytes)
        return views(self.served.render(code, volume, spacing, style_code, pose, seed))

    def render_png(self, code_bytes, style_code, pose, seed):
        return as_png(self.render_bytes(code_bytes, style_code, pose, seed))

    def encode_radiograph(self, image_bytes):
        style_code, pictures = self.served.encode_radiograph(image_bytes)
        return {"style_code": style_code, "style_image": pictures}


def views(results):
    """Named pictures of `ServedNetworks.render`."""
    return dict(zip(("xray", "drr", "coverage"), results, strict=True))


def as_png(outputs):
    """Outputs with their pictures as 16-bit PNG files."""
    lowest = {"xray": -1.0, "drr": -1.0, "coverage": 0.0}
    rest = {name: values for name, values in outputs.items() if name not in lowest}
    return {f"{n}_bytes": encode_png(outputs[n], low) for n, low in lowest.items()} | rest


def encode_png(pictures, low):
    """Pictures (n, h, w, 1) of [low, 1] as 16-bit grey PNG files, (n,) strings."""
    share = (tf.clip_by_value(pictures, low, 1.0) - low) / (1 - low)
    pixels = tf.cast(tf.round(share * 65535), tf.uint16)
    return tf.map_fn(tf.io.encode_png, pixels, fn_output_signature=tf.string)
