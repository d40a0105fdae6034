import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from pretrained_samples import untrained

import ct2xkeras
from ct2xkeras.cli.main import main


def command(capsys, *arguments, status=0):
    """Output and error output of the command line."""
    with pytest.raises(SystemExit) as stop:
        main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    assert (stop.value.code or 0) == status, captured.err
    return captured.out, captured.err


def test_models_lists_what_is_there(packaged, capsys):
    out, _ = command(capsys, "models")
    for text in ("chest: chest X-rays", "32 x 32", "MB", "soft (default), hard", "kid", "Apache"):
        assert text in out
    assert "truth-ssim" not in out
    found = json.loads(command(capsys, "models", "--json")[0])
    assert found["chest"]["scores"]["truth-ssim[n=4]"] == 0.5
    assert found["chest"]["styles"] == ["soft", "hard"]
    assert found["chest"]["checks_domain"]


def test_without_a_packaged_model_the_command_says_so(tmp_path, capsys, monkeypatch):
    assert "There are no models in" in command(capsys, "models", "--in", tmp_path)[0]
    monkeypatch.setattr("ct2xkeras.pretrained.registry.packaged_folder", lambda: tmp_path)
    assert "No model comes with this installation" in command(capsys, "models")[0]
    assert command(capsys, "models", "--json")[0].strip() == "{}"


def test_a_model_by_name_draws_without_any_other_file(packaged, cts, tmp_path, capsys):
    views = ("--view", "pa", "--view", "lateral_left")
    command(capsys, "synthesize", cts["chest"], "--model", "chest", *views, "--out", tmp_path)
    names = {f"chest_{view}_soft" for view in ("pa", "lateral_left")}
    assert {p.stem for p in tmp_path.iterdir()} == names
    record = json.loads((tmp_path / "chest_pa_soft.json").read_text())
    assert record["unlike_training"] == []
    assert np.asarray(Image.open(tmp_path / "chest_pa_soft.png")).shape == (32, 32)


def test_the_drr_of_an_earlier_call_does_not_stay(packaged, cts, tmp_path, capsys):
    def drr(*more):
        arguments = ("synthesize", cts["chest"], "--model", "chest", "--view", "pa", "--drr")
        command(capsys, *arguments, "--style", "all", *more, "--out", tmp_path)
        return (tmp_path / "chest_pa_drr.png").read_bytes()

    assert drr() != drr("--sdd", 700, "--anyway")


def test_a_gallery_shows_models_side_by_side(run, packaged, cts, tmp_path, capsys):
    style, path = run.path.parent / "x1.png", tmp_path / "gallery.png"
    looks = ("--ct", cts["chest"], "--style", style, "--view", "pa", "--view", "30/0")
    out, _ = command(capsys, "gallery", "chest", "again=chest", *looks, "--out", path, "--json")
    assert json.loads(out)["columns"] == ["real X-ray", "DRR", "chest", "again"]
    picture = np.asarray(Image.open(path))
    margin = picture.shape[1] - 4 * 132 + 4
    _, drr, one, two = (picture[14:142, margin + n * 132 :][:, :128] for n in range(4))
    np.testing.assert_array_equal(one, two)
    assert (one != drr).any()
    _, error = command(capsys, "gallery", "chest", "chest", *looks, "--out", path, status=2)
    assert "two models are called 'chest'" in error


def test_styles_by_name_by_file_and_all(run, packaged, cts, tmp_path, capsys):
    def styles(*given):
        arguments = ("synthesize", cts["chest"], "--model", "chest", "--view", "pa", "--json")
        given = [part for style in given for part in ("--style", style)]
        out, _ = command(capsys, *arguments, *given, "--out", tmp_path)
        return [entry["style"] for entry in json.loads(out)]

    assert styles("hard", run.path.parent / "x1.png") == ["hard", "x1"]
    assert styles("all") == ["soft", "hard"]
    # The file that the default style was read from looks as the style does.
    by_file, by_name = (
        np.asarray(Image.open(tmp_path / f"chest_pa_{name}.png"), float) for name in ("x1", "soft")
    )
    assert np.abs(by_file - by_name).max() < 65535 / 500


def test_other_styles_and_models_are_refused_with_the_names_there_are(
    packaged, cts, run, tmp_path, capsys
):
    def refused(*arguments):
        arguments = (
            "synthesize",
            cts["chest"],
            "--view",
            "pa",
            "--out",
            tmp_path / "o",
            *arguments,
        )
        err = command(capsys, *arguments, status=2)[1]
        assert not (tmp_path / "o").exists()
        return err

    assert "one of soft, hard" in refused("--model", "chest", "--style", "sharp")
    assert "one of chest; found no such path or name" in refused("--model", "spine")
    assert "did you mean chest?" in refused("--model", "chests")
    assert "not a run folder" in refused("--model", tmp_path)
    assert "has no styles of its own" in refused("--model", run.path)


@pytest.mark.parametrize(("part", "word"), [("abdomen", "lung"), ("slab", "feet to head")])
def test_of_another_ct_the_drr_alone_is_written(packaged, cts, tmp_path, capsys, part, word):
    arguments = ("synthesize", cts[part], "--model", "chest", "--view", "pa", "--out", tmp_path)
    out, err = command(capsys, *arguments, "--json", status=1)
    assert word in err
    assert "--anyway" in err
    assert all("Error" not in line for line in err.splitlines())
    (entry,) = json.loads(out)
    assert entry["picture"] is None
    assert entry["unlike_training"]
    assert {p.name for p in tmp_path.iterdir()} == {f"{part}_pa_drr{e}" for e in (".png", ".json")}
    command(capsys, *arguments, "--anyway")
    record = json.loads((tmp_path / f"{part}_pa_soft.json").read_text())
    assert any(word in reason for reason in record["unlike_training"])


def test_a_view_that_the_ct_does_not_cover_is_withheld_and_the_other_drawn(
    packaged, cts, tmp_path, capsys
):
    # At this angle hardly anything of the CT is covered.
    views = ("--view", "pa", "--view", "0/75")
    arguments = ("synthesize", cts["chest"], "--model", "chest", *views, "--out", tmp_path)
    _, err = command(capsys, *arguments, status=1)
    assert "chest, lao0_cra75: unlike training" in err
    assert "chest, pa" not in err
    assert {p.name for p in tmp_path.glob("*.png")} == {
        "chest_pa_soft.png",
        "chest_lao0_cra75_drr.png",
    }


def test_the_same_in_python(packaged, cts):
    model = ct2xkeras.load_pretrained("chest")
    assert list(model.styles) == ["soft", "hard"]
    views = model.synthesize(str(cts["chest"]), ["pa", "30/0"])
    assert [view.name for view in views] == ["pa", "lao30_cra0"]
    assert views[0].xray.shape == views[0].drr.shape == (32, 32)
    (other,) = model.synthesize(str(cts["chest"]), ["pa"], style="hard")
    assert np.abs(other.xray - views[0].xray).max() > 1e-6
    (abdomen,) = model.synthesize(str(cts["abdomen"]), ["pa"])
    assert abdomen.xray is None
    assert abdomen.reasons


def test_a_model_is_packed_from_a_run_and_used_by_its_path(run, cts, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("ct2xkeras.training.loading.load_model", untrained)
    folder, x1 = tmp_path / "mine", run.path.parent / "x1.png"
    about = ("--draws", "chests", "--licence", "CC0")
    arguments = ("models", "pack", run.path, folder, *about)
    err = command(capsys, *arguments, "--style", x1, "--style", f"x1={x1}", status=2)[1]
    assert "'x1' is there twice" in err
    err = command(capsys, *arguments, "--style", f"a.b={x1}", status=2)[1]
    assert "letters, digits" in err
    out, _ = command(capsys, *arguments, "--style", x1, "--json")
    assert json.loads(out)["styles"] == ["x1"]
    out = tmp_path / "out"
    command(capsys, "synthesize", cts["chest"], "--model", folder, "--view", "pa", "--out", out)
    assert (out / "chest_pa_x1.png").exists()


def test_models_are_listed_without_tensorflow(models):
    code = (
        "import sys; from ct2xkeras.pretrained.registry import describe_models\n"
        "found = describe_models(sys.argv[1]); assert found\n"
        "import ct2xkeras; ct2xkeras.load_pretrained\n"
        "sys.exit(', '.join({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, models], capture_output=True, text=True)
    assert done.stderr.strip() == ""
