import pytest

from ct2xkeras.models import CT2XGAN, PRESETS, Architecture
from ct2xkeras.models.presets import find_preset, resolve_architecture


@pytest.mark.parametrize("name", PRESETS)
def test_presets_survive_the_way_through_json(name):
    assert Architecture(**PRESETS[name].to_dict()) == PRESETS[name]


def test_the_defaults_of_an_architecture_are_small64():
    assert PRESETS["small64"] == Architecture()


def test_presets_are_listed_from_small_to_large():
    sizes = [preset.image_size for preset in PRESETS.values()]
    assert sizes == sorted(sizes)
    voxels = [preset.volume_size for preset in PRESETS.values()]
    assert voxels == sorted(voxels)


@pytest.mark.parametrize("name", PRESETS)
def test_every_network_sees_coarse_features_of_a_few_pixels(name):
    preset = PRESETS[name]
    assert preset.image_size // 2 ** (len(preset.filters) - 1) in (8, 16)
    assert preset.image_size // 2 ** len(preset.discriminator_filters) == 4


def test_an_unknown_preset_is_answered_with_the_known_ones():
    message = r"Unknown preset 'smal64' \(did you mean small64\?\); there are tiny, small64, "
    for ask in (find_preset, resolve_architecture, CT2XGAN.from_preset):
        with pytest.raises(ValueError, match=message):
            ask("smal64")


def test_an_architecture_comes_from_itself_its_fields_or_a_name():
    tiny = PRESETS["tiny"]
    assert [resolve_architecture(v) for v in (tiny, tiny.to_dict(), "tiny")] == [tiny] * 3
