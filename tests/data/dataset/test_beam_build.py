"""Apache Beam and the plain build make the same data set."""

import pytest
from test_build_dataset import files_of

from ct2xkeras.data.errors import DataError

pytest.importorskip("apache_beam")


def test_beam_makes_the_same_bytes(make_spec, dataset, tmp_path):
    from ct2xkeras.data.dataset.beam_build import build_dataset_on_beam

    info = build_dataset_on_beam(make_spec(), tmp_path / "out")
    assert files_of(tmp_path / "out") == files_of(dataset)
    assert build_dataset_on_beam(make_spec(), tmp_path / "out") == info


def test_a_bad_case_is_named_and_stops_the_build(make_spec, tmp_path):
    from ct2xkeras.data.dataset.beam_build import build_dataset_on_beam

    (tmp_path / "empty.nii.gz").touch()
    spec = make_spec(cts=(*make_spec().cts, str(tmp_path / "empty.nii.gz")))
    with pytest.raises(DataError, match=r"empty\.nii\.gz: expected"):
        build_dataset_on_beam(spec, tmp_path / "out")
    assert not (tmp_path / "out" / "dataset_info.json").exists()
