import pytest

from ct2xkeras.models import PRESETS, Architecture
from ct2xkeras.models.architecture import resolve_architecture


@pytest.mark.parametrize("name", PRESETS)
def test_presets_survive_the_way_through_json(name):
    assert Architecture(**PRESETS[name].to_dict()) == PRESETS[name]


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("image_size", 48, "multiple of 32"),
        ("volume_size", (96, 96, 90), "multiple of 8"),
        ("view_filters", (8,), "one for each of filters"),
        ("ray_samples", (8,), "one for each of volume_filters"),
    ],
)
def test_sizes_that_do_not_fit_are_refused_by_name(field, value, rule):
    with pytest.raises(ValueError, match=f"{field}=.*{rule}"):
        Architecture(**{field: value})


def test_an_unknown_preset_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"Unknown preset 'smal64'.*small64"):
        resolve_architecture("smal64")
