"""A sheet of the result workbook: made for print, with text that stays text and money that is numbers."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from subvent.diagnostics import Citation, Language, Text
from subvent.display import harmless
from subvent.explain.tree import article_name
from subvent.money import FEN_PER_WAN, FEN_PER_YUAN
from subvent.portfolio.xlsx_output import LONGEST_TEXT
from subvent.report.workbook_cells import Across, Exact, Indented, Middle, Named, Shown, Wan, Yuan
from subvent.result import PolicyUse

_A4 = 9
_BORDER, _HEADER_FILL, _TOTAL_FILL, _HEADING_FILL = "#BFBFBF", "#DCE6F1", "#F2F2F2", "#E2EFDA"
_LINK = "#0563C1"
_HEADING: Mapping[str, Any] = {"bold": True, "bg_color": _HEADING_FILL}
_YUAN_FORMAT, _WAN_FORMAT = "#,##0.00_ ", "#,##0.00????_ "
"""The points of a column stand below each other, however many digits follow."""
_FONT_SIZE = 9
"""In points: no sheet is so wide that print on A4 shrinks it by more than a tenth."""
_LINE_HEIGHT, _PADDING, _HIGHEST_ROW = 13, 1, 400
"""In points; Excel takes 409 at most."""
_INDENT, _MOST_INDENTED = 2, 15
"""Half-width characters that a level takes, and the levels that Excel indents a text by."""
_LETTERS, _DIGITS = 7, 6
"""As many half-width characters of this size fill the width of so many of Excel's columns' characters."""


class Formats:
    """The formats of a result workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **properties: object) -> Format:
        """The format with these XlsxWriter properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(dict(properties))
        return self._made[key]


@dataclass(frozen=True, slots=True)
class Output:
    """The workbook that is being written: its formats, its language, and short names of documents."""

    book: Workbook
    formats: Formats
    language: Language
    titles: Mapping[str, str]
    """Of each document with a name longer than its title, the title."""


def short_titles(policies: Sequence[PolicyUse], language: Language) -> dict[str, str]:
    """What documents are called in print: the title, where it is shorter than the name and only theirs."""
    titles = {policy.document: policy.title.in_(language) for policy in policies}
    shared = Counter(titles.values())
    return {
        document: title
        for document, title in titles.items()
        if title and _half_widths(title) < _half_widths(document) and shared[title] == 1
    }


class Page:
    """One sheet, written from the top down. Columns are given with their titles and widths."""

    def __init__(self, output: Output, name: Text, columns: Sequence[tuple[Text, int]]) -> None:
        self.formats = output.formats
        self.language: Language = output.language
        self.titles = output.titles
        self.sheet = output.book.add_worksheet(name.in_(output.language))
        self.columns = columns
        self.width = len(columns)
        self.row = 0
        self._set_up_print()
        for number, (_, width) in enumerate(columns):
            self.sheet.set_column(number, number, width)

    def _set_up_print(self) -> None:
        self.sheet.set_landscape()
        self.sheet.set_paper(_A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.35, right=0.35, top=0.4, bottom=0.5)
        # No date of the day it is printed on: a print must be the same on every day.
        self.sheet.set_footer("&L&8&A&C&8&P / &N")
        self.sheet.hide_gridlines(2)

    def say(self, text: Text) -> str:
        """A text of ours in the language of the workbook."""
        return text.in_(self.language)

    def cite(self, citations: Iterable[Citation], quoted: set[Citation] | None = None) -> str:
        """The articles cited, a line a document; with `quoted`, each with its words unless in there.

        What is quoted is added to it.
        """
        cited = list(citations)
        new = set() if quoted is None else set(cited) - quoted
        if quoted is not None:
            quoted |= new
        return sources(cited, self.language, self.titles, new)

    def foldable(self) -> None:
        """Rows fold under the one above them."""
        self.sheet.outline_settings(symbols_below=False)

    def title(self, text: Text) -> None:
        """The heading of the sheet."""
        self.sheet.set_row(self.row, 26)
        self._string(0, self.say(text), self.formats.of(bold=True, font_size=16, valign="vcenter"))
        self.row += 1

    def remark(self, text: str) -> None:
        """A line of small text, running across the sheet."""
        self._string(0, text, self.formats.of(font_color="#595959", font_size=_FONT_SIZE))
        self.row += 1

    def gap(self) -> None:
        """A blank line."""
        self.row += 1

    def section(self, text: Text) -> None:
        """The heading of a further part of the sheet."""
        self.gap()
        self._string(0, self.say(text), self.formats.of(bold=True, font_size=13))
        self.row += 1

    def sign(self, names: Sequence[Text], date: Text) -> None:
        """Lines to sign on, each with its date, that stay together on one page."""
        self.gap()
        form = self.formats.of(font_size=_FONT_SIZE, bottom=1, border_color=_BORDER, valign="bottom")
        for name in names:
            self.sheet.set_row(self.row, 2 * _LINE_HEIGHT)
            for column, text in ((2, self.say(name)), (3, self.say(date))):
                self._string(column, text, form)
            self.row += 1

    def filter(self, first: int) -> None:
        """Drop-downs in the header above row `first`, for the rows from there to the last one written."""
        if self.row > first:
            self.sheet.autofilter(first - 1, 0, self.row - 1, len(self.columns) - 1)

    def link(self, row: int, number: int, to: Page, target: int, *, heading: bool = False) -> None:
        """Make of the number at the beginning of a row, or of a heading, a way to a row of another sheet."""
        frame = _frame(_HEADING if heading else {})
        form = self.formats.of(**frame, num_format="0", align="center", font_color=_LINK, underline=1)
        self.sheet.write_url(row, 0, f"internal:'{to.sheet.get_name()}'!A{target + 1}", form, str(number))
        self.sheet.write_number(row, 0, number, form)  # it stays a number, to sort and to filter by

    def header(self, titles: Sequence[Text] | None = None, *, repeat: bool = False) -> None:
        """A header row: the sheet's own, or another one; `repeat` freezes it and prints it on every page.

        A title runs over the empty ones that follow it.
        """
        form = self.formats.of(
            bold=True,
            font_size=_FONT_SIZE,
            text_wrap=True,
            align="center",
            valign="vcenter",
            border=1,
            border_color=_BORDER,
            bg_color=_HEADER_FILL,
        )
        shown = titles or [title for title, _ in self.columns]
        self.width = len(shown)
        self.sheet.set_row(self.row, 2 * _LINE_HEIGHT + _PADDING)
        for number, text in enumerate(map(self.say, shown)):
            last = number + 1
            while last < len(shown) and not self.say(shown[last]):
                last += 1
            if text and last > number + 1:
                self.sheet.merge_range(self.row, number, self.row, last - 1, "", form)
            if text:
                self._string(number, text, form)
        if repeat:
            self.sheet.freeze_panes(self.row + 1, 0)
            self.sheet.repeat_rows(self.row)
        self.row += 1

    def heading(self, cells: Sequence[Shown]) -> None:
        """A row that opens a group of rows."""
        self.write(cells, **_HEADING)

    def total(self, cells: Sequence[Shown]) -> None:
        """A row of totals."""
        self.write(cells, bold=True, bg_color=_TOTAL_FILL, top=2)

    def write(
        self,
        cells: Sequence[Shown],
        *,
        fold: int = 0,
        hidden: bool = False,
        folded: bool = False,
        **extra: Any,
    ) -> None:
        """A row of a table, each cell by its kind.

        `fold`: how many levels of rows it folds under; `hidden` if it is; `folded`: what is below it is.
        """
        frame = _frame(extra)
        # Excel fits the height to wrapped text when it opens a file; other programs, and print, do not.
        lines_taken = max(self._lines(number, shown) for number, shown in enumerate(cells))
        height = min(_LINE_HEIGHT * lines_taken + _PADDING, _HIGHEST_ROW)
        options = {"level": fold, "hidden": hidden, "collapsed": folded} if fold or folded else {}
        self.sheet.set_row(self.row, height, options=options)
        for number in range(max(len(cells), self.width)):
            self._cell(number, cells[number] if number < len(cells) else None, frame)
        # Over the blank cells, which give it their borders.
        for number, shown in enumerate(cells):
            if isinstance(shown, Across):
                self._across(number, shown, frame)
        self.row += 1

    def _room(self, column: int, columns: int = 1) -> int:
        """How many half-width characters a line has in these columns."""
        width = sum(width for _, width in self.columns[column : column + columns]) - 1
        return max(1, width * _LETTERS // _DIGITS)

    def _lines(self, column: int, shown: Shown) -> int:
        """How many lines a text takes in its column."""
        match shown:
            case Across(columns, text):
                room = self._room(column, columns)
            case Named(name, identity):
                text, room = self._name(column, name, identity), self._room(column)
            case Indented(level, text):
                room = max(1, self._room(column) - _INDENT * min(level, _MOST_INDENTED))
            case str():
                text, room = shown, self._room(column)
            case _:
                return 1
        return sum(max(1, -(-_half_widths(line) // room)) for line in text.split("\n"))

    def _name(self, column: int, name: str, identity: str) -> str:
        """A name with its id on one line, or below it where both do not fit."""
        text = named(name, identity)
        head, opening, tail = text.rpartition("（")
        fits = not head or _half_widths(text) <= self._room(column)
        return text if fits else f"{head}\n{opening}{tail}"

    def _across(self, column: int, shown: Across, frame: dict[str, object]) -> None:
        form = self.formats.of(**frame, text_wrap=True)
        last = column + shown.columns - 1
        self.sheet.merge_range(self.row, column, self.row, last, "", form)
        self._string(column, shown.text, form)

    def _cell(self, column: int, shown: Shown, frame: dict[str, object]) -> None:
        match shown:
            case None | "" | Across():
                self.sheet.write_blank(self.row, column, None, self.formats.of(**frame))
            case Yuan(fen):
                self._number(column, Fraction(fen, FEN_PER_YUAN), _YUAN_FORMAT, frame)
            case Wan(fen):
                self._number(column, Fraction(fen, FEN_PER_WAN), _WAN_FORMAT, frame)
            case Exact(yuan):
                self._number(column, Fraction(yuan), _WAN_FORMAT, frame)
            case int():
                form = self.formats.of(**frame, num_format="0", align="center")
                self.sheet.write_number(self.row, column, shown, form)
            case Named(name, identity):
                text = self._name(column, name, identity)
                self._string(column, text, self.formats.of(**frame, text_wrap=True))
            case Indented(level, text):
                indent = min(level, _MOST_INDENTED)
                form = self.formats.of(**frame, text_wrap=True, align="left", indent=indent)
                self._string(column, text, form)
            case Middle(text):
                self._string(column, text, self.formats.of(**frame, text_wrap=True, align="center"))
            case str():
                self._string(column, shown, self.formats.of(**frame, text_wrap=True))

    def _number(self, column: int, value: Fraction, number_format: str, frame: dict[str, object]) -> None:
        """A number for people to read and add up; the exact one is in the plan as JSON."""
        self.sheet.write_number(
            self.row, column, float(value), self.formats.of(**frame, num_format=number_format)
        )

    def _string(self, column: int, text: str, form: Format) -> None:
        # write_string, because write() takes a text that begins with = for a formula.
        self.sheet.write_string(self.row, column, text[:LONGEST_TEXT], form)


def _frame(extra: Mapping[str, object]) -> dict[str, object]:
    """The format of a cell of a table."""
    return {"font_size": _FONT_SIZE, "valign": "top", "border": 1, "border_color": _BORDER, **extra}


def lines(parts: Iterable[str]) -> str:
    """Texts below each other in one cell, each on a line of its own, whatever a file put into them."""
    return "\n".join(dict.fromkeys(harmless(part) for part in parts if part))


def sources(
    citations: Iterable[Citation],
    language: Language,
    titles: Mapping[str, str],
    quoted: Collection[Citation] = (),
) -> str:
    """The articles cited, each once, with the words of those to be `quoted`.

    A line a document, which is called by its title in `titles`.
    """
    by_document: dict[str, dict[str, list[Citation]]] = {}
    for citation in dict.fromkeys(citations):
        articles = by_document.setdefault(citation.document, {})
        articles.setdefault(article_name(citation.article, language), []).append(citation)
    colon, comma, stop = ("：", "、", "；") if language == "zh" else (": ", ", ", "; ")
    told = []
    for document, articles in by_document.items():
        words = {name: phrases(c for c in cited if c in quoted) for name, cited in articles.items()}
        each = filter(None, (name + said for name, said in words.items()))
        joint = stop if any(words.values()) else comma
        told.append(colon.join(filter(None, (titles.get(document, document), joint.join(each)))))
    return lines(told)


def _half_widths(text: str) -> int:
    """The width of a text in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def phrases(citations: Iterable[Citation]) -> str:
    """The words cited, each once, in the quotation marks of Chinese documents."""
    return "".join(dict.fromkeys(f"「{harmless(c.phrase)}」" for c in citations if c.phrase))


def named(name: str, identity: str) -> str:
    """A row by its name and id, or its id alone where it has no name."""
    return harmless(f"{name}（{identity}）" if name and name != identity else identity)


def wan_text(fen: int) -> str:
    """An amount as words say it: 4,900.00万元, to the fen."""
    digits = f"{Decimal(fen).scaleb(-6):,f}"
    whole, _, part = digits.partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}万元"


def fraction_note(yuan: str) -> str:
    """An amount that has no finite decimal form, in full, with its whole fen; empty for any other."""
    if "/" not in yuan:
        return ""
    value = Fraction(yuan)
    floor = Decimal(value.numerator * FEN_PER_YUAN // value.denominator) / FEN_PER_YUAN
    return f"{yuan} → {floor.quantize(Decimal('0.01'), rounding=ROUND_FLOOR):,f}"
