import pytest

from ct2xkeras.data.inspection import compare_cases, inspect_item, list_items

CHESTS = ("lidc", "acrin", "rider", "lung_dx")
ABDOMENS = ("cptac", "totalseg_example_ct_abdomen_pelvis")


def inspected(paths, kind):
    items = list_items([str(path) for path in paths], kind=kind)
    return compare_cases([inspect_item(item)[0] for item in items])


def test_body_parts_and_findings_of_real_cts(real_data):
    cases = {case.name: case for case in inspected([real_data / "ct"], "ct")}
    codes = {name: {f.code for f in case.findings} for name, case in cases.items()}
    errors = {n for n, c in cases.items() if any(f.severity == "error" for f in c.findings)}
    assert errors == {"totalseg_example_ct_sm_labels"}
    for starts, part in ((CHESTS, "chest"), (ABDOMENS, "abdomen")):
        for start in starts:
            (name,) = [name for name in cases if name.startswith(start)]
            assert cases[name].body_part == part
    assert "shared-slices" in codes["totalseg_example_ct_sm"]
    assert "truncated" in codes["totalseg_aorta_report_ct_cropped_chest"]
    assert "short" in codes["rider_pilot_0117_lower_chest"]


@pytest.mark.parametrize("folder", ["hannover_chest", "kauh_spine", "nih_chest_nofinding"])
def test_real_radiographs_are_readable_and_no_copies(folder, real_data):
    files = sorted((real_data / "xray" / folder).glob("*.*g"))[:20]
    cases = inspected(files, "xray")
    assert len(cases) == 20
    found = {f.code: f.severity for case in cases for f in case.findings}
    assert "error" not in found.values()
    assert set(found) <= {"border", "letters", "reader"}
