"""Consistency regularisation (figure 3): codes read back from a synthesised picture."""

import math

from keras import ops

EPSILON = 1e-8
TEMPERATURE = 0.1


def normalize(codes):
    """Codes at unit length: (..., size), the same shape."""
    return codes * ops.rsqrt(ops.sum(ops.square(codes), axis=-1, keepdims=True) + EPSILON)


def style_contrast(codes, references, candidates=None, temperature=TEMPERATURE):
    """Cross-entropy of finding each code's own reference among all candidates (InfoNCE).

    The paper asks that the style read back from a picture match its reference's; taken as a plain
    distance, that is smallest when all styles are the same, and with a trained encoder the styles
    do collapse. A contrast cannot: equal codes give log(number of candidates), the chance level.

    Args:
        codes: (batch, size), read back from synthesised pictures.
        references: (batch, size), those of the codes.
        candidates: (num, size), the references among others; by default the references alone.

    Returns:
        (batch,), 0 when each reference is told from all others.
    """
    candidates = references if candidates is None else candidates
    codes = normalize(codes)
    scores = ops.matmul(codes, ops.transpose(normalize(candidates))) / temperature
    own = ops.sum(codes * normalize(references), axis=-1) / temperature
    return ops.logsumexp(scores, axis=-1) - own


def style_contrast_each(codes, references, others, temperature=TEMPERATURE):
    """`style_contrast` where each code has one own reference and the same others to be told from.

    Args:
        codes, references: (batch, size), paired.
        others: (num, size).

    Returns:
        (batch,).
    """
    codes = normalize(codes)
    own = ops.sum(codes * normalize(references), axis=-1, keepdims=True)
    wrong = ops.matmul(codes, ops.transpose(normalize(others)))
    scores = ops.concatenate([own, wrong], axis=-1) / temperature
    return ops.logsumexp(scores, axis=-1) - scores[:, 0]


def style_distance(codes, references):
    """The paper's plain term, mean `|s(x^) - s(x)|`: two (batch, size) to (batch,)."""
    return ops.mean(ops.abs(codes - references), axis=-1)


def content_distance(codes, references):
    """Mean absolute difference of content maps: two (batch, h, w, channels) to (batch,)."""
    return ops.mean(ops.abs(codes - references), axis=(1, 2, 3))


def chance_level(num_candidates):
    """`style_contrast` of codes that tell nothing."""
    return math.log(num_candidates)
