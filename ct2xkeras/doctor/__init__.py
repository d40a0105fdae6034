"""What `ct2xkeras doctor` looks at: the machine, the packages, and whether they work together."""

from ct2xkeras.doctor.examination import examine
from ct2xkeras.doctor.finding import Finding

__all__ = ["Finding", "examine"]
