import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
from data_samples import dataset, make_spec, sources  # noqa: F401
