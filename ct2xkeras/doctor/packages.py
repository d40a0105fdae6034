"""Installed packages against what ct2xkeras asks for, by their metadata: nothing is imported."""

import importlib.metadata
import platform
import sys

from packaging.requirements import Requirement

from ct2xkeras.doctor.finding import BROKEN, NOTE, OK, Finding

PACKAGE = "ct2xkeras"

#: What each extra of use to everyone is for; the others are for developers.
EXTRAS = {
    "dicom": "DICOM files",
    "itk": "NRRD and MetaImage files",
    "beam": "data sets on Apache Beam",
    "serving": "ct2xkeras serve, gRPC, requests to warm up",
}


def check_python():
    """Python's version against those that the package is made for."""
    wanted = importlib.metadata.metadata(PACKAGE)["Requires-Python"]
    says = f"{platform.python_version()} on {platform.platform(terse=True)}"
    if Requirement(f"python{wanted}").specifier.contains(platform.python_version()):
        return Finding("Python", OK, f"{says} ({sys.prefix})")
    return Finding("Python", BROKEN, f"{says}, expected {wanted}", "use another Python")


def check_required():
    """The packages without which nothing works."""
    requirements = required_by()
    problems = problems_of(requirements)
    if problems:
        return Finding("packages", BROKEN, "; ".join(problems), f"pip install '{PACKAGE}'")
    return Finding("packages", OK, f"all {len(requirements)} that are needed")


def check_extra(extra):
    """The packages of one extra."""
    requirements = required_by(extra)
    install = f"pip install '{PACKAGE}[{extra}]'"
    if not requirements:
        return Finding(f"[{extra}]", NOTE, "not known to this installation, an older one", install)
    problems = problems_of(requirements)
    if problems:
        says = f"for {EXTRAS[extra]}: {'; '.join(problems)}"
        return Finding(f"[{extra}]", NOTE, says, install)
    found = ", ".join(f"{r.name} {_version(r.name)}" for r in requirements)
    return Finding(f"[{extra}]", OK, found)


def required_by(extra="") -> list[Requirement]:
    """What the package, or one of its extras alone, requires on this Python and system."""
    every = map(Requirement, importlib.metadata.requires(PACKAGE))
    if not extra:
        return [r for r in every if _wanted(r, "")]
    return [r for r in every if _wanted(r, extra) and not _wanted(r, "")]


def problems_of(requirements) -> list[str]:
    """Words about each requirement that is missing or of another version."""
    return [problem for requirement in requirements if (problem := _problem(requirement))]


def _wanted(requirement, extra):
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def _problem(requirement):
    version = _version(requirement.name)
    if version is None:
        return f"{requirement.name} is missing"
    if not requirement.specifier.contains(version, prereleases=True):
        return f"{requirement.name} is {version}, expected {requirement.specifier}"
    return ""


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
