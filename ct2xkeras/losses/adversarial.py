"""Non-saturating adversarial loss (Goodfellow et al. 2014), on logits, per example."""

from keras import ops


def generator_adversarial(fake_logits):
    """`softplus(-D(x^))`: (batch,) to (batch,)."""
    return ops.softplus(-fake_logits)


def discriminator_adversarial(real_logits, fake_logits):
    """`softplus(-D(x)) + softplus(D(x^))`: (batch,) and (batch,) to (batch,)."""
    return ops.softplus(-real_logits) + ops.softplus(fake_logits)
