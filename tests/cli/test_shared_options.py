import importlib
import json

import click
import nibabel as nib
import numpy as np
import pytest

from ct2xkeras.cli.main import COMMANDS, GROUPS, main
from ct2xkeras.cli.shared_options import with_shared_options


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return stop.value.code or 0, captured.out, captured.err


def leaves():
    """(words, command) of everything that can be run."""
    for verb, (module, _) in COMMANDS.items():
        command = with_shared_options(importlib.import_module(module).command)
        if getattr(command, "invoke_without_command", True):
            yield verb, command
        for name, part in getattr(command, "commands", {}).items():
            yield f"{verb} {name}", part


def test_every_command_has_the_shared_options_once_and_an_example():
    for words, command in leaves():
        options = [name for parameter in command.params for name in parameter.opts]
        for shared in ("--json", "--quiet", "--verbose"):
            assert options.count(shared) == 1, f"{words} {shared}"
        if words not in ("weights list", "recipe schema"):  # of no arguments
            assert f"ct2xkeras {words}" in command.help, words


def test_options_and_arguments_are_explained():
    clear = {"--checkpoint", "--rest-port", "--grpc-port", "--format"}
    for words, command in leaves():
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not clear & set(parameter.opts):
                assert parameter.help, f"{words} {parameter.opts}"


def test_help_shows_every_verb_in_one_group():
    assert sorted(verb for verbs in GROUPS.values() for verb in verbs) == sorted(COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        ("weights", "list"),
        ("recipe", "validate", "quickstart"),
        ("recipe", "show", "quickstart"),
        ("recipe", "schema"),
        ("info",),
        ("completion", "fish"),
    ],
)
def test_json_is_all_that_is_printed(arguments, capsys):
    status, out, err = run(capsys, *arguments, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)


def test_a_written_picture_is_in_the_json_and_quiet_says_nothing(tmp_path, capsys):
    hu = np.full((16, 16, 16), -1000, np.int16)
    hu[3:13, 3:13, 3:13] = 100
    nib.save(nib.Nifti1Image(hu, np.diag([12.0, 12.0, 12.0, 1.0])), tmp_path / "ct.nii.gz")
    command = ("drr", tmp_path / "ct.nii.gz", "--view", "pa", "--size", 16, "--out", tmp_path)
    picture = str(tmp_path / "ct_pa_drr.png")
    status, out, _ = run(capsys, *command, "--json")
    assert status == 0
    assert [entry["picture"] for entry in json.loads(out)] == [picture]
    assert run(capsys, *command, "--quiet") == (0, "", "")
    assert run(capsys, "--quiet", *command) == (0, "", "")
    assert picture in run(capsys, *command)[1], "a quiet command silenced the next one"


def test_problems_are_in_the_json_too_and_the_status_stays(tmp_path, capsys):
    recipe = tmp_path / "r.yaml"
    recipe.write_text("name: a\ndata: {phantoms: {cts: 2}}\ntrainig: {}\n")
    status, out, err = run(capsys, "recipe", "validate", recipe, "--json")
    assert status == 2
    assert "trainig" in json.loads(out)[str(recipe)][0]
    assert err.startswith("Error: ")


def test_verbose_shows_where_an_error_happened(tmp_path, monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    with pytest.raises(ValueError, match=r"none.yaml"):
        main(["recipe", "show", str(tmp_path / "none.yaml"), "--verbose"])


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("option", ["--sdd", "--footprint", "--truncation"])
def test_numbers_that_are_none_are_refused_by_the_option(option, value, tmp_path, capsys):
    command = ("synthesize", "ct.nii.gz", "--model", "chest", "--view", "pa", "--out", tmp_path)
    status, out, err = run(capsys, *command, option, value)
    assert (status, out) == (2, "")
    assert option in err
    assert not list(tmp_path.iterdir())


def test_a_misspelt_command_is_suggested(capsys):
    status, _, err = run(capsys, "trian")
    assert status == 2
    assert "Did you mean 'train'?" in err
