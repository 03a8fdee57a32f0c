"""What a connection must find again when it is made anew: the corpora that were opened on it."""

from __future__ import annotations

import warnings
from typing import Any, Dict, Optional

from .errors import CorpusLost, ThresherWarning


class OpenCorpus:
    """A corpus as it was when it was seen last.

    `decisions` is how many are known to have been taken, at least: a corpus that has fewer has lost
    its memory. `generation` counts how often it was opened; what was asked before the last time may
    be in the number that the daemon told then, and is not counted again.
    """

    def __init__(self, name: str, settings: Optional[Dict[str, Any]]) -> None:
        self.name = name
        self.settings = settings
        self.decisions: Optional[int] = None
        self.resolved: Dict[str, Any] = {}
        self.may_start_over = False
        self.generation = 0
        # A corpus that is only judged with has nothing to lose.
        self.has_memory = True

    def params(self) -> Dict[str, Any]:
        params: Dict[str, Any] = {"corpus": self.name}
        if self.settings is not None:
            params["settings"] = self.settings
        return params

    def opened(self, result: Dict[str, Any]) -> None:
        """Takes the answer to `corpus/open`.

        :raises CorpusLost: it has forgotten decisions, and may not start over.
        """
        self.generation += 1
        known, found = self.decisions, int(result["sequence"])
        self.resolved = result["settings"]
        if known is not None and self.has_memory and (found < known or result["created"]):
            text = (
                f'the daemon came back without the memory of corpus "{self.name}" ({found} of {known} '
                "decisions); a daemon with a state keeps it: connect(state=DIRECTORY)"
            )
            if not self.may_start_over:
                raise CorpusLost(text)
            warnings.warn(text, ThresherWarning, stacklevel=2)
            self.decisions = found
            return
        self.decisions = found if known is None else max(known, found)

    def decided(self, count: int, generation: int) -> None:
        """Takes note of new decisions, asked for when the corpus had been opened so often."""
        if self.has_memory and generation == self.generation and self.decisions is not None:
            self.decisions += count
