"""A proof as a tree of text: what several steps rest on is unfolded once, articles are numbered notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from subvent.diagnostics import Citation, Language, Place, Text
from subvent.display import harmless
from subvent.explain.layout import wrap
from subvent.result import Plan, Step

_AGAIN = Text("（见上）", " (see above)")
_BRANCH, _LAST, _DOWN, _NONE = "├─ ", "└─ ", "│  ", "   "


class Notes:
    """Articles by number, in the order in which they are first cited."""

    def __init__(self, plan: Plan, language: Language) -> None:
        self._language = language
        self._titles = {policy.document: policy.title.in_(language) for policy in plan.policies}
        self._cited: dict[tuple[str, str], dict[str, None]] = {}

    def __bool__(self) -> bool:
        return bool(self._cited)

    def marks(self, citations: Iterable[Citation]) -> str:
        """The marks of the articles that are cited, such as ` [1][3]`."""
        numbers: dict[int, None] = {}
        for citation in citations:
            article = (citation.document, citation.article)
            self._cited.setdefault(article, {})[citation.phrase] = None
            numbers[list(self._cited).index(article) + 1] = None
        return " " + "".join(f"[{number}]" for number in numbers) if numbers else ""

    def lines(self, columns: int) -> Iterator[str]:
        """The notes: each article with the phrases that were cited."""
        for number, ((document, article), phrases) in enumerate(self._cited.items(), 1):
            quoted = "".join(f"「{phrase}」" for phrase in phrases)
            shown = (
                f"{document_name(document, self._titles)} {article_name(article, self._language)} {quoted}"
            )
            yield from wrap(harmless(shown), columns, f"[{number}] ")


def article_name(article: str, language: Language) -> str:
    """An article as people cite it; what does not begin with a number is called as it is."""
    if not article[:1].isdigit():
        return article
    return f"第{article}条" if language == "zh" else f"art. {article}"


def document_name(document: str, titles: Mapping[str, str]) -> str:
    """A document's number; a title where that is shorter."""
    title = titles.get(document, document)
    return title if len(title) < len(document) else document


def tree(steps: Sequence[Step], root: int, notes: Notes, language: Language, columns: int) -> Iterator[str]:
    """The lines of the proof of a step. `columns` is the width of the terminal."""
    unfolded: set[int] = set()
    # (index, what stands before the line, what stands before the lines below it)
    waiting: list[tuple[int, str, str]] = [(root, "", "")]
    while waiting:
        index, first, rest = waiting.pop()
        step = steps[index]
        again = index in unfolded and bool(step.children)
        shown = harmless(step.text.in_(language)) + notes.marks(step.citations)
        shown += _AGAIN.in_(language) if again else place_shown(step.place)
        below = rest + (_DOWN if step.children and not again else _NONE)
        yield from wrap(shown, columns, first, below)
        if index in unfolded:
            continue
        unfolded.add(index)
        for number, child in enumerate(reversed(step.children)):
            ends = number == 0
            waiting.append((child, rest + (_LAST if ends else _BRANCH), rest + (_NONE if ends else _DOWN)))


def place_shown(place: Place | None) -> str:
    """Where a fact stands; the file is the one that was asked about and is not repeated."""
    if place is None:
        return ""
    spot = (
        f"{place.sheet}!{place.cell}"
        if place.sheet
        else ":".join(str(n) for n in (place.line, place.column) if n)
    )
    return f"  ({harmless(spot)})" if spot else ""
