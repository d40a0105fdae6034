from dataclasses import dataclass, replace

import numpy as np
import pytest

from ct2xkeras.geometry import CArmPose, Detector, pose_vector
from ct2xkeras.projection import attenuation_from_hu, project
from ct2xkeras.projection.physics import (
    RadiographSettings,
    develop,
    expose,
    material_attenuation,
    material_fractions,
    material_thickness,
    simulate_radiograph,
    transmission,
    tube_spectrum,
)
from ct2xkeras.projection.physics.display import equalize, tone_curve
from ct2xkeras.projection.physics.materials import METAL_HU

POSE = CArmPose(20, 10)
DETECTOR = Detector(rows=24, columns=20, pixel_spacing=(8.0, 8.0))
PLAIN = RadiographSettings(scatter_to_primary=0, photons=np.inf, blur=0)
PIXEL = (1.0, 1.0)


@dataclass
class Block:
    """A water block with a bar of another HU through it, 6 mm voxels."""

    bar: int = 900

    def __post_init__(self):
        self.hu = np.full((20, 20, 20), -1000, np.int16)
        self.hu[3:17, 3:17, 3:17] = 0
        self.hu[9:11, 3:17, 9:11] = self.bar
        self.affine = np.diag([6.0, 6.0, 6.0, 1.0])
        self.affine[:3, 3] = -57.0


def slabs(water=0.0, bone=0.0, metal=0.0, shape=(64, 64)):
    """Thickness picture (rows, columns, 3) of one value, mm."""
    return np.broadcast_to(np.array([water, bone, metal], np.float32), (*shape, 3)).copy()


def test_materials_at_60_kev_have_the_attenuation_of_the_drr():
    hu = np.arange(-1000, METAL_HU[0], 7)
    per_mm = [float(material_attenuation(m, 60.0)) for m in ("water", "bone", "metal")]
    made = material_fractions(hu) @ per_mm
    # The attenuation of bone is rounded to four digits there.
    np.testing.assert_allclose(made, np.asarray(attenuation_from_hu(hu)), rtol=5e-5, atol=2e-6)


def test_one_energy_without_scatter_noise_and_blur_is_beer_lambert_of_the_line_integral():
    block = Block()
    line = project(
        np.asarray(attenuation_from_hu(block.hu))[None, ..., None],
        block.affine[None].astype("float32"),
        pose_vector(POSE, DETECTOR)[None],
        DETECTOR.size,
    )
    thickness = material_thickness(block, POSE, DETECTOR)
    passed = transmission(thickness, [60.0], [1.0])
    np.testing.assert_allclose(-np.log(passed), np.asarray(line)[0, ..., 0], atol=2e-4)


def test_an_ideal_detector_reads_the_transmission():
    thickness = np.random.default_rng(0).uniform(0, 80, (6, 5, 3)) * [1, 0.2, 0]
    expected = -np.log(transmission(thickness, *tube_spectrum(PLAIN.kvp, PLAIN.filtration)))
    np.testing.assert_allclose(expose(thickness, PIXEL, PLAIN, 0), expected, rtol=1e-9)


@pytest.mark.parametrize("material", [0, 1])
def test_the_beam_hardens(material):
    depth = np.arange(10.0, 200.0, 10.0)
    thickness = depth[:, None] * np.eye(3)[material]
    effective = -np.log(transmission(thickness, *tube_spectrum(90))) / depth
    assert np.all(np.diff(effective) < 0)
    alone = -np.log(transmission(thickness, [60.0], [1.0])) / depth
    np.testing.assert_allclose(alone, alone[0])


def test_voltage_and_filtration_harden_the_spectrum():
    def mean_energy(*args):
        energies, shares = tube_spectrum(*args)
        assert shares.sum() == pytest.approx(1)
        assert energies.max() < args[0]
        return energies @ shares

    assert mean_energy(60, 3.0) < mean_energy(90, 3.0) < mean_energy(120, 3.0)
    assert mean_energy(90, 2.0) < mean_energy(90, 6.0)


def test_bone_stands_out_more_at_low_voltage():
    def contrast(kvp):
        log_signal = expose(slabs(150.0), PIXEL, replace(PLAIN, kvp=kvp), 0)
        return (expose(slabs(150.0, 10.0), PIXEL, replace(PLAIN, kvp=kvp), 0) - log_signal).mean()

    assert contrast(60) > 1.2 * contrast(120)


def test_noise_falls_with_the_root_of_the_dose():
    def noise(photons):
        return expose(slabs(100.0), PIXEL, replace(PLAIN, photons=photons), 1).std()

    assert noise(4e5) / noise(1e5) == pytest.approx(0.5, rel=0.1)
    assert noise(np.inf) < 1e-9


def test_noise_depends_on_the_seed_alone():
    settings = replace(PLAIN, photons=1e4)
    first, again, other = (expose(slabs(50.0), PIXEL, settings, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0


def test_scatter_veils_thick_parts_and_leaves_open_air():
    thickness = slabs(200.0)
    thickness[24:40, 24:40, 1] = 15.0
    veiled = replace(PLAIN, scatter_to_primary=1.0, scatter_width=10.0)
    sharp, soft = (expose(thickness, PIXEL, settings, 0) for settings in (PLAIN, veiled))
    assert np.ptp(soft) < 0.8 * np.ptp(sharp)
    np.testing.assert_allclose(np.exp(sharp - soft)[0, 0], 2.0, rtol=0.1)
    np.testing.assert_allclose(expose(slabs(), PIXEL, veiled, 0), 0, atol=1e-6)


def test_blur_spreads_an_edge_but_keeps_the_signal():
    thickness = slabs(30.0)
    thickness[:, 32:, 0] = 60.0
    blurred = expose(thickness, PIXEL, replace(PLAIN, blur=3.0), 0)
    signal = np.exp(-expose(thickness, PIXEL, PLAIN, 0))
    assert np.abs(np.diff(blurred, axis=1)).max() < 0.3 * np.ptp(blurred)
    assert np.exp(-blurred).mean() == pytest.approx(signal.mean(), rel=1e-3)


def test_metal_is_opaque_and_dense_bone_is_not_metal():
    np.testing.assert_allclose(material_fractions(np.array([3071, 2000]))[:, 2], [1, 0])
    spectrum = tube_spectrum(90)
    behind = transmission(slabs(200.0, 0, 6.0), *spectrum) / transmission(slabs(200.0), *spectrum)
    assert behind.max() < 0.02


def test_the_picture_is_in_range_with_dense_things_bright():
    settings = replace(PLAIN, window=(0.0, 1.0), toe=0)
    picture = simulate_radiograph(Block(bar=3071), CArmPose(90, 0), DETECTOR, settings, 0)
    assert picture.shape == DETECTOR.size
    assert picture.dtype == np.float32
    assert picture.min() == pytest.approx(-1)
    assert picture.max() == pytest.approx(1)
    np.testing.assert_allclose(picture[0, 0], -1, atol=0.05)
    assert picture[12, 10] > picture[7, 10] + 0.3 > picture[0, 0]


def test_tone_curve_keeps_the_order_of_grey():
    ramp = np.linspace(0, 8, 200)[None]
    for contrast in (0.0, 1.4):
        grey = tone_curve(ramp, (0.0, 1.0), 0.0, contrast, 1.2)
        assert np.all(np.diff(grey) >= 0)
        assert np.ptp(grey) == pytest.approx(2, abs=0.01)


def test_open_air_does_not_move_the_window():
    patient = np.random.default_rng(0).uniform(2, 6, (40, 40))
    with_air = np.hstack([patient, np.zeros((40, 60))])
    window = (0.01, 0.99), 0.1, 0.8, 1.0
    np.testing.assert_array_equal(
        tone_curve(patient, *window), tone_curve(with_air, *window)[:, :40]
    )


def test_equalization_narrows_broad_differences_only():
    picture = np.where(np.arange(200) < 100, 2.0, 4.0) + 0.1 * (np.arange(200) % 2)
    picture = np.broadcast_to(picture, (50, 200))
    even = equalize(picture, 0.7, (10.0, 10.0))
    assert even[:, 150:].mean() - even[:, :50].mean() == pytest.approx(0.6, abs=0.05)
    assert (even[:, 151::2] - even[:, 150::2]).mean() == pytest.approx(0.1, abs=0.02)


def test_random_devices_differ_in_look_but_not_in_content():
    thickness = slabs(120.0)
    thickness[16:48, 16:48, 1] = np.linspace(2, 20, 32)[:, None]
    thickness[:6] = 0
    devices = [RadiographSettings.random(seed) for seed in range(12)]
    assert devices[3] == RadiographSettings.random(3)
    assert len({d.kvp for d in devices}) == 12
    pictures = [develop(expose(thickness, PIXEL, d, 0), PIXEL, d) for d in devices]
    assert np.std([p.mean() for p in pictures]) > 0.05
    assert all(p[40:46, 20:40].mean() > p[8:14].mean() for p in pictures)


def test_a_bad_setting_is_named():
    with pytest.raises(ValueError, match=r"kvp: expected 50 to 150 \(kV\), found 500"):
        RadiographSettings(kvp=500)
    with pytest.raises(ValueError, match="window"):
        RadiographSettings(window=(0.9, 0.1))
    with pytest.raises(ValueError, match="10 to 150"):
        material_attenuation("water", 500.0)
