"""Puts the recipes into the wheel, for `ct2xkeras train quickstart`; all else: pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithRecipes(build_py):
    """Copies `recipes/`, which stands beside the package in a checkout, into it."""

    def run(self):
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib, "ct2xkeras", "recipes")
            shutil.copytree("recipes", target, dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithRecipes})
