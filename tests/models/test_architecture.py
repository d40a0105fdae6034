import re

import numpy as np
import pytest
import tensorflow as tf

from ct2xkeras.methods import METHODS
from ct2xkeras.models import CT2XGAN, Architecture

WHOLE = {"patch_halvings": 0}


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("image_size", 48, "multiple of 32"),
        ("volume_size", (96, 96, 90), "multiple of 8"),
        ("view_filters", (8,), "one for each of filters"),
        ("ray_samples", (8,), "one for each of volume_filters"),
        ("patch_halvings", 5, "at most as many as discriminator_filters"),
        ("style_filters", (8,), "two or more"),
        ("discriminator_filters", (8,), "two or more"),
        ("style_filters", (8,) * 6, "halves image_size=64 7 times"),
        ("discriminator_filters", (8,) * 7, "halves image_size=64 7 times"),
    ],
)
def test_sizes_that_do_not_fit_are_refused_by_name(field, value, rule):
    with pytest.raises(ValueError, match=f"{field}=.*{rule}"):
        Architecture(**{field: value, **({} if field == "patch_halvings" else WHOLE)})


def test_heads_divide_what_attends_to_all_voxels():
    Architecture(attention_heads=3)
    with pytest.raises(ValueError, match="attention_heads=3: must divide the first of view_filt"):
        Architecture(attention_heads=3, attention="global")


@pytest.mark.parametrize("method", METHODS)
def test_pictures_of_all_methods_have_the_sides_that_metrics_need(method):
    kind = METHODS[method].architecture_class()
    for side in (16, 48):
        with pytest.raises(ValueError, match=f"image_size={side}: must be"):
            kind(image_size=side)


@pytest.mark.parametrize("shape", [(32, 32, 32), (16, 16, 24)])
def test_volumes_of_another_size_are_refused_in_use_and_in_training(shape, make_batch):
    model = CT2XGAN.from_preset("tiny")
    model.compile("adam", "adam")
    batch = make_batch(model.architecture)
    batch["volume"] = np.zeros((2, *shape, 1), "int16")
    says = rf"volume: expected .*\(16, 16, 16\) voxels.*found {re.escape(str(shape))}.*to_model_"
    with pytest.raises(ValueError, match=says):
        model.train_step({name: tf.constant(value) for name, value in batch.items()})
    views = {name: batch[name][:, 0] for name in ("style_image", "pose")}
    with pytest.raises(ValueError, match=says):
        model.networks({"volume": batch["volume"], "spacing": batch["spacing"], **views})
