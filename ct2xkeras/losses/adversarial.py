"""Adversarial losses on logits, per example: X^ (or DRR^) against real pictures.

non_saturating   Goodfellow et al. 2014; the default
hinge            Lim & Ye 2017, Miyato et al. 2018
least_squares    Mao et al. 2017, targets 1 for real and 0 for synthesised
"""

from keras import ops

#: The logit of a discriminator that cannot tell, by form.
UNDECIDED = {"non_saturating": 0.0, "hinge": 0.0, "least_squares": 0.5}


def generator_adversarial(fake_logits, form="non_saturating"):
    """What the generator minimises: (batch,) to (batch,).

    non_saturating `softplus(-D(x^))`, hinge `-D(x^)`, least_squares `(D(x^) - 1)^2 / 2`.

    Raises:
        ValueError: if there is no such form.
    """
    return _form(form)[0](fake_logits)


def discriminator_adversarial(real_logits, fake_logits, form="non_saturating"):
    """What the discriminator minimises: (batch,) and (batch,) to (batch,).

    non_saturating `softplus(-D(x)) + softplus(D(x^))`, hinge `relu(1 - D(x)) + relu(1 + D(x^))`,
    least_squares `((D(x) - 1)^2 + D(x^)^2) / 2`.

    Raises:
        ValueError: if there is no such form.
    """
    return _form(form)[1](real_logits, fake_logits)


_FORMS = {  # of the generator, of the discriminator
    "non_saturating": (
        lambda fake: ops.softplus(-fake),
        lambda real, fake: ops.softplus(-real) + ops.softplus(fake),
    ),
    "hinge": (
        lambda fake: -fake,
        lambda real, fake: ops.relu(1 - real) + ops.relu(1 + fake),
    ),
    "least_squares": (
        lambda fake: ops.square(fake - 1) / 2,
        lambda real, fake: (ops.square(real - 1) + ops.square(fake)) / 2,
    ),
}


def _form(name):
    if name not in _FORMS:
        raise ValueError(f"form={name!r}: expected one of {', '.join(_FORMS)}.")
    return _FORMS[name]
