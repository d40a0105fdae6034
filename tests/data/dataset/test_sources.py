import pytest

from ct2xkeras.data.dataset.sources import plan_dataset
from ct2xkeras.data.dataset.splits import patient_of, val_patients

NAMES = [f"patient{index}" for index in range(300)]


def test_the_split_has_about_the_asked_share_and_depends_on_the_seed():
    first, second = (val_patients([(NAMES, 0)], 0.2, seed) for seed in (0, 1))
    assert 40 <= len(first) <= 80
    assert first != second
    assert first == val_patients([(NAMES[::-1], 0)], 0.2, 0)


def test_new_patients_move_nobody():
    assert val_patients([(NAMES[:200], 1)], 0.2, 0) <= val_patients([(NAMES, 1)], 0.2, 0)


@pytest.mark.parametrize("number", [1, 2, 3, 5])
@pytest.mark.parametrize("fraction", [0.0, 0.999])
def test_both_sides_get_a_patient_where_there_are_two(number, fraction):
    held_out = val_patients([(NAMES[:number], 1)], fraction, 0)
    assert len(held_out) >= min(1, number - 1)
    assert len(held_out) < number


def test_the_patient_is_what_the_pattern_finds():
    assert patient_of("00012_003", r"^(\d+)_") == "00012"
    assert patient_of("00012_003", r"^\d+") == "00012"
    assert patient_of("chest", r"^(\d+)_") == "chest"
    assert patient_of("00012_003") == "00012_003"


@pytest.mark.parametrize("seed", range(8))
def test_no_patient_is_on_both_sides(make_spec, seed):
    # One patient for ct0 and xray0, and so on: the hash must put both on the same side.
    plan = plan_dataset(make_spec(seed=seed, patient_pattern=r"(\d)$", val_fraction=0.4))
    sides = {
        split: {source.patient for kind in (plan.cts, plan.xrays) for source in kind[split]}
        for split in ("train", "val")
    }
    assert not sides["train"] & sides["val"]
    assert all(kind[split] for kind in (plan.cts, plan.xrays) for split in ("train", "val"))
    assert plan.total == 10


def test_a_named_split_is_followed_and_an_unknown_name_refused(make_spec):
    plan = plan_dataset(make_spec(val=("ct1", "xray3")))
    assert [source.name for source in plan.cts["val"]] == ["ct1"]
    assert [source.name for source in plan.xrays["val"]] == ["xray3"]
    with pytest.raises(ValueError, match=r"val: expected names of patients .* found 'ct9'"):
        plan_dataset(make_spec(val=("ct9",)))


def test_phantom_radiographs_of_one_patient_stay_together(make_spec):
    plan = plan_dataset(make_spec(phantom_xrays=12, phantom_xrays_per_patient=4))
    for split in plan.xrays.values():
        phantoms = [source for source in split if source.path is None]
        assert len(phantoms) == 4 * len({source.patient for source in phantoms})
