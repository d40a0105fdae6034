"""The notebook runs from top to bottom, on a run folder and a CT of one's own."""

import nbformat
import pytest
from nbclient import NotebookClient

from ct2xkeras.cli.main import main

RECIPE = """
name: notebook
data:
  phantoms: {cts: 2, xrays: 2}
  poses_per_ct: 2
  pose_prior: {footprint: [100, 200]}
model: {preset: tiny}
training: {images: 4, volumes_per_batch: 1, views_per_volume: 2, log_every: 4, sample_every: 4}
evaluation: {cases: 2}
"""
PICTURES = 4  # cells that show one


@pytest.fixture
def notebook(project_root):
    return nbformat.read(project_root / "notebooks" / "quickstart.ipynb", as_version=4)


@pytest.fixture
def project_root(request):
    return request.config.rootpath


def test_no_outputs_are_stored(notebook):
    assert not any(cell.get("outputs") for cell in notebook.cells)


@pytest.mark.slow
def test_it_runs_on_an_own_ct(notebook, save_phantom, project_root, tmp_path, monkeypatch):
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    with pytest.raises(SystemExit) as stop:
        main(["train", str(tmp_path / "recipe.yaml"), "--out", str(tmp_path / "run")])
    assert not stop.value.code
    save_phantom(tmp_path / "own.nii.gz")
    for name, value in {"RUN": "run", "CT": "own.nii.gz", "OUT": "out"}.items():
        monkeypatch.setenv(f"CT2XKERAS_{name}", str(tmp_path / value))
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": tmp_path}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == PICTURES
    assert len(list((tmp_path / "out").glob("own_*.png"))) == 3
