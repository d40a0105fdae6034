"""Convolutions of the Inception network of 2015-12-05 and what they are called in public files.

Rows follow the public graph, `classify_image_graph_def.pb`; each has the graph's name and that of
the port to torch, `pt_inception-2015-12-05-6726825d.pth`. The architecture is that of Szegedy et
al. 2016, "Rethinking the Inception Architecture", but for the last block's pooling.
"""

from typing import NamedTuple


class Conv(NamedTuple):
    """A convolution with batch normalisation and rectifier.

    `path` and `torch_name` lie below those of its block.
    """

    path: str
    torch_name: str
    filters: int
    size: tuple
    strides: int = 1
    padding: str = "same"


class Pool(NamedTuple):
    """Pooling over 3 x 3; as in all of TensorFlow's, what was padded does not count."""

    kind: str
    strides: int = 1
    padding: str = "same"


class Block(NamedTuple):
    """Branches side by side, their channels joined in this order.

    A branch is a row of steps; several convolutions in a tuple all see the step before.
    """

    path: str
    torch_name: str
    branches: tuple


ONE, THREE, FIVE, WIDE, TALL = (1, 1), (3, 3), (5, 5), (1, 7), (7, 1)
MEAN = Pool("mean")
LARGEST = Pool("largest")
DOWN = Pool("largest", 2, "valid")

STEM = (
    Conv("conv", "Conv2d_1a_3x3", 32, THREE, 2, "valid"),
    Conv("conv_1", "Conv2d_2a_3x3", 32, THREE, 1, "valid"),
    Conv("conv_2", "Conv2d_2b_3x3", 64, THREE),
    DOWN,
    Conv("conv_3", "Conv2d_3b_1x1", 80, ONE, 1, "valid"),
    Conv("conv_4", "Conv2d_4a_3x3", 192, THREE, 1, "valid"),
    DOWN,
)


def _fine(path, torch_name, pooled):
    """A block of the 35 x 35 grid."""
    return Block(
        path,
        torch_name,
        (
            (Conv("conv", "branch1x1", 64, ONE),),
            (
                Conv("tower/conv", "branch5x5_1", 48, ONE),
                Conv("tower/conv_1", "branch5x5_2", 64, FIVE),
            ),
            (
                Conv("tower_1/conv", "branch3x3dbl_1", 64, ONE),
                Conv("tower_1/conv_1", "branch3x3dbl_2", 96, THREE),
                Conv("tower_1/conv_2", "branch3x3dbl_3", 96, THREE),
            ),
            (MEAN, Conv("tower_2/conv", "branch_pool", pooled, ONE)),
        ),
    )


def _middle(path, torch_name, width):
    """A block of the 17 x 17 grid."""
    return Block(
        path,
        torch_name,
        (
            (Conv("conv", "branch1x1", 192, ONE),),
            (
                Conv("tower/conv", "branch7x7_1", width, ONE),
                Conv("tower/conv_1", "branch7x7_2", width, WIDE),
                Conv("tower/conv_2", "branch7x7_3", 192, TALL),
            ),
            (
                Conv("tower_1/conv", "branch7x7dbl_1", width, ONE),
                Conv("tower_1/conv_1", "branch7x7dbl_2", width, TALL),
                Conv("tower_1/conv_2", "branch7x7dbl_3", width, WIDE),
                Conv("tower_1/conv_3", "branch7x7dbl_4", width, TALL),
                Conv("tower_1/conv_4", "branch7x7dbl_5", 192, WIDE),
            ),
            (MEAN, Conv("tower_2/conv", "branch_pool", 192, ONE)),
        ),
    )


def _coarse(path, torch_name, pool):
    """A block of the 8 x 8 grid."""
    return Block(
        path,
        torch_name,
        (
            (Conv("conv", "branch1x1", 320, ONE),),
            (
                Conv("tower/conv", "branch3x3_1", 384, ONE),
                (
                    Conv("tower/mixed/conv", "branch3x3_2a", 384, (1, 3)),
                    Conv("tower/mixed/conv_1", "branch3x3_2b", 384, (3, 1)),
                ),
            ),
            (
                Conv("tower_1/conv", "branch3x3dbl_1", 448, ONE),
                Conv("tower_1/conv_1", "branch3x3dbl_2", 384, THREE),
                (
                    Conv("tower_1/mixed/conv", "branch3x3dbl_3a", 384, (1, 3)),
                    Conv("tower_1/mixed/conv_1", "branch3x3dbl_3b", 384, (3, 1)),
                ),
            ),
            (pool, Conv("tower_2/conv", "branch_pool", 192, ONE)),
        ),
    )


BLOCKS = (
    _fine("mixed", "Mixed_5b", 32),
    _fine("mixed_1", "Mixed_5c", 64),
    _fine("mixed_2", "Mixed_5d", 64),
    Block(
        "mixed_3",
        "Mixed_6a",
        (
            (Conv("conv", "branch3x3", 384, THREE, 2, "valid"),),
            (
                Conv("tower/conv", "branch3x3dbl_1", 64, ONE),
                Conv("tower/conv_1", "branch3x3dbl_2", 96, THREE),
                Conv("tower/conv_2", "branch3x3dbl_3", 96, THREE, 2, "valid"),
            ),
            (DOWN,),
        ),
    ),
    _middle("mixed_4", "Mixed_6b", 128),
    _middle("mixed_5", "Mixed_6c", 160),
    _middle("mixed_6", "Mixed_6d", 160),
    _middle("mixed_7", "Mixed_6e", 192),
    Block(
        "mixed_8",
        "Mixed_7a",
        (
            (
                Conv("tower/conv", "branch3x3_1", 192, ONE),
                Conv("tower/conv_1", "branch3x3_2", 320, THREE, 2, "valid"),
            ),
            (
                Conv("tower_1/conv", "branch7x7x3_1", 192, ONE),
                Conv("tower_1/conv_1", "branch7x7x3_2", 192, WIDE),
                Conv("tower_1/conv_2", "branch7x7x3_3", 192, TALL),
                Conv("tower_1/conv_3", "branch7x7x3_4", 192, THREE, 2, "valid"),
            ),
            (DOWN,),
        ),
    ),
    _coarse("mixed_9", "Mixed_7b", MEAN),
    # The network of 2015-12-05 takes the largest here where the paper and all others take the mean.
    _coarse("mixed_10", "Mixed_7c", LARGEST),
)


def layer_name(path):
    """A convolution's name in Keras, which wants no slashes."""
    return path.replace("/", ".")


def stored_names():
    """{name in the graph: name in the port to torch} of all convolutions."""
    names = {step.path: step.torch_name for step in STEM if isinstance(step, Conv)}
    for block in BLOCKS:
        for branch in block.branches:
            for conv in _convolutions(branch):
                names[f"{block.path}/{conv.path}"] = f"{block.torch_name}.{conv.torch_name}"
    return names


def _convolutions(steps):
    for step in steps:
        if isinstance(step, Conv):
            yield step
        elif not isinstance(step, Pool):
            yield from _convolutions(step)
