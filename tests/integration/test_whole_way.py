"""From a recipe on phantoms to a served picture, by the commands a user types."""

import json

import numpy as np
import pytest
from PIL import Image

from ct2xkeras.cli.main import main
from ct2xkeras.data import read_info

RECIPE = """
name: whole
data:
  phantoms: {cts: 3, xrays: 6}
  poses_per_ct: 4
  pose_prior: {footprint: [100, 200]}
model: {preset: tiny}
training:
  images: 8
  volumes_per_batch: 1
  views_per_volume: 2
  log_every: 4
  sample_every: 8
  checkpoint_every: 4
evaluation: {cases: 4}
"""


def command(*arguments, status=0):
    with pytest.raises(SystemExit) as stop:
        main([str(argument) for argument in arguments])
    assert (stop.value.code or 0) == status


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    (folder / "recipe.yaml").write_text(RECIPE)
    command("train", folder / "recipe.yaml", "--out", folder / "run")
    return folder / "run"


def test_training_ends_with_pictures_metrics_and_a_data_set(run):
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["train", "train", "style", "evaluation"]
    assert "truth-ssim[7x7,n=4]" in lines[-1]
    assert len(list((run / "samples").glob("*.png"))) == 1
    assert read_info(run / "data")["splits"].keys() == {"train", "val"}


@pytest.mark.long
def test_resume_goes_on_where_it_stopped(run, capsys):
    command("train", run / "recipe.yaml", "--out", run, "--resume", "--set", "training.images=12")
    assert "Trained on 12 images" in capsys.readouterr().out


def test_synthesis_of_an_own_ct_in_two_styles(run, save_phantom, tmp_path, capsys):
    ct = save_phantom(tmp_path / "own.nii.gz")
    rng = np.random.default_rng(0)
    styles = []
    for name in ("dark", "bright"):
        styles += ["--style", tmp_path / f"{name}.png"]
        Image.fromarray(rng.integers(0, 256, (80, 80), dtype=np.uint8)).save(styles[-1])
    views = ["--view", "pa", "--view", "30/0"]
    out = tmp_path / "out"
    command("synthesize", ct, "--model", run, *styles, *views, "--drr", "--out", out)
    pictures = sorted(p.stem for p in out.glob("*.png"))
    assert pictures == sorted(
        f"own_{view}_{look}" for view in ("pa", "lao30_cra0") for look in ("dark", "bright", "drr")
    )
    record = json.loads((out / "own_pa_dark.json").read_text())
    assert record["style"] == "dark"
    assert record["pose"]["sdd"] == 1000


def test_an_unreadable_style_image_writes_nothing(run, save_phantom, tmp_path, capsys):
    ct, style = save_phantom(tmp_path / "own.nii.gz"), tmp_path / "style.png"
    style.write_text("not a picture")
    command(
        "synthesize",
        ct,
        "--model",
        run,
        "--style",
        style,
        "--view=pa",
        "--out",
        tmp_path / "out",
        status=2,
    )
    assert "style.png" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_run_its_saved_model_and_its_pictures_measure_the_same(run, tmp_path, capsys):
    def measured(*arguments):
        capsys.readouterr()
        command("evaluate", *arguments, "--cases", 4, "--json")
        return json.loads(capsys.readouterr().out)

    saved = tmp_path / "saved"
    of_run = measured(run, "--save", saved)
    assert of_run["structure[gradient-correlation,n=4]"] > 0.5
    assert of_run == json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])
    command("export", run, tmp_path / "SavedModels" / "whole")
    capsys.readouterr()
    exported = measured(tmp_path / "SavedModels" / "whole", "--against", run / "data")
    specs = [spec for spec in of_run if "[" in spec]
    assert specs
    for spec in specs:
        assert exported[spec] == pytest.approx(of_run[spec], abs=1e-3), spec
    beside = (f"--{name}={saved / name}" for name in ("drr", "coverage", "truth"))
    of_folder = measured(saved / "xray", *beside)
    for spec in (
        "structure[gradient-correlation,n=4]",
        "truth-psnr[n=4]",
        "truth-psnr-of-drr[n=4]",
    ):
        assert of_folder[spec] == pytest.approx(of_run[spec], abs=1e-3), spec


def test_a_report_shows_what_the_run_makes(run, tmp_path):
    command("report", run, "--out", tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "No pictures" not in page
    assert page.count("<img") > 2 * 3 * 3 + 2 * 13
    command("report", tmp_path, "--out", tmp_path / "none.html", status=2)
    assert not (tmp_path / "none.html").exists()
