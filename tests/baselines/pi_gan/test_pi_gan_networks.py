"""pi-GAN's mapping, sine layers and pictures."""

import keras
import numpy as np
import pytest
from keras import ops

from ct2xkeras.baselines.pi_gan.architecture import PiGANArchitecture
from ct2xkeras.baselines.pi_gan.film_siren import FilmSiren, film_sine
from ct2xkeras.baselines.pi_gan.mapping import MappingNetwork, frequencies_and_phases
from ct2xkeras.baselines.pi_gan.presets import PRESETS
from ct2xkeras.baselines.pi_gan.rendering import MOST_POINTS, Rays, in_pieces
from ct2xkeras.baselines.pi_gan.synthesizer import PiGANSynthesizer
from ct2xkeras.geometry import PosePrior
from ct2xkeras.projection import image_to_line_integrals

SPACING = np.full((2, 3), 300 / 16, "float32")
INDEX = np.array([0, 1, 1])


def built(architecture):
    networks = PiGANSynthesizer(architecture)
    networks.build()
    return networks


def changed(name, **fields):
    return PiGANArchitecture(**{**PRESETS[name].to_dict(), **fields})


def poses(side, num=3):
    prior = PosePrior(views={"pa": 1.0, "20/10": 1.0}, footprint=(120.0, 160.0))
    return prior.sample(0, num, (300, 300, 300), (side, side))


def latents(networks, rng, num=2):
    return networks.latents_of(rng.normal(size=(num, networks.latent_size)).astype("float32"))


def drawn(networks, code, side):
    return networks.draw([code], None, SPACING, poses(side), None, INDEX, None, None, None)


def count(weights):
    return sum(int(np.prod(weight.shape)) for weight in weights)


def published_parameters(outputs, colours=3):
    """z 256; mapping 3 x 256; 8 sine layers of 256 and one for colour, density and `colours`."""
    mapping = 3 * (256 * 256 + 256) + 256 * outputs + outputs
    trunk = (3 * 256 + 256) + 7 * (256 * 256 + 256) + (256 + 1)
    return mapping + trunk + (259 * 256 + 256) + colours * (256 + 1)


def test_the_published_size_has_the_published_number_of_parameters():
    num = count(built("celeba64").trainable_weights)
    assert published_parameters(2 * 9 * 256) == 1_910_788
    assert num == published_parameters(2 * 9 * 256, colours=1)
    assert num == pytest.approx(1.91e6, rel=0.01)


def test_frequencies_come_first_then_phases():
    rows = np.arange(2 * 2 * 3, dtype="float32")[None]
    frequencies, phases = frequencies_and_phases(ops.convert_to_tensor(rows), 2)
    np.testing.assert_allclose(frequencies, 15 * rows[:, :6].reshape(1, 2, 3) + 30)
    np.testing.assert_allclose(phases, rows[:, 6:].reshape(1, 2, 3))


def test_all_latents_start_near_the_middle():
    mapping = MappingNetwork(256, 3, 2 * 9 * 256)
    z = np.random.default_rng(0).normal(size=(64, 256)).astype("float32")
    frequencies, phases = (np.asarray(x) for x in frequencies_and_phases(mapping(z), 9))
    assert frequencies.mean() == pytest.approx(30, abs=0.5)
    # Variance 1 from layer to layer, then a quarter of twice as much as a rectifier leaves.
    assert phases.std() == pytest.approx(0.25 * 2**0.5, rel=0.1)
    assert frequencies.std() == pytest.approx(15 * phases.std(), rel=0.1)


def test_a_sine_layer_by_hand(rng):
    features, kernel = rng.normal(size=(2, 5, 3)), rng.normal(size=(3, 4))
    bias, (frequencies, phases) = rng.normal(size=4), rng.normal(size=(2, 2, 4))
    expected = np.empty((2, 5, 4))
    for i, p, o in np.ndindex(2, 5, 4):
        inner = sum(kernel[c, o] * features[i, p, c] for c in range(3)) + bias[o]
        expected[i, p, o] = np.sin(frequencies[i, o] * inner + phases[i, o])
    inputs = (x.astype("float32") for x in (features, kernel, bias, frequencies, phases))
    np.testing.assert_allclose(film_sine(*inputs), expected, atol=1e-5)


def test_grey_depends_on_the_direction_and_density_does_not(rng):
    field = FilmSiren(8, 2)
    points = rng.uniform(-1, 1, (2, 3, 3, 4, 3)).astype("float32")
    code = rng.normal(size=(2, 2 * 3 * 8)).astype("float32")
    towards = rng.normal(size=(2, 2, 3, 3, 3)).astype("float32")
    (density, grey), (same, other) = (field(code, points, d) for d in towards)
    np.testing.assert_array_equal(density, same)
    assert np.abs(np.asarray(grey) - np.asarray(other)).max() > 1e-4
    assert 0 < np.min(grey) <= np.max(grey) < 1
    assert FilmSiren(8, 2, grey=False)(code[:, :32], points, towards[0])[1] is None


def test_the_field_stays_float32_whatever_the_policy(rng):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        networks = built("tiny")
    finally:
        keras.config.set_dtype_policy("float32")
    picture = drawn(networks, latents(networks, rng), 32)
    assert keras.backend.standardize_dtype(picture.dtype) == "float32"
    assert {weight.dtype for weight in networks.trainable_weights} == {"float32"}


@pytest.mark.parametrize("name", ["tiny", "small64"])
def test_line_integrals_start_as_those_of_a_patient(name, rng):
    side = 32
    networks = built(changed(name, image_size=side, stages=(side,), stage_images=(1,),
                             discriminator_filters=(4, 4)))  # fmt: skip
    assert networks.architecture.render == "attenuation"
    integrals = np.asarray(image_to_line_integrals(drawn(networks, latents(networks, rng), side)))
    assert 0.5 < integrals.mean() < 4
    assert (integrals > 0).all()


@pytest.mark.parametrize("mode", ["alpha", "attenuation"])
def test_pictures_are_those_of_their_latents_at_every_size(mode, rng):
    networks = built(changed("tiny", render=mode))
    code = latents(networks, rng)
    whole = np.asarray(drawn(networks, code, 32))
    assert whole.shape == (3, 32, 32, 1)
    assert -1 <= whole.min() <= whole.max() <= 1
    other = np.asarray(drawn(networks, ops.flip(code, axis=0), 32))
    assert np.abs(whole - other).max() > 1e-3
    small = np.asarray(networks.draw_for_fit([code], SPACING, poses(32), INDEX))
    averaged = whole.reshape(3, 16, 2, 16, 2).mean((2, 4))
    assert np.abs(small[..., 0] - averaged).mean() < 0.2 * averaged.std()


def test_painting_in_pieces_changes_nothing(rng):
    side, samples = 32, MOST_POINTS // (32 * 8)  # pieces of 8 rows
    code = rng.normal(size=(2, 5)).astype("float32")
    rays = Rays(*(rng.normal(size=(2, *shape)).astype("float32") for shape in
                  ((1, 1, 3), (side, side, 3), (side, side, 1), (side, side, 1))))  # fmt: skip
    sizes = []

    def paint(code, rays):
        sizes.append(rays.near.shape[1])
        both = rays.origin[..., :1] + rays.directions[..., 1:2] + rays.near * rays.far
        return both * code[:, None, None, :1]

    pieces = in_pieces(paint, ops.convert_to_tensor(code), Rays(*map(ops.array, rays)), samples)
    np.testing.assert_allclose(pieces, paint(code, rays), rtol=1e-6)
    assert set(sizes) == {8, side}


def test_the_prior_gives_every_row_a_patient_of_its_own():
    networks = built("tiny")
    networks.inversion_steps = 0
    assert not networks.knows_patient
    volume = np.zeros((3, 16, 16, 16, 1), "int16")
    (code,) = networks.encode_ct(volume, SPACING)
    assert code.shape == (3, *networks.content_shapes[0])
    (first,) = networks.encode_ct(volume[:1], SPACING[:1])
    np.testing.assert_allclose(first, code[:1], atol=1e-5)
    assert np.abs(np.diff(np.asarray(code), axis=0)).max() > 1e-3


def test_networks_come_back_from_config_and_weights(tmp_path, rng):
    networks = built("tiny")
    networks.inversion_steps = 0
    side, path = 32, str(tmp_path / "networks.keras")
    inputs = {
        "volume": np.zeros((3, 16, 16, 16, 1), "int16"),
        "spacing": np.repeat(SPACING[:1], 3, axis=0),
        "pose": poses(side),
        "style_image": np.zeros((3, side, side, 1), "float32"),
    }
    expected = networks(inputs)
    networks.save(path)
    again = keras.saving.load_model(path)
    again.inversion_steps = 0
    np.testing.assert_allclose(again(inputs), expected, atol=1e-6)
    assert again.architecture == networks.architecture


@pytest.mark.long
def test_a_forward_pass_of_the_published_size(rng):
    networks = built("celeba64")
    picture = networks.draw([latents(networks, rng, 1)], None, SPACING[:1], poses(64, 1), None,
                            INDEX[:1], None, None, None)  # fmt: skip
    assert picture.shape == (1, 64, 64, 1)
    assert np.isfinite(picture).all()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"stages": (16, 24, 32)}, "stages=.*each one of"),
        ({"stages": (8, 16)}, "must end with image_size"),
        ({"stage_images": (1,)}, "one for each of stages"),
        ({"stage_images": (2, 9)}, "rise from 1"),
        ({"discriminator_filters": (4,) * 7}, "cannot be halved"),
        ({"render": "emission"}, "render='?emission'?: must be one of"),
    ],
)
def test_sizes_that_do_not_fit_are_refused_by_name(fields, message):
    with pytest.raises(ValueError, match=message):
        changed("tiny", **fields)
