"""A bar of `tqdm`, if it is installed and wanted."""

from __future__ import annotations

import sys
from importlib import import_module
from types import TracebackType
from typing import Any, Optional, Sized, Type

from ._stream import Counting


class Progress:
    """- wanted: True shows it, False does not, None shows it on a terminal."""

    def __init__(self, wanted: Optional[bool], source: Any) -> None:
        self.bar: Any = None
        if wanted or (wanted is None and sys.stderr is not None and sys.stderr.isatty()):
            try:
                tqdm: Any = import_module("tqdm")
            except ImportError:
                return
            total = len(source) if isinstance(source, Sized) else None
            self.bar = tqdm.tqdm(total=total, unit=" examples", unit_scale=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        value: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if self.bar is not None:
            self.bar.close()

    def update(self, counts: Counting) -> None:
        if self.bar is not None:
            self.bar.set_postfix(kept=counts.kept, dropped=counts.dropped, refresh=False)
            self.bar.update(counts.read - self.bar.n)
