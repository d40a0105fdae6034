"""Names, shapes and types of what signatures take."""

import tensorflow as tf

from ct2xkeras.geometry import POSE_FIELDS


def input_specs(arch):
    """{name: `tf.TensorSpec`} of all inputs; the first axis is the batch."""
    image = (None, arch.image_size, arch.image_size, 1)
    shapes = {
        "volume": (None, *arch.volume_size, 1),
        "spacing": (None, 3),
        "pose": (None, len(POSE_FIELDS)),
        "style_image": image,
        "image": image,
        "style_code": (None, arch.style_size),
        "truncation": (None,),
        "hu": (None, None, None, None),
    }
    levels = len(arch.volume_filters)
    for index, width in enumerate(arch.volume_filters):
        divisor = 2 ** (levels + 1 - index)
        shapes[f"content_{index}"] = (None, *(side // divisor for side in arch.volume_size), width)
    specs = {name: tf.TensorSpec(shape, tf.float32, name) for name, shape in shapes.items()}
    for name in ("volume_bytes", "hu_bytes", "code_bytes", "image_bytes"):
        specs[name] = tf.TensorSpec((None,), tf.string, name)
    specs["shape"] = tf.TensorSpec((None, 3), tf.int32, "shape")
    specs["seed"] = tf.TensorSpec((None,), tf.int32, "seed")
    return specs
