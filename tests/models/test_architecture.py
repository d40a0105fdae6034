import pytest

from ct2xkeras.models import Architecture


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("image_size", 48, "multiple of 32"),
        ("volume_size", (96, 96, 90), "multiple of 8"),
        ("view_filters", (8,), "one for each of filters"),
        ("ray_samples", (8,), "one for each of volume_filters"),
        ("patch_halvings", 5, "at most as many as discriminator_filters"),
    ],
)
def test_sizes_that_do_not_fit_are_refused_by_name(field, value, rule):
    with pytest.raises(ValueError, match=f"{field}=.*{rule}"):
        Architecture(**{field: value})
