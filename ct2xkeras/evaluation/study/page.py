"""The study's page: one file that holds its pictures, style and script, and asks for nothing."""

import math

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from ct2xkeras.evaluation.study.results import FORMAT, RATER_PATTERN
from ct2xkeras.pictures import data_uri

SECONDS_EACH = 6  # a rater's usual pace, for the estimate on the first screen
NUM_EXAMPLES = 4


def render_page(key, pictures, shape) -> str:
    """HTML of a study.

    Nothing in it tells whose a picture is: files are numbered in the order of their pixels' bytes,
    items in the order of their random ids.

    Args:
        key: `StudyKey`.
        pictures: {file: PNG}.
        shape: (rows, columns) of every picture.
    """
    distinct = sorted(set(pictures.values()))
    number = {png: index for index, png in enumerate(distinct)}
    items = {
        name: [number[pictures[item.picture]], number[pictures[item.reference]]]
        for name, item in sorted(key.items.items())
    }
    references = sorted({reference for _, reference in items.values()})
    content = {
        "format": FORMAT,
        "study": key.study,
        "blocks": key.blocks,
        "items": items,
        "pictures": [data_uri(png) for png in distinct],
        "examples": references[:NUM_EXAMPLES],
    }
    return _template().render(
        title=key.title,
        content=content,
        shape=shape,
        count=len(items),
        minutes=math.ceil(len(items) * SECONDS_EACH / 60),
        rater_pattern=RATER_PATTERN,
    )


def _template():
    loader = ChoiceLoader(
        [PackageLoader("ct2xkeras.evaluation.study", "page"), PackageLoader("ct2xkeras", "web")]
    )
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    return environment.get_template("index.html")
