"""Commands that the documents print: options exist, cluster scripts do what they say."""

import importlib
import json
import re
import shlex
import subprocess

import pytest
import yaml
from pages import DOCS, PAGES, ROOT, blocks

from ct2xkeras.cli.main import COMMANDS
from ct2xkeras.cli.shared_options import with_shared_options


def printed_commands():
    """(page, words after `ct2xkeras`) of all commands in blocks of shell code, and in recipes."""
    sources = [
        (page.name, block)
        for page in (ROOT / "README.md", *PAGES)
        for block in blocks(page, "bash")
    ]
    for recipe in sorted((ROOT / "recipes").rglob("*.yaml")):
        comments = re.findall(r"^# ?(.*)$", recipe.read_text(), re.M)
        sources.append((recipe.name, "\n".join(line for line in comments if line[:2] == "  ")))
    for name, text in sources:
        for line in re.split(r" && |\n", text.replace("\\\n", " ")):
            words = re.match(r"\s*(?:\.venv/bin/)?ct2xkeras (.*?)(?: [|>].*)?$", line)
            if words and "TF_CONFIG" not in text:  # cluster scripts have tests of their own
                yield name, tuple(shlex.split(words[1], comments=True))


def known_options(words):
    """Options of the command that these words call."""
    command = with_shared_options(importlib.import_module(COMMANDS[words[0]][0]).command)
    if words[1:] and words[1] in getattr(command, "commands", {}):
        command = command.commands[words[1]]
    return {name for option in command.params for name in option.opts + option.secondary_opts}


COMMAND_LINES = sorted(set(printed_commands()))


def test_the_documents_commands_are_found():
    assert {"README.md", "training.md", "chest64.yaml"} <= {name for name, _ in COMMAND_LINES}
    assert {words[0] for _, words in COMMAND_LINES} == set(COMMANDS)


@pytest.mark.parametrize(("page", "words"), COMMAND_LINES, ids=lambda value: " ".join(value)[:60])
def test_a_printed_command_has_the_options_that_it_is_given(page, words):
    given = {word.split("=")[0] for word in words[1:] if word.startswith("--")}
    assert given - {"--help", "--version"} <= known_options(words), page


@pytest.fixture
def cluster(tmp_path):
    """Runs a script where Slurm and the package are stand-ins; gives what training was told."""
    stand_ins = {
        "scontrol": 'test "$1 $2 $3" = "show hostnames node[1-2]" && printf "node1\\nnode2\\n"',
        "srun": 'exec "$@"',
        "ct2xkeras": 'printf "%s\\n%s" "$(echo $TF_CONFIG)" "$*"',
    }
    for name, line in stand_ins.items():
        (tmp_path / name).write_text(f"#!/bin/bash\n{line}\n")
        (tmp_path / name).chmod(0o755)

    def run(script, **variables):
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", **variables}
        done = subprocess.run(
            ["bash", "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        told, arguments = done.stdout.split("\n")
        return json.loads(told), arguments

    return run


def test_the_slurm_script_tells_each_task_its_place(cluster):
    (script,) = (b for b in blocks(DOCS / "training.md", "bash") if "#SBATCH" in b)
    told, arguments = cluster(script, SLURM_JOB_NODELIST="node[1-2]", SLURM_PROCID="1")
    assert told["cluster"] == {"worker": ["node1:23456", "node2:23456"]}
    assert told["task"] == {"type": "worker", "index": 1}
    assert arguments.startswith("train recipes/ctspine.yaml --set training.strategy=multi_worker")


def test_the_kubernetes_job_tells_each_pod_its_place(cluster):
    (text,) = (b for b in blocks(DOCS / "training.md", "yaml") if "kind: Job" in b)
    job = yaml.safe_load(text)
    pod = job["spec"]["template"]["spec"]
    (script,) = pod["containers"][0]["args"]
    for index in range(job["spec"]["completions"]):
        told, arguments = cluster(script, JOB_COMPLETION_INDEX=str(index))
        hosts = [f"{job['metadata']['name']}-{k}.{pod['subdomain']}:23456" for k in range(2)]
        assert told["cluster"] == {"worker": hosts}
        assert told["task"] == {"type": "worker", "index": index}
        assert arguments.startswith("train /data/recipe.yaml --out /data/run")
