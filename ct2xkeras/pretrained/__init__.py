"""Trained models in folders that say all about themselves; some ship with the package.

    load_pretrained     a model by name or folder, ready to draw CTs
    PretrainedModel     what it gives
    pretrained_names    which ones ship with this installation
    describe_ct, describe_view, Domain      is a CT like those of training?

The folders stand beside these modules, one a model: the networks as `network.keras`, styles as
codes in `styles.json`, limits of what was seen in training in `domain.json`, `metrics.json`,
`model_card.md` and `model.json` with the rest. Names are loaded when first asked for.
"""

from ct2xkeras.lazy import lazy_names

_HOMES = {
    "Domain": "domain",
    "PretrainedModel": "model",
    "describe_ct": "descriptors",
    "describe_view": "descriptors",
    "load_pretrained": "model",
    "pretrained_names": "registry",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
