"""Writes workbooks whole or not at all, and never lets a text become a formula."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.workbook import Workbook

from subvent.diagnostics import Place, SubventError, Text, diagnostic
from subvent.process.foreign import refusal

LONGEST_TEXT = 32_000
"""Characters that are put into one cell; Excel takes 32,767, XlsxWriter drops what is longer."""

_CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 - a workbook's dates have no zone
"""The creation date in every workbook: the same content gives the same bytes on every day."""

TOO_LARGE = Text("内容超出工作簿的容量", "there is more than a workbook takes")
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def new_workbook(path: Path, *, overwrite: bool, title: str = "") -> Iterator[Workbook]:
    """An XlsxWriter workbook that takes its place at `path` when the block ends without an error.

    It is built beside its target, so that a failure leaves whatever stood there. Raises SubventError
    when the file exists and `overwrite` is not set, or when it cannot be written, for instance because
    Excel holds it open.
    """
    place = Place(str(path))
    if not overwrite and path.exists():
        raise SubventError(diagnostic("xlsx.exists", place))
    try:
        handle, name = tempfile.mkstemp(prefix=".subvent-", suffix=".xlsx", dir=path.parent)
    except OSError as error:
        raise _refused(place, error) from error
    os.close(handle)
    draft = Path(name)
    try:
        book = xlsxwriter.Workbook(name, dict(_OPTIONS))
        book.set_properties({"title": title, "author": "subvent", "created": _CREATED})
        yield book
        _finish(book, draft, path)
    except OSError as error:
        raise _refused(place, error) from error
    except XlsxWriterException as error:
        raise SubventError(diagnostic("xlsx.cannot-write", place, reason=TOO_LARGE)) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _finish(book: Workbook, draft: Path, path: Path) -> None:
    book.close()
    # mkstemp makes files for the owner alone; a workbook is shared like any other document.
    mask = os.umask(0)
    os.umask(mask)
    draft.chmod(0o666 & ~mask)
    draft.replace(path)


def _refused(place: Place, error: OSError) -> SubventError:
    if isinstance(error, PermissionError):
        return SubventError(diagnostic("xlsx.held-open", place))
    return SubventError(diagnostic("xlsx.cannot-write", place, reason=refusal(error)))
