"""What the generator side minimises, from pictures and codes: (views,) a term, only active ones."""

import math

from keras import ops

from ct2xkeras import losses
from ct2xkeras.losses.consistency import normalize
from ct2xkeras.models.replicas import gathered


def active_terms(settings, functions):
    """Values of those terms that can have a weight; the others are not computed."""
    return {name: act() for name, act in functions.items() if settings.active(name)}


def picture_terms(settings, views, made, perceptual=None):
    """Terms that compare pictures.

    Args:
        settings: `LossSettings`.
        views: a flat batch (`flatten_views`): drr, coverage and style_image.
        made: xray and drr of the same views, synthesised.
        perceptual: function of two batches of pictures, for `drr_lpips`.
    """
    mask, drr = views["coverage"], views["drr"]
    return active_terms(
        settings,
        {
            "drr_l1": lambda: losses.absolute_difference(made["drr"], drr, mask),
            "drr_ms_ssim": lambda: 1 - losses.multiscale_structural_similarity(made["drr"], drr),
            "drr_lpips": lambda: perceptual(made["drr"], drr),
            "structure": lambda: losses.structure_loss(made["xray"], drr, mask),
            "tone": lambda: losses.tone_distance(made["xray"], views["style_image"]),
            "detail": lambda: losses.detail_distance(made["xray"], views["style_image"]),
        },
    )


def consistency_terms(settings, made, read):
    """The terms of figure 3.

    Args:
        settings: `LossSettings`.
        made: xray_style and drr_style, the codes of the style references.
        read: codes read back: xray_style, drr_style, xray_content, drr_content of the synthesised
            pictures, and moved_style of moved copies of the radiographs.
    """
    content_xray, content_drr = read["xray_content"], read["drr_content"]
    of_xray, of_drr = _STYLE_FORMS[settings.style_form]
    return active_terms(
        settings,
        {
            "style_xray": lambda: of_xray(made, read),
            "style_drr": lambda: of_drr(made, read),
            "content": lambda: losses.content_distance(content_xray, content_drr),
            "content_contrast": lambda: _content_contrast(content_xray, content_drr),
        },
    )


def _style_distance(name):
    return lambda made, read: losses.style_distance(read[name], made[name])


def _xray_contrast(made, read):
    """A picture's style is told from those of the whole batch, whichever replica has them."""
    reference = made["xray_style"]
    candidates = ops.concatenate([gathered(reference), gathered(made["drr_style"])], axis=0)
    found = losses.style_contrast(read["xray_style"], reference, candidates)
    moved = losses.style_contrast(read["moved_style"], reference, candidates)
    return (found + moved) / 2


def _drr_contrast(made, read):
    """Every DRR has one style: a DRR^ is told from the X-rays, not from other DRRs."""
    xrays = gathered(made["xray_style"])
    return losses.style_contrast_each(read["drr_style"], made["drr_style"], xrays)


_STYLE_FORMS = {  # of X^, of DRR^
    "distance": (_style_distance("xray_style"), _style_distance("drr_style")),
    "contrast": (_xray_contrast, _drr_contrast),
}


def _content_contrast(xray, drr):
    xray, drr = (ops.reshape(maps, [-1, math.prod(maps.shape[1:])]) for maps in (xray, drr))
    return losses.style_contrast(xray, drr, gathered(drr))


def style_matches(codes, references):
    """For each code whether its own reference is the nearest by angle: two (n, size) to (n,).

    The mean is the style retrieval within a batch; chance is 1 / n.
    """
    scores = ops.matmul(normalize(codes), ops.transpose(normalize(references)))
    nearest = ops.cast(ops.argmax(scores, axis=-1), "int32")
    return ops.cast(nearest == ops.arange(ops.shape(codes)[0], dtype="int32"), "float32")
