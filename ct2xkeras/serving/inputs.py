"""Names, shapes and types of what signatures take."""

import tensorflow as tf

from ct2xkeras.geometry import POSE_FIELDS


def input_specs(networks):
    """{name: `tf.TensorSpec`} of all inputs of a `ViewSynthesizer`; the first axis is the batch."""
    arch = networks.architecture
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
    for index, shape in enumerate(networks.content_shapes):
        shapes[f"content_{index}"] = (None, *shape)
    specs = {name: tf.TensorSpec(shape, tf.float32, name) for name, shape in shapes.items()}
    for name in ("volume_bytes", "hu_bytes", "code_bytes", "image_bytes"):
        specs[name] = tf.TensorSpec((None,), tf.string, name)
    specs["shape"] = tf.TensorSpec((None, 3), tf.int32, "shape")
    specs["seed"] = tf.TensorSpec((None,), tf.int32, "seed")
    return specs
