"""What one check found."""

from dataclasses import dataclass

OK, NOTE, BROKEN = "ok", "note", "broken"


@dataclass(frozen=True)
class Finding:
    """One line of the examination.

    Args:
        name: what was looked at.
        state: `ok`; `note` where something may be missed; `broken` where something cannot work.
        says: what is there.
        mend: the command or step that changes it; empty where nothing need be done.
    """

    name: str
    state: str
    says: str
    mend: str = ""
