import numpy as np
import pytest

from ct2xkeras.data.inspection.comparison import compare_cases
from ct2xkeras.data.inspection.content import array_digest, radiograph_digest
from ct2xkeras.data.inspection.findings import CaseReport


def case(name, content=(), split="", patient=None, kind="ct"):
    return CaseReport(name, f"{name}.file", kind, patient or name, split, content=tuple(content))


def found(*cases):
    """(name, code, severity) of each finding."""
    return [(c.name, f.code, f.severity) for c in compare_cases(cases) for f in c.findings]


def test_a_copy_is_told_once_at_the_later_case():
    a, b = case("a", "xyz"), case("b", "xyz")
    assert found(a, b) == [("b", "duplicate", "warning")]
    assert found(a, case("c", "xyw"), case("d", "uvw")) == [
        ("c", "shared-slices", "warning"),
        ("d", "shared-slices", "warning"),
    ]


def test_a_copy_in_the_other_split_is_an_error():
    a, b = case("a", "xyz", "train"), case("b", "xyz", "val")
    assert found(a, b) == [("b", "duplicate-across-splits", "error")]
    c = case("c", "x", "val")
    assert found(a, c) == [("c", "shared-slices-across-splits", "error")]
    assert found(a, case("d", "xyz", "train")) == [("d", "duplicate", "warning")]


def test_unreadable_cases_and_other_kinds_are_no_copies():
    assert found(case("a"), case("b"), case("c", "x"), case("d", "x", kind="xray")) == []


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        ("case01", "Case_1", True),
        ("case1", "case1 (1)", True),
        ("case1", "case1 copy", True),
        ("case1", "case2", False),
        ("1_23", "12_3", False),
        ("case1", "case10", False),
    ],
)
def test_similar_names(one, other, similar):
    expected = [(other, "similar-name", "warning")] if similar else []
    assert found(case(one), case(other)) == expected
    assert found(case(one, patient="p"), case(other, patient="p")) == []


def test_one_patient_in_two_splits_is_an_error():
    cases = (case("a", split="train", patient="p"), case("b", split="val", patient="p"))
    assert found(*cases) == [("b", "patient-in-two-splits", "error")]
    assert found(cases[0], case("c", split="val"), case("d", patient="p")) == []


def test_messages_name_the_other_case():
    b = compare_cases([case("a", "xyz", "train"), case("b", "xyz", "val")])[1]
    message = b.findings[0].message
    assert message == "same content as a, which is in train while this is in val."


def test_digests_tell_content_and_shape_and_nothing_else():
    values = np.arange(12, dtype=np.int16)
    assert array_digest(values.reshape(3, 4)) == array_digest(
        values.reshape(3, 4)[:, ::-1][:, ::-1]
    )
    assert array_digest(values.reshape(3, 4)) != array_digest(values.reshape(4, 3))
    grey = np.arange(256, dtype=np.float32).reshape(16, 16) / 255
    assert radiograph_digest(grey) == radiograph_digest(1 - grey)
    assert radiograph_digest(grey) != radiograph_digest(grey.T)
