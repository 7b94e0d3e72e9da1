"""A proof as a tree of text: what several steps rest on is unfolded once, articles are numbered notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from subvent.diagnostics import Citation, Language, Place, Text
from subvent.display import harmless
from subvent.explain.layout import wrap
from subvent.result import Plan, PolicyUse, Step

_AGAIN = Text("（见上）", " (see above)")
_MORE = Text(" … 另有 {count} 步", " … further steps: {count}")
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
            # A phrase that stands within another one says nothing more.
            whole = [one for one in phrases if not any(one in other and one != other for other in phrases)]
            quoted = "".join(f"「{phrase}」" for phrase in whole)
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


def legend(policy: PolicyUse, language: Language) -> str:
    """A document's number and title; the title alone where that is the shorter form of the number."""
    title = policy.title.in_(language)
    name = document_name(policy.document, {policy.document: title})
    return name if title == name or title in policy.document else f"{name} {title}"


def tree(
    steps: Sequence[Step], root: int, notes: Notes, language: Language, columns: int, depth: int | None = None
) -> Iterator[str]:
    """The lines of the proof of a step, down to `depth` levels below it (None: all).

    What lies deeper is counted where it is left out, and its articles are cited there.
    `columns` is the width of the terminal.
    """
    unfolded: set[int] = set()
    # (index, its level, what stands before the line, what stands before the lines below it)
    waiting: list[tuple[int, int, str, str]] = [(root, 0, "", "")]
    while waiting:
        index, level, first, rest = waiting.pop()
        step = steps[index]
        again = index in unfolded and bool(step.children)
        cut = level == depth and bool(step.children) and not again
        # What is left out still has its articles: they stand where it is counted.
        told = below(steps, [index]) if cut else [index]
        shown = harmless(step.text.in_(language)) + notes.marks(c for i in told for c in steps[i].citations)
        shown += _AGAIN.in_(language) if again else place_shown(step.place)
        if cut:
            shown += _MORE.in_(language).format(count=len(told) - 1)
        hanging = rest + (_DOWN if step.children and not again and not cut else _NONE)
        yield from wrap(shown, columns, first, hanging)
        if cut or again:
            continue
        unfolded.add(index)
        for number, child in enumerate(reversed(step.children)):
            last = number == 0
            lead, under = (_LAST, _NONE) if last else (_BRANCH, _DOWN)
            waiting.append((child, level + 1, rest + lead, rest + under))


def below(steps: Sequence[Step], roots: Iterable[int]) -> list[int]:
    """The steps of some proofs, the roots included, in the order in which they are first met."""
    found: dict[int, None] = {}
    waiting = list(roots)[::-1]
    while waiting:
        index = waiting.pop()
        if index not in found:
            found[index] = None
            waiting += steps[index].children[::-1]
    return list(found)


def place_shown(place: Place | None) -> str:
    """Where a fact stands; the file is the one that was asked about and is not repeated."""
    if place is None:
        return ""
    spot = (
        "!".join(filter(None, (place.sheet, place.cell)))
        if place.sheet
        else ":".join(str(n) for n in (place.line, place.column) if n)
    )
    return f"  ({harmless(spot)})" if spot else ""


def levels(steps: Sequence[Step], roots: Sequence[int]) -> int:
    """How many levels the deepest of some proofs goes below its root, each step unfolded where first met."""
    seen = set(roots)
    level, deepest = list(roots), 0
    while level := list(dict.fromkeys(c for i in level for c in steps[i].children if c not in seen)):
        seen |= set(level)
        deepest += 1
    return deepest
