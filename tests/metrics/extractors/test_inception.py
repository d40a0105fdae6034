import tarfile

import numpy as np
import pytest
from inception_graph import inception_graph, run_graph

from ct2xkeras.metrics.extractors import find_extractor, import_weights
from ct2xkeras.metrics.extractors.graph_files import open_graph_file
from ct2xkeras.metrics.extractors.inception_layers import stored_names
from ct2xkeras.metrics.extractors.weight_store import load_arrays

NAME = "inception-2015-12-05"


@pytest.fixture(scope="module")
def graph():
    return inception_graph(seed=3)


@pytest.fixture(scope="module")
def graph_file(graph, tmp_path_factory):
    path = tmp_path_factory.mktemp("graph") / "classify_image_graph_def.pb"
    path.write_bytes(graph.SerializeToString())
    return path


@pytest.fixture(scope="module")
def torch_file(graph_file, save_torch):
    """The same weights under the names and in the axis order of the port to torch."""
    norm = {"gamma": "weight", "beta": "bias"}
    norm |= {"moving_mean": "running_mean", "moving_variance": "running_var"}
    arrays = {"fc.bias": np.zeros(1008, "float32")}
    with open_graph_file(graph_file) as tensors:
        for path, name in stored_names().items():
            kernel = tensors.read(f"{path}/conv2d_params")
            arrays[f"{name}.conv.weight"] = np.ascontiguousarray(kernel.transpose(3, 2, 0, 1))
            for there, here in norm.items():
                arrays[f"{name}.bn.{here}"] = tensors.read(f"{path}/batchnorm/{there}")
            arrays[f"{name}.bn.num_batches_tracked"] = np.array(7, "int64")
    return save_torch(graph_file.with_name("pt_inception.pth"), arrays, "zip")


@pytest.fixture
def pictures(rng):
    """Whole greys, so that the window changes nothing; larger and smaller than the network's."""
    return (rng.integers(0, 256, (2, 340, 250, 1)) / 127.5 - 1).astype("float32")


@pytest.mark.slow
def test_the_converted_graph_gives_what_the_graph_gives(graph, graph_file, pictures, as_published):
    as_published(graph_file, NAME, 1)
    archive = graph_file.with_suffix(".tgz")
    with tarfile.open(archive, "w:gz", compresslevel=0) as packed:
        packed.add(__file__, "README.txt")
        packed.add(graph_file, "classify_image_graph_def.pb")
    assert import_weights(archive)[0] == NAME
    pixels = np.repeat(127.5 * (pictures + 1), 3, axis=-1)
    expected = run_graph(graph, pixels)
    found = find_extractor(NAME)(pictures)
    assert expected.std() > 0.1
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_port_to_torch_holds_the_same(graph_file, torch_file, as_published):
    as_published(graph_file, NAME, 1)
    import_weights(graph_file)
    from_graph = load_arrays(NAME)
    as_published(torch_file, NAME, 0)
    import_weights(torch_file)
    from_torch = load_arrays(NAME)
    assert from_torch.keys() == from_graph.keys()
    assert len(from_graph) == 2 * 94
    for name, array in from_graph.items():
        np.testing.assert_array_equal(from_torch[name], array)
