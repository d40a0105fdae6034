"""Weights of the loss terms: which parts of the paper act, and how strongly."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from ct2xkeras.losses.schedules import (
    Schedule,
    as_schedule,
    is_count,
    is_weight,
    require,
    weight_at,
)

#: The terms that the generator side minimises, with the paper's part each belongs to.
GENERATOR_TERMS = {
    "adversarial": "adversarial training against real X-rays",
    "drr_adversarial": "optional discriminator of DRRs: DRR^ against real DRRs",
    "drr_l1": "DRR supervision: |DRR^ - DRR| at the same view, over the coverage",
    "drr_ms_ssim": "DRR supervision: 1 - MS-SSIM of DRR^ and the DRR of the same view",
    "drr_lpips": "DRR supervision: LPIPS of DRR^ and the DRR of the same view",
    "style_xray": "consistency (figure 3): style(X^) against style(X)",
    "style_drr": "consistency (figure 3): style(DRR^) against style(DRR)",
    "content": "consistency (figure 3): content(X^) against content(DRR^)",
    "content_contrast": "ours: content codes of one batch must differ, so that none collapses",
    "structure": "ours: edges of X^ against those of the DRR",
    "tone": "ours: grey values of X^ against those of its style reference",
    "detail": "ours: contrast of X^ at each scale against that of its style reference",
    "path_length": "ours: equal steps of a style code change X^ equally (StyleGAN2)",
    "self_reconstruction": "ours: X^ as its own style reference comes out as itself",
}

ADVERSARIAL_FORMS = ("non_saturating", "hinge", "least_squares")
STYLE_FORMS = ("contrast", "distance")


@dataclass(frozen=True)
class LossSettings:
    """Weights of the generator's terms (`GENERATOR_TERMS`), their forms, and the R1 penalty.

    A weight is a number or a `Schedule`, also given as a mapping of its fields; 0 leaves the term
    out.

    Args:
        adversarial_form: `non_saturating`, `hinge` or `least_squares`, of both discriminators.
        style_form: `contrast` (cannot collapse) or `distance` (the paper's plain term).
        r1_gamma: weight of R1, `gamma / 2 * |grad D|^2` at real pictures.
        r1_interval: R1 acts on every such step, multiplied by as much.
        path_length_interval: the same for the path length penalty.
        lpips_network: file of the network of `PerceptualDistance`, for drr_lpips; by default the
            weights that `ct2xkeras weights import` kept.
        lpips_heads: file of LPIPS's head weights; without it all channels count the same.

    Raises:
        ValueError: names the field, what was expected and what was found.
    """

    adversarial: float | Schedule = 1.0
    drr_adversarial: float | Schedule = 0.0
    drr_l1: float | Schedule = 4.0
    drr_ms_ssim: float | Schedule = 4.0
    drr_lpips: float | Schedule = 0.0
    style_xray: float | Schedule = 0.5
    style_drr: float | Schedule = 0.5
    content: float | Schedule = 0.5
    content_contrast: float | Schedule = 0.1
    structure: float | Schedule = 2.0
    tone: float | Schedule = 8.0
    detail: float | Schedule = 1.0
    path_length: float | Schedule = 0.0
    self_reconstruction: float | Schedule = 0.0
    adversarial_form: str = "non_saturating"
    style_form: str = "contrast"
    r1_gamma: float = 0.005
    r1_interval: int = 8
    path_length_interval: int = 4
    lpips_network: str = ""
    lpips_heads: str = ""

    def __post_init__(self):
        for term in GENERATOR_TERMS:
            self._read_weight(term)
        for name, forms in (("adversarial_form", ADVERSARIAL_FORMS), ("style_form", STYLE_FORMS)):
            expected = " or ".join(map(repr, forms))
            require(self, name, getattr(self, name) in forms, f"expected {expected}")
        require(self, "r1_gamma", is_weight(self.r1_gamma), "expected a number of 0 or more")
        for name in ("r1_interval", "path_length_interval"):
            require(self, name, is_count(getattr(self, name), 1), "expected a count of 1 or more")

    def _read_weight(self, term):
        value = getattr(self, term)
        try:
            schedule = as_schedule(value)
        except ValueError as error:
            raise ValueError(f"{term}: {error}") from None
        if isinstance(value, Mapping):
            object.__setattr__(self, term, schedule)

    def weight(self, term, images=None):
        """A term's weight after so many images; a constant one needs no count (see `weight_at`)."""
        if images is None and not as_schedule(getattr(self, term)).is_constant:
            raise ValueError(f"The weight of {term} changes with progress: give the images seen.")
        return weight_at(getattr(self, term), images)

    def active(self, term):
        """Whether a term's weight is ever above 0; a term that never acts is not computed."""
        return as_schedule(getattr(self, term)).weight > 0

    def to_dict(self):
        """Plain values for JSON and YAML."""
        return asdict(self)
