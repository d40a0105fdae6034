"""Documentation that the code can contradict."""

import re
import subprocess
import sys

import pytest
from pages import DOCS, PAGES, ROOT, blocks

from ct2xkeras.cli.main import COMMANDS

SOURCE = "\n".join(path.read_text() for path in (ROOT / "ct2xkeras").rglob("*.py"))


def test_drawings_are_those_of_the_present_geometry(tmp_path):
    subprocess.run([sys.executable, DOCS / "drawings" / "draw.py", tmp_path], check=True)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {path.name for path in (DOCS / "drawings").glob("*.svg")}
    for name in names:
        assert (tmp_path / name).read_text() == (DOCS / "drawings" / name).read_text(), name


def test_errors_that_are_explained_are_errors_that_are_raised():
    # Messages are broken into lines in the source.
    source = re.sub(r'"\s*\n\s*f?"', "", SOURCE)
    quoted = re.findall(r"^### `(.+)`$", (DOCS / "faq.md").read_text(), re.M)
    assert len(quoted) > 10
    assert [text for text in quoted if text not in source] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_verbs_files_and_python_of_a_page_are_there(page):
    text = page.read_text()
    verbs = re.findall(r"ct2xkeras ([a-z]+) ", "".join(blocks(page, "bash")))
    assert set(verbs) <= set(COMMANDS)
    named = re.findall(r"`((?:docs|notebooks|recipes|tests)/[\w/-]+\.\w+)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []
    for block in blocks(page, "python"):
        compile(block, f"{page.name}, Python", "exec")


def test_a_drr_is_made_as_getting_started_says(tmp_path, monkeypatch):
    import nibabel as nib
    import numpy as np

    hu = np.full((24, 24, 24), -1000, np.int16)
    hu[4:20, 4:20, 4:20] = 100
    affine = np.diag([12.0, 12.0, 12.0, 1.0])
    affine[:3, 3] = -138
    nib.save(nib.Nifti1Image(hu, affine), tmp_path / "ct.nii.gz")
    monkeypatch.chdir(tmp_path)
    (block,) = blocks(DOCS / "getting-started.md", "python")
    names = {}
    exec(block, names)
    assert names["picture"].shape == (1, 256, 256, 1)
    assert float(np.max(names["picture"])) > 0


def test_one_ct_is_drawn_in_many_styles_as_the_models_page_says(rng):
    import numpy as np

    from ct2xkeras.geometry import CArmPose, Detector, pose_vector
    from ct2xkeras.models import CT2XGAN, interpolate_styles

    model = CT2XGAN.from_preset("tiny")
    pose = pose_vector(CArmPose(0, 0), Detector(32, 32, (12.0, 12.0)))
    names = {
        "model": model,
        "interpolate_styles": interpolate_styles,
        "volume": rng.uniform(-1000, 500, (1, 16, 16, 16, 1)).astype(np.float32),
        "spacing": np.full((1, 3), 20, np.float32),
        "radiographs": rng.uniform(-1, 1, (2, 32, 32, 1)).astype(np.float32),
        "poses": np.stack([pose] * 8),
    }
    training, drawing = blocks(DOCS / "model.md", "python")
    assert "CT2XGAN.from_preset(" in training
    exec(drawing, names)
    assert names["xrays"].shape == (8, 32, 32, 1)


@pytest.mark.slow
def test_the_site_builds_without_a_warning(tmp_path):
    pytest.importorskip("mkdocs", reason="the extra [docs] is not installed")
    command = (sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    fields = (tmp_path / "site" / "recipe-fields.html").read_text()
    assert "poses_per_ct" in fields
    assert "CArmPose" in (tmp_path / "site" / "api" / "geometry.html").read_text()
