"""What a bench file may say: every field with its type, bounds, default and meaning."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from ct2xkeras.recipe.section import A_YEAR, LARGEST, MANY, Count, Section

Changes = Annotated[
    dict[str, Any], Field(default_factory=dict, description="fields of recipes that are changed")
]


def _known_metrics(names):
    from ct2xkeras.evaluation.metric_table import find_metrics

    find_metrics(names, None)
    return names


def _different(values):
    twice = [value for value in values if values.count(value) > 1]
    if twice:
        raise ValueError(f"expected different ones, found {twice[0]!r} twice")
    return values


def _different_names(methods):
    _different([method.name for method in methods])
    return methods


class BenchMethod(Section):
    """One of the methods that are compared."""

    name: Annotated[
        str,
        Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$", description="in tables and folders"),
    ]
    recipe: Annotated[
        str, Field(min_length=1, description="its recipe: a path relative to this file")
    ]
    set: Changes


class BenchEvaluation(Section):
    """What all runs are measured by, in the same way."""

    cases: Annotated[int, Field(ge=2, le=MANY, description="views to synthesise")] = 64
    seed: Annotated[
        int, Field(ge=0, le=LARGEST, description="of the draw of cases and of intervals")
    ] = 0
    extractors: Annotated[
        tuple[str, ...],
        Field(min_length=1, description="of features, as `weights list` names them"),
        AfterValidator(_different),
    ] = ("pixels32",)
    metrics: Annotated[
        tuple[str, ...],
        Field(min_length=1, description="as `evaluate` names them; `kid` by every extractor"),
        AfterValidator(_known_metrics),
    ] = ("structure", "kid", "style", "truth-ssim")
    inversion_steps: Annotated[
        Count | None,
        Field(description="of generative methods' search; default: as their recipe says"),
    ] = None
    tuning_steps: Annotated[
        Count | None,
        Field(description="tune generative methods to each CT as well, as a row of its own"),
    ] = None


class Bench(Section):
    """Methods that are trained on the same data for the same time, and measured alike."""

    title: Annotated[str, Field(min_length=1, description="heading of tables and page")]
    minutes: Annotated[
        float, Field(gt=0, le=A_YEAR, description="of training for each run, by the clock")
    ]
    seeds: Annotated[
        list[Annotated[int, Field(ge=0, lt=2**32)]],
        Field(min_length=1, description="of each method's runs; all share one data set"),
        AfterValidator(_different),
    ]
    set: Changes
    evaluation: BenchEvaluation = BenchEvaluation()
    methods: Annotated[
        list[BenchMethod],
        Field(min_length=1, description="in the order of the tables"),
        AfterValidator(_different_names),
    ]
