"""From paths, folders and patterns to sources of CTs and radiographs."""

import hashlib
import os
from collections import Counter
from pathlib import Path, PurePath

from ct2xkeras.data import locations
from ct2xkeras.data.ct.ct_source import VOLUME_SUFFIXES, is_grid_file, volume_name
from ct2xkeras.data.ct.dicom_files import is_dicom, is_zip
from ct2xkeras.data.ct.dicom_index import SeriesIndex, series_index
from ct2xkeras.data.errors import DataError
from ct2xkeras.data.source_names import SERIES_MARK, split_source
from ct2xkeras.data.xray.radiographs import SUFFIXES

CTS = f"a CT: {', '.join(VOLUME_SUFFIXES)}, or a folder or zip of DICOM files"
XRAYS = f"a radiograph: {', '.join(SUFFIXES)}"


def find_cts(patterns) -> list[str]:
    """CT sources of paths, folders (searched through) and patterns, sorted, each once.

    Each volume file is a source, and so is each DICOM series of two or more images: the deepest
    folder that holds all of it, or the zip archive, with `::SERIES_INSTANCE_UID` where other series
    lie there too. A file that is given by its own name is a source whatever it holds.

    Raises:
        DataError: a path or pattern that leads to none.
    """
    return _found(patterns, _ct_sources, CTS)


def find_xrays(patterns) -> list[str]:
    """Radiograph files of paths, folders (searched through) and patterns, sorted, each once.

    A file that is given by its own name is taken whatever its ending.

    Raises:
        DataError: a path or pattern that leads to none.
    """
    return _found(patterns, _xray_files, XRAYS)


def _found(patterns, sources_of, expected) -> list[str]:
    found = {}
    for pattern in patterns:
        sources = sources_of(_expanded(pattern))
        if not sources:
            raise DataError(pattern, expected, "none", "Check the path.")
        found |= dict.fromkeys(sources)
    return sorted(found)


def _expanded(pattern) -> str:
    return str(pattern) if locations.is_remote(pattern) else str(Path(pattern).expanduser())


def _xray_files(pattern) -> list[str]:
    if locations.is_file(pattern):
        return [pattern]
    folders, files = _matched(pattern)
    files = files + [file for folder in folders for file in locations.files_below(folder)]
    return [file for file in files if file.lower().endswith(SUFFIXES)]


def _matched(pattern) -> tuple[list[str], list[str]]:
    """Folders and files of a path or pattern."""
    paths = [pattern] if locations.exists(pattern) else locations.matches(pattern)
    folders = [path for path in paths if locations.is_folder(path)]
    return folders, [path for path in paths if path not in folders]


def _ct_sources(pattern) -> list[str]:
    path, series = split_source(pattern)
    if series:
        return [pattern] if locations.exists(path) else []
    folders, files = _matched(pattern)
    sources = [source for folder in folders for source in _in_folder(folder)]
    sources += [source for file in files for source in _volumes_of(file)]
    others = [file for file in files if not (is_grid_file(file) or is_zip(file))]
    sources += _series_of([file for file in others if is_dicom(file)])
    if not sources and locations.is_file(pattern):
        return [pattern]  # reading it says what is wrong
    return sources


def _in_folder(folder) -> list[str]:
    volumes = [source for file in locations.files_below(folder) for source in _volumes_of(file)]
    index = series_index(folder)
    return volumes + _series_sources(index) + _damaged_alone(index)


def _volumes_of(file) -> list[str]:
    """The source or sources that a volume file or an archive is; none of another file."""
    if is_zip(file):
        return _zip_sources(file)
    return [file] if is_grid_file(file) else []


def _zip_sources(file) -> list[str]:
    try:
        index = series_index(file)
    except DataError:
        return [file]  # reading it raises the same again, there it can be skipped
    if len(index.series) > 1:
        return [f"{file}{SERIES_MARK}{series}" for series in index.series]
    return [file] if index.series or index.damaged else []


def _series_sources(index: SeriesIndex) -> list[str]:
    folders = {
        series: _common_folder([image.file for image in images])
        for series, images in index.series.items()
    }
    shared = {
        folder: sum(
            any(_is_below(image.file, folder) for image in images)
            for images in index.series.values()
        )
        for folder in set(folders.values())
    }
    return [
        f"{folder}{SERIES_MARK}{series}" if shared[folder] > 1 else folder
        for series, folder in folders.items()
    ]


def _damaged_alone(index: SeriesIndex) -> list[str]:
    """One damaged file of each folder without a series, whose reading would name it."""
    known = {PurePath(i.file).parent for images in index.series.values() for i in images}
    alone = {PurePath(file).parent: file for file in sorted(index.damaged, reverse=True)}
    return [file for folder, file in alone.items() if folder not in known]


def _series_of(files) -> list[str]:
    """The series that these DICOM files belong to."""
    sources = []
    for folder in sorted({_common_folder([file]) for file in files}):
        index = series_index(folder)
        wanted = {
            series
            for series, images in index.series.items()
            if any(image.file in files for image in images)
        }
        named = zip(index.series, _series_sources(index), strict=True)
        sources += [source for series, source in named if series in wanted]
    return sources


def _common_folder(files) -> str:
    """The deepest folder that holds all of these files."""
    scheme, mark, _ = files[0].rpartition("://")
    folders = {os.path.dirname(file[len(scheme + mark) :]) for file in files}
    return (scheme + mark + os.path.commonpath(folders)) or "."


def _is_below(file, folder) -> bool:
    return folder == "." or file.startswith(folder.rstrip("/") + "/")


def unique_names(sources) -> list[str]:
    """`folder_names`, and where several sources share one: a name with the file's ending.

    Where that is not enough either, a name with digits of a hash of the source.
    """
    names = folder_names(sources)
    shared = _shared(names, range(len(names)))
    for renamed in (_names_with_endings, _names_with_hashes):
        others = renamed([sources[index] for index in shared])
        for index, name in zip(shared, others, strict=True):
            names[index] = name
        shared = _shared(names, shared)
    return names


def _shared(names, indices) -> list[int]:
    """Those of the indices whose name another has."""
    number = Counter(names)
    return [index for index in indices if number[names[index]] > 1]


def folder_names(sources) -> list[str]:
    """Names without endings; equal ones are told apart by the folders they lie in.

    A series is called by its folder or archive and the last part of its UID, or its whole UID where
    that is not enough. Files of one folder that differ in their endings have one name: likely they
    show the same patient.
    """
    return _told_apart(sources, _stems(sources))


def _told_apart(sources, stems) -> list[str]:
    """The stems, equal ones with as many of their folders before them as it takes, if it can."""
    parts = [(*_folders(source), stem) for source, stem in zip(sources, stems, strict=True)]
    depths = [1] * len(parts)
    for _ in range(max(map(len, parts), default=0)):
        names = _joined(parts, depths)
        number = Counter(names)
        depths = [d + (number[n] > 1) for d, n in zip(depths, names, strict=True)]
    return _joined(parts, depths)


def _names_with_endings(sources) -> list[str]:
    stems = [
        "_".join(filter(None, (locations.file_name(path).replace(".", "_"), series)))
        for path, series in map(split_source, sources)
    ]
    return _told_apart(sources, stems)


def _names_with_hashes(sources) -> list[str]:
    digests = [hashlib.sha256(os.fsencode(source)).hexdigest()[:8] for source in sources]
    return [f"{_stem(source)}_{digest}" for source, digest in zip(sources, digests, strict=True)]


def _folders(source) -> tuple[str, ...]:
    return Path(split_source(source)[0]).absolute().parent.parts[1:]


def _stems(sources) -> list[str]:
    """Names of which no two series of one folder or archive have the same."""
    short = [(split_source(source)[0], _stem(source)) for source in sources]
    number = Counter(short)
    return [
        f"{_stem(path)}_{split_source(source)[1]}" if number[path, stem] > 1 else stem
        for source, (path, stem) in zip(sources, short, strict=True)
    ]


def _stem(source) -> str:
    name = volume_name(source)
    return name if name != locations.file_name(source) else PurePath(name).stem


def _joined(parts, depths) -> list[str]:
    return ["_".join(part[-depth:]) for part, depth in zip(parts, depths, strict=True)]
