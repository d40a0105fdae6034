import json

import numpy as np
import pytest
from PIL import Image

from ct2xkeras.evaluation.study import StudySettings, build_study
from ct2xkeras.evaluation.study.design import rater_order
from ct2xkeras.evaluation.study.results import FORMAT, Rating, checksum

NAMES = ("waterfall", "juniper", "authentic")  # no words of the page


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """Two methods' folders and one of radiographs, with 8 pictures of noise each."""
    root = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(0)
    for name in NAMES:
        (root / name).mkdir()
        for index in range(8):
            pixels = rng.integers(0, 65536, (40, 40)).astype(np.uint16)
            Image.fromarray(pixels).save(root / name / f"patient{index}.png")
    return root


@pytest.fixture(scope="session")
def make_study(folders):
    """A study of the two methods: 3 pictures of each, one of each shown twice."""

    def make(methods=None, real=None, **settings):
        methods = methods or {name: folders / name for name in NAMES[:2]}
        real = real or (NAMES[2], folders / NAMES[2])
        return build_study(
            methods, real, StudySettings(**{"per_method": 3, "repeats": 1, **settings})
        )

    return make


@pytest.fixture(scope="session")
def study(make_study):
    return make_study()


@pytest.fixture
def write_result(tmp_path, study):
    """Writes the file of a rater who gives `score(item id)` to what `pick` takes of the order.

    `changes` come after its checksum.
    """

    def write(rater="kim", score=lambda name: 3, pick=list, file=None, key=study.key, changes=()):
        order = pick(rater_order(key.study, key.blocks, rater))
        ratings = [Rating(name, score(name), 900) for name in order]
        content = {
            "format": FORMAT,
            "study": key.study,
            "rater": rater,
            "ratings": [vars(rating) for rating in ratings],
            "checksum": checksum(key.study, rater, ratings),
        }
        path = tmp_path / (file or f"{rater}.json")
        path.write_text(json.dumps(content | dict(changes)))
        return path

    return write
