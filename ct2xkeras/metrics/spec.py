"""What a number is called, so that only equal things are compared: `kid[squeezenet-keras,n=64]`."""

from ct2xkeras.metrics.extractors.registry import STANDARD


def metric_spec(name, *options, **values):
    """Text that says what was measured, how, and on how many pictures.

    Args:
        name: of the metric, such as `kid`.
        options: how, such as an extractor's name. The standard network, on which FID and KID are
            defined, is left out: `kid[n=64]` is KID, every other network's score carries its name.
        values: what is stated as `name=value`, such as `n=64`; None is left out.

    Returns:
        `name[option,...,name=value,...]`, in the order given; the name alone without either.

    Raises:
        ValueError: a part that is empty or holds one of `[],=`, and so could not be read back.
    """
    options = [str(option) for option in options if option != STANDARD]
    stated = {key: str(value) for key, value in values.items() if value is not None}
    for part in (name, *options, *stated.values()):
        if not part or set(part) & set("[],="):
            raise ValueError(f"A metric's spec cannot hold {part!r}: empty, or with one of '[],='.")
    inside = ",".join([*options, *(f"{key}={value}" for key, value in stated.items())])
    return f"{name}[{inside}]" if inside else name
