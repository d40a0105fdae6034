import json
import subprocess
import sys

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from ct2xkeras.cli.main import COMMANDS, main
from ct2xkeras.recipe import load_recipe
from ct2xkeras.training.run_folder import RunFolder


def run(capsys, *arguments):
    """Exit status, output and error output of the command line."""
    with pytest.raises(SystemExit) as stop:
        main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return stop.value.code or 0, captured.out, captured.err


@pytest.fixture
def ct(tmp_path, rng):
    """A cylinder of water in air with a bony rod on the patient's left."""
    _, y, x = np.meshgrid(*(np.arange(n) for n in (40, 48, 48)), indexing="ij")
    hu = np.where((y - 24) ** 2 + (x - 24) ** 2 < 400, 40, -1000)
    hu[(y - 24) ** 2 + (x - 14) ** 2 < 9] = 1500
    path = tmp_path / "ct.nii.gz"
    affine = np.diag([6.0, 6.0, 6.0, 1.0])
    nib.save(nib.Nifti1Image(hu.transpose(2, 1, 0).astype("int16"), affine), path)
    return path


def test_a_command_of_the_shell_looks_for_no_garbage_when_it_ends():
    """Python did, among TensorFlow's graphs, for 18 s after a training."""
    code = (
        "import atexit, gc, sys; from ct2xkeras.cli.main import main\n"
        "sys.argv = ['ct2xkeras', '--version']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "atexit._run_exitfuncs(); sys.exit(0 if gc.get_freeze_count() else 1)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_of_a_run_the_checkpoints_are_not_what_is_evaluated(tmp_path, capsys):
    folder = RunFolder(tmp_path / "run")
    folder.create(load_recipe("quickstart"))
    status, _, error = run(capsys, "evaluate", folder.checkpoints)
    assert status == 2
    assert "not a run folder (no recipe.yaml)" in error
    assert "Give the folder that `ct2xkeras train` wrote" in error


def test_help_lists_every_verb_and_loads_no_tensorflow():
    code = (
        "import sys; from ct2xkeras.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "loaded = {'tensorflow', 'keras', 'numpy'} & set(sys.modules)\n"
        "sys.exit(f'loaded {loaded}' if loaded else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(verb in done.stdout for verb in COMMANDS)


@pytest.mark.parametrize("verb", COMMANDS)
def test_each_verb_has_help(verb, capsys):
    status, out, _ = run(capsys, verb, "--help")
    assert status == 0
    assert "Usage: ct2xkeras" in out


def test_drr_writes_pictures_with_their_poses(ct, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ("--view", "pa", "--view", "30/-20", "--size", "32", "--out", out)
    status, _, err = run(capsys, "drr", ct, *arguments)
    assert (status, err) == (0, "")
    names = {"ct_pa_drr", "ct_lao30_cau20_drr"}
    assert {p.name for p in out.iterdir()} == {n + s for n in names for s in (".png", ".json")}
    record = json.loads((out / "ct_pa_drr.json").read_text())
    assert record["pose"]["primary_angle"] == 0
    assert record["polarity"] == "bones bright"
    # The rod is on the patient's left, which a PA picture shows at its right.
    picture = np.asarray(Image.open(out / "ct_pa_drr.png")).astype(float)
    assert picture[8:24, 16:].max() > picture[8:24, :16].max()


def test_mirrored_pictures_say_so(ct, tmp_path, capsys):
    for name, extra in (("plain", ()), ("mirrored", ("--mirror",))):
        out = tmp_path / name
        run(capsys, "drr", ct, "--view", "pa", "--size", 16, "--out", out, *extra)
        record = json.loads((out / "ct_pa_drr.json").read_text())
        assert record["mirrored"] == bool(extra)
    plain, mirrored = (
        np.asarray(Image.open(tmp_path / name / "ct_pa_drr.png")) for name in ("plain", "mirrored")
    )
    np.testing.assert_array_equal(plain[:, ::-1], mirrored)


def bad_inputs(tmp_path, ct):
    flat = tmp_path / "flat.nii.gz"
    nib.save(nib.Nifti1Image(np.zeros((8, 8, 8), "int16"), np.eye(4)), flat)
    movie = tmp_path / "movie.nii.gz"
    nib.save(nib.Nifti1Image(np.zeros((8, 8, 8, 3), "int16"), np.eye(4)), movie)
    text = tmp_path / "text.nii.gz"
    text.write_text("hello")
    recipe = tmp_path / "r.yaml"
    recipe.write_text("name: a\ndata: {phantoms: {cts: 2}}\ntrainig: {}\n")
    files = tmp_path / "files.yaml"
    files.write_text("name: b\ndata: {ct: [none/*.nii.gz], xray: [none/*.png]}\n")
    val = tmp_path / "val.yaml"
    val.write_text("name: c\ndata:\n  phantoms: {cts: 2}\n  val_file: none.txt\n")
    out = ("--out", tmp_path / "out")
    return {
        "missing file": (("drr", tmp_path / "no.nii", "--view", "pa", *out), "no.nii"),
        "no HU": (("drr", flat, "--view", "pa", *out), "flat.nii.gz"),
        "4D": (("drr", movie, "--view", "pa", *out), "movie.nii.gz"),
        "not NIfTI": (("drr", text, "--view", "pa", *out), "text.nii.gz"),
        "unknown view": (("drr", ct, "--view", "pb", *out), "'pb'"),
        "sod beyond sdd": (("drr", ct, "--view", "pa", "--sod", 2000, *out), "sod=2000"),
        "sod in the patient": (("drr", ct, "--view", "ap", "--sod", 50, *out), "View ap: "),
        "sod in the air": (("drr", ct, "--view", "pa", "--sod", 135, *out), "found it inside"),
        "unknown key": (("train", recipe, *out), "trainig"),
        "missing CT": (("train", files, *out), "none/*.nii.gz"),
        "missing list": (("train", val, *out), "val.yaml:4:3: data.val_file: none.txt"),
        "missing recipe": (("train", tmp_path / "no.yaml", *out), "no.yaml"),
        "misspelt name": (("train", "--recipe", "quickstar", *out), "did you mean quickstart"),
        "not a run": (("evaluate", tmp_path), str(tmp_path)),
        "export of nothing": (("export", tmp_path, tmp_path / "sm"), str(tmp_path)),
    }


@pytest.mark.parametrize("index", range(15))
def test_bad_input_ends_with_one_line_status_2_and_nothing_written(index, ct, tmp_path, capsys):
    arguments, named = list(bad_inputs(tmp_path, ct).values())[index]
    status, _, err = run(capsys, *arguments)
    assert status == 2, err
    assert err.startswith("Error: ")
    assert err.count("\n") == 1
    assert named in err
    assert not (tmp_path / "out").exists()


def test_a_packaged_recipe_is_trained_by_its_name(tmp_path, capsys):
    (tmp_path / "recipe.yaml").write_text("")  # a run that is there: nothing is trained
    for recipe in (("quickstart",), ("--recipe", "quickstart")):
        status, _, err = run(capsys, "train", *recipe, "--out", tmp_path, "--no-resume")
        assert (status, "is there already" in err) == (2, True)


@pytest.mark.parametrize("recipe", [(), ("quickstart", "--recipe", "quickstart")])
def test_training_takes_one_recipe(recipe, capsys):
    status, _, err = run(capsys, "train", *recipe)
    assert (status, "give one recipe" in err) == (2, True)
