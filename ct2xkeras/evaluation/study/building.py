"""From folders of pictures to a study: a page for raters and a key for the researcher."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ct2xkeras.data import DataError, read_radiograph
from ct2xkeras.data.dataset.finding import find_xrays
from ct2xkeras.evaluation.study.design import draw_files, make_blocks, make_items
from ct2xkeras.evaluation.study.key import KEY_NAME, StudyKey
from ct2xkeras.evaluation.study.page import render_page
from ct2xkeras.evaluation.study.pictures import method_picture, real_picture
from ct2xkeras.files import replacing

PAGE_NAME = "index.html"


@dataclass(frozen=True)
class StudySettings:
    """How a study is made.

    Args:
        title: heading of the page; raters read it.
        per_method: pictures of each method, and of the real radiographs.
        repeats: pictures of each method that are shown a second time, to see whether a rater
            agrees with themselves; no more than `per_method` are.
        seed: of every draw.
        size: side of the square pictures in pixels; None keeps that of the methods' pictures.
        crop: share of the middle of each real radiograph that is shown.
    """

    title: str = "How real do these X-ray images look?"
    per_method: int = 20
    repeats: int = 2
    seed: int = 0
    size: int | None = None
    crop: float = 1.0


@dataclass(frozen=True)
class Study:
    """A study before it is written: the page's text and its key."""

    page: str
    key: StudyKey

    def write(self, folder) -> None:
        """Write `index.html` and `key.json` into a new folder, both or none.

        Raises:
            DataError: the folder has something in it already.
        """
        folder = Path(folder)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            mend = "Choose another: results of a study can only be read with its own key."
            raise DataError(folder, "a new folder", "one with something in it", mend)
        with replacing(folder) as temporary:
            temporary.mkdir()
            (temporary / PAGE_NAME).write_text(self.page, encoding="utf-8")
            (temporary / KEY_NAME).write_text(self.key.to_json(), encoding="utf-8")


def build_study(methods, real, settings=None) -> Study:
    """A blind study of methods' pictures and real radiographs.

    Real radiographs are drawn twice without overlap: some are rated among the methods' pictures,
    others are the references beside them. The same picture is never both, not even as a copy.

    Args:
        methods: {name: path, folder or pattern of its pictures}.
        real: (name, path, folder or pattern) of real radiographs.
        settings: `StudySettings`.

    Raises:
        DataError: too few pictures, unreadable ones, or methods' pictures of different sizes.
        ValueError: names that are empty or not unique, or a title that gives one away.
    """
    settings = settings or StudySettings()
    real_name, real_source = real
    names = [*methods, real_name]
    _check_names(names, settings.title)
    rng = np.random.default_rng(settings.seed)
    files = {name: find_xrays([source]) for name, source in methods.items()}
    for name, found in files.items():
        _check_enough(methods[name], len(found), settings.per_method, "pictures")
    drawn = draw_files(files, settings.per_method, rng)
    shape = _shape(drawn, settings.size)
    pictures = {
        file: method_picture(file, shape, exact=settings.size is None)
        for chosen in drawn.values()
        for file in chosen
    }
    drawn[real_name], references = _draw_real(real_source, shape, settings, rng, pictures)
    _check_apart(pictures, drawn, references)
    items = make_items(drawn, references, min(settings.repeats, settings.per_method), rng)
    key = StudyKey(
        title=settings.title,
        seed=settings.seed,
        methods=names,
        pictures=_digest(pictures),
        items=items,
        blocks=make_blocks(items, rng),
    )
    return Study(render_page(key, pictures, shape), key)


def _check_names(names, title) -> None:
    if not all(name.strip() for name in names) or len(set(names)) < len(names):
        raise ValueError(
            f"Every method and the real radiographs need a name of their own; found {names}. "
            "Give them as NAME=FOLDER."
        )
    told = [n for n in names[:-1] if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", title, re.I)]
    if told and title != StudySettings.title:  # whose words are nobody's name
        raise ValueError(
            f"The title {title!r} names the method {told[0]!r}, so that raters would not be blind. "
            "Choose another title."
        )


def _check_enough(source, found, wanted, what) -> None:
    if found < wanted:
        mend = f"Give more, or --per-method {found}." if found > 1 else "Give more."
        raise DataError(source, f"at least {wanted} {what}", str(found), mend)


def _shape(drawn, size) -> tuple[int, int]:
    """(rows, columns) of all pictures: as asked for, or those of the first picture."""
    if size is not None:
        return size, size
    first = next(iter(drawn.values()))[0]
    return read_radiograph(first).pixels.shape


def _draw_real(source, shape, settings, rng, pictures) -> tuple[list[str], list[str]]:
    """Files of real radiographs to be rated and of references; their PNGs go into `pictures`.

    Copies of a picture that was drawn already are passed over.
    """
    num = settings.per_method
    files = find_xrays([source])
    chosen = {}
    for file in rng.permutation(files).tolist():
        if len(chosen) == 2 * num:
            break
        chosen.setdefault(real_picture(file, shape, settings.crop), file)
    expected = "different radiographs, to be rated and as references"
    _check_enough(source, len(chosen), num + 1, expected)
    pictures |= {file: png for png, file in chosen.items()}
    files = list(chosen.values())
    return files[:num], files[num:]


def _check_apart(pictures, drawn, references) -> None:
    """No reference is rated, whatever its file is called."""
    shown = {pictures[file]: file for file in references}
    for files in drawn.values():
        for file in files:
            if pictures[file] in shown:
                found = f"a copy of the real radiograph {shown[pictures[file]]}"
                raise DataError(file, "a method's own picture", found, "Leave it out.")


def _digest(pictures) -> str:
    digest = hashlib.sha256()
    for file in sorted(pictures):
        digest.update(pictures[file])
    return digest.hexdigest()
