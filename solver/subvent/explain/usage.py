"""How much of a limit or of a shared cap a plan uses: the total against the bound, with the largest parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import floor

from subvent.diagnostics import Text
from subvent.explain.finished import Finished
from subvent.explain.quantities import number, wan
from subvent.explain.room import Room
from subvent.explain.words import Words, both, joined
from subvent.logic.exact import MILLION, evaluate, to_fen
from subvent.logic.terms import Atom, Term, order_key, text
from subvent.result import LimitUse

_LARGEST = 3
"""Parts of a sum that are named."""
_ATOMS = (("counts", 2), ("group", 3), ("draws", 2), ("draws", 3))
_KINDS = frozenset(kind for kind, _ in _ATOMS)


class Usage:
    """What the claims of a plan use of its limits.

    `fen` says what each claim of the plan counts. Where these are not all claims, but all of some connected
    rows, `known` says what the plan tells of the limits that name no row. Nothing is told of limits until
    there are claims `anywhere` (None: among these).
    """

    def __init__(
        self,
        finished: Finished,
        words: Words,
        fen: Mapping[Atom, int],
        known: Mapping[str, LimitUse] | None = None,
        *,
        anywhere: bool | None = None,
    ) -> None:
        self._anywhere = bool(fen) if anywhere is None else anywhere
        self._finished, self._words, self._fen, self._known = finished, words, fen, known
        self.room = Room(finished, fen, finished.atoms)
        self._told: dict[tuple[str, Term], Text | None] = {}

    def tells(self, name: str) -> bool:
        """Whether atoms of this name say what claims count for."""
        return name in _KINDS

    def of(self, atom: Atom) -> Text | None:
        """The total against the bound of what an atom says that a claim of the plan counts for."""
        claim = atom[3 if atom[0] == "group" else 2] if atom[0] in _KINDS else None
        return self._of_limit(atom[0], atom[1]) if claim in self._fen else None

    def named(self, atom: Atom) -> Text:
        """The limit that an atom says some claim counts for: its label, and the total against the bound."""
        limit, used = self._words.limit(atom[1]), self._of_limit(atom[0], atom[1])
        return limit if used is None else self._words.say("used", text=limit, usage=used)

    def held(self, atom: Atom) -> bool:
        """Whether what was filed before takes a place under the limit that an atom counts for."""
        taken = self._finished.last_argument("taken", 2, atom[1])
        return bool(taken) or self._finished.first("held_group", 2, atom[1]) is not None

    def used_up(self, draws: Iterable[Atom]) -> list[Atom]:
        """Of the atoms by which claims draw on shared caps those whose caps are used up."""
        return [atom for atom in draws if self._is_used_up(atom[1])]

    def is_fed(self, draws: Atom) -> bool:
        """Whether an atom is of a claim that draws on what others are paid."""
        return any(self._finished.first(word, 3, draws[1]) is not None for word in ("feeds", "fed_by"))

    def is_empty(self, cap: Term) -> bool:
        """Whether a shared cap is nothing by itself, and neither the plan nor an earlier claim adds to it."""
        filled = self._finished.last_argument("filled", 2, cap)
        return filled is not None and not evaluate(filled) and not self.room.left(cap)

    def shared(self) -> dict[Term, LimitUse]:
        """What is used of the limits that name no row, in canonical order."""
        found: dict[Term, LimitUse] = {}
        for kind, arity in _ATOMS:
            for atom in self._finished.all(kind, arity):
                limit = atom[1]
                used = self.of(atom) if limit not in found and self._names_no_row(limit) else None
                if used is not None:
                    up = kind == "draws" and self._is_used_up(limit)
                    found[limit] = LimitUse(text(limit), used, up)
        return {limit: found[limit] for limit in sorted(found, key=order_key)}

    def _names_no_row(self, limit: Term) -> bool:
        parts = limit[1:] if isinstance(limit, tuple) else ()
        return not any(self._words.is_row(part) for part in parts)

    def _of_limit(self, kind: str, limit: Term) -> Text | None:
        if not self._anywhere or kind not in _KINDS:
            return None
        if self._known is not None and self._names_no_row(limit):
            known = self._known.get(text(limit))
            return None if known is None else known.text
        key = (kind, limit)
        if key not in self._told:
            tell = {"counts": self._counted, "group": self._grouped, "draws": self._drawn}[kind]
            self._told[key] = tell(limit)
        return self._told[key]

    def _is_used_up(self, pool: Term) -> bool:
        if self._known is not None and self._names_no_row(pool):
            known = self._known.get(text(pool))
            return known is not None and known.used_up
        return self.room.used_up(pool)

    def _counted(self, limit: Term) -> Text | None:
        bound = self._finished.last_argument("limit", 2, limit)
        if bound is None:
            return None
        used = [atom for atom in self._finished.all("counts", 2, limit) if atom[2] in self._fen]
        held = self._finished.last_argument("taken", 2, limit)
        return self._said("usage_counts", len(used), held, bound)

    def _grouped(self, limit: Term) -> Text | None:
        bound = self._finished.last_argument("group_limit", 2, limit)
        if bound is None:
            return None
        held = {atom[2] for atom in self._finished.all("held_group", 2, limit)}
        used = {atom[2] for atom in self._finished.all("group", 3, limit) if atom[3] in self._fen}
        return self._said("usage_groups", len(used - held), len(held), bound)

    def _said(self, phrase: str, used: int, held: Term | None, bound: Term) -> Text:
        before = self._words.say("usage_held", held=str(held)) if held else both("")
        return self._words.say(phrase, used=str(used), held=before, bound=str(bound))

    def _drawn(self, pool: Term) -> Text | None:
        room, parts = self.room.left(pool), self.room.parts(pool)
        if room is None:
            return None
        own, filled = (self._finished.last_argument(word, 2, pool) for word in ("pool_room", "filled"))
        spent = 0 if own is None or filled is None else floor(evaluate(filled) * MILLION) - to_fen(own)
        before = self._words.say("usage_spent", held=_money(spent)) if spent else both("")
        return self._words.say(
            "usage_draws",
            used=_money(sum(parts.values())),
            held=before,
            bound=_money(room + spent),
            fed=self._fed(pool),
            parts=self._words.say("usage_parts", parts=joined(self._largest(parts))) if parts else both(""),
        )

    def _fed(self, pool: Term) -> Text:
        """What adds to a shared cap: claims of the plan and what was filed before, with the share of each."""
        told = [
            (fen, self._words.say("usage_fed", claim=self._words.claim(claim), amount=_money(fen), rate=rate))
            for claim, fen, share in self.room.fed(pool)
            for rate in [number(share * 100)]
        ]
        for _, _, share, row in self._finished.all("fed_by", 3, pool):
            amount = self._finished.last_argument("value", 3, row, ("amount",))
            if amount is not None:
                paid, rate = _money(to_fen(amount)), number(evaluate(share))
                told.append(
                    (
                        to_fen(amount),
                        self._words.say("usage_fed", claim=self._words.term(row), amount=paid, rate=rate),
                    )
                )
        parts = [text for _, text in sorted(told, key=lambda one: -one[0])]
        return self._words.say("usage_parts", parts=joined(parts)) if parts else both("")

    def _largest(self, parts: Mapping[Atom, int]) -> Sequence[Text]:
        ranked = sorted(parts, key=lambda claim: (-parts[claim], order_key(claim)))
        told = [
            self._words.say("usage_part", claim=self._words.claim(claim), amount=_money(parts[claim]))
            for claim in ranked[:_LARGEST]
        ]
        if left := ranked[_LARGEST:]:
            amount = _money(sum(parts[claim] for claim in left))
            told.append(self._words.say("usage_rest", count=str(len(left)), amount=amount))
        return told


def _money(fen: int) -> str:
    return f"{wan(fen)}万元"
