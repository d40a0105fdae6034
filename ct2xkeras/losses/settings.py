"""Weights of the loss terms: which parts of the paper act, and how strongly."""

from dataclasses import asdict, dataclass

#: The terms that the generator side minimises, with the paper's part each belongs to.
GENERATOR_TERMS = {
    "adversarial": "adversarial training against real X-rays",
    "drr_similarity": "DRR supervision: DRR^ against the DRR of the same view",
    "style_xray": "consistency (figure 3): style(X^) against style(X)",
    "style_drr": "consistency (figure 3): style(DRR^) against style(DRR)",
    "content": "consistency (figure 3): content(X^) against content(DRR^)",
    "content_contrast": "ours: content codes of one batch must differ, so that none collapses",
    "structure": "ours: edges of X^ against those of the DRR",
    "tone": "ours: grey values of X^ against those of its style reference",
}


@dataclass(frozen=True)
class LossSettings:
    """Weights of the generator's terms (`GENERATOR_TERMS`), and the R1 penalty. 0 leaves one out.

    Args:
        style_form: `contrast` (cannot collapse) or `distance` (the paper's plain term).
        r1_gamma: weight of R1, `gamma / 2 * |grad D|^2` at real pictures.
        r1_interval: R1 acts on every such step, multiplied by as much.
    """

    adversarial: float = 1.0
    drr_similarity: float = 4.0
    style_xray: float = 0.5
    style_drr: float = 0.5
    content: float = 0.5
    content_contrast: float = 0.1
    structure: float = 3.0
    tone: float = 4.0
    style_form: str = "contrast"
    r1_gamma: float = 1.0
    r1_interval: int = 8

    def __post_init__(self):
        if self.style_form not in ("contrast", "distance"):
            raise ValueError(f"style_form={self.style_form!r}: expected 'contrast' or 'distance'.")

    def weight(self, term):
        return getattr(self, term)

    def to_dict(self):
        return asdict(self)
