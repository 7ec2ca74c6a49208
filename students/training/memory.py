"""The highest memory of a training, of the process and of the GPU.

Several students of a comparison are trained in one process, so the highest mark of memory is set back before each. Then
the figure of a student counts the libraries and what earlier students left behind, but not what these needed at most.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_SET_BACK, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
MEGABYTE = 1 << 20


class PeakMemory:
    """Measures the highest memory from its making on."""

    def __init__(self) -> None:
        """Set the marks back."""
        import torch

        self._gpu = torch.cuda.is_available()
        if self._gpu:
            torch.cuda.reset_peak_memory_stats()
        try:
            _SET_BACK.write_text("5")  # Linux: the highest resident set is the present one
            self.of_run = True
        except OSError:
            self.of_run = False  # elsewhere: the highest since the process began

    def facts(self) -> dict[str, int | bool | None]:
        """Return the highest memory in megabytes.

        :returns: ``process``, the resident set; ``gpu``, the tensors of ``torch`` there, ``None`` without a GPU; and
            ``of_run``, whether ``process`` counts from the beginning of this training.
        """
        import torch

        gpu = round(torch.cuda.max_memory_allocated() / MEGABYTE) if self._gpu else None
        return {"process": round(self._process() / MEGABYTE), "gpu": gpu, "of_run": self.of_run}

    def _process(self) -> int:
        if self.of_run:
            line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
            return int(line.split()[1]) * 1024
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
