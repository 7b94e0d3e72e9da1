"""What follows from rows: bounds propagation, and a search that shows a row to hold where others do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from subvent.audit.rows import FALSE, Literal, Rows, Terms

_PATIENCE = 20_000
"""Assignments after which a row counts as not shown; real ones take a few dozen."""


class Search:
    """The variables of rows with the bounds that are left to them."""

    def __init__(self, rows: Rows, fixed: Mapping[int, int]) -> None:
        self._rows = list(rows.rows.items())
        self._known = rows.rows
        self._members = rows.members
        self.low = [0] * len(rows.upper)
        self.high = list(rows.upper)
        for variable, value in fixed.items():
            self.low[variable] = self.high[variable] = value
        self._at: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        """By variable: the rows it stands in, with its weight there."""
        self._least: list[int] = []
        """By row: what its variables come to at the least."""
        self._widest: list[int] = []
        """By row: the most that a single variable of it can make a difference."""
        for number, (terms, _) in enumerate(self._rows):
            for variable, weight in terms:
                self._at[variable].append((number, weight))
            self._least.append(sum(a * (self.low[v] if a > 0 else self.high[v]) for v, a in terms))
            self._widest.append(max([abs(a) * (self.high[v] - self.low[v]) for v, a in terms], default=0))
        self._trail: list[tuple[int, int, int]] = []
        self._left = 0
        self.consistent = self._propagate(range(len(self._rows)))
        """Whether nothing contradicts itself at once."""
        self._trail.clear()

    def holds(self, terms: Terms, upper: int) -> bool:
        """Whether the row is shown to hold wherever the rows do; what it takes too long to show is not."""
        if not self.consistent:
            return False  # everything would follow, and nothing would be shown
        left = tuple((v, a) for v, a in terms if self.low[v] != self.high[v])
        rest = upper - self._decided(terms)
        if self._known.get(left, rest + 1) <= rest or self._most(left) <= rest:
            return True
        self._left = _PATIENCE
        return self._shown(left, rest)

    def _stands(self, left: list[tuple[int, int]], upper: int) -> bool:
        """Whether what is left of one of the rows says just this, or more."""
        for number, _ in self._at[left[0][0]]:
            terms, most = self._rows[number]
            same = left == [(v, a) for v, a in terms if self.low[v] < self.high[v]]
            if same and most - self._decided(terms) <= upper:
                return True
        return False

    def _decided(self, terms: Terms) -> int:
        """What the variables that have one value left come to."""
        return sum(a * self.low[v] for v, a in terms if self.low[v] == self.high[v])

    def _most(self, terms: Terms) -> int:
        return sum(a * (self.high[v] if a > 0 else self.low[v]) for v, a in terms)

    def _shown(self, terms: Terms, upper: int) -> bool:
        """Whether the row holds under what is assumed so far."""
        if self._most(terms) <= upper:
            return True
        open_ = [(v, a) for v, a in terms if self.low[v] < self.high[v]]
        if not open_:
            return self._shown_by_cases(terms, upper)
        variable, weight = max(open_, key=lambda one: abs(one[1]))
        if self.high[variable] != 1:
            return self._stands(open_, upper - self._decided(terms))
        worst = 1 if weight > 0 else 0
        return all(self._assumed([(variable, value)], terms, upper) for value in (worst, 1 - worst))

    def _shown_by_cases(self, terms: Terms, upper: int) -> bool:
        """Of a disjunction that is true, one literal is: the row has to hold whichever it is."""
        for variable in [v for v, _, _ in self._trail] + [v for v, _ in terms]:
            literals = self._members.get(variable, ())
            if literals and self.low[variable] == 1 and not any(map(self._true, literals)):
                return all(
                    self._assumed([(one, 1) if one >= 0 else (~one, 0)], terms, upper)
                    for one in literals
                    if not self._true(~one)
                )
        return False

    def _true(self, literal: int) -> bool:
        return self.low[literal] == 1 if literal >= 0 else self.high[~literal] == 0

    def false(self, literal: Literal) -> bool:
        """Whether the literal has no other value left."""
        return self._true(~literal) if isinstance(literal, int) else literal == FALSE

    def _assumed(self, values: Iterable[tuple[int, int]], terms: Terms, upper: int) -> bool:
        """Whether the row holds where these variables have these values."""
        self._left -= 1
        if self._left < 0:
            return False
        mark = len(self._trail)
        touched: list[int] = []
        for variable, value in values:
            self._bound(variable, value, value)
            touched += [number for number, _ in self._at[variable]]
        shown = not self._propagate(touched) or self._shown(terms, upper)
        while len(self._trail) > mark:
            self._set(*self._trail.pop())
        return shown

    def _bound(self, variable: int, low: int, high: int) -> None:
        self._trail.append((variable, self.low[variable], self.high[variable]))
        self._set(variable, low, high)

    def _set(self, variable: int, low: int, high: int) -> None:
        up, down = low - self.low[variable], high - self.high[variable]
        self.low[variable], self.high[variable] = low, high
        for number, weight in self._at[variable]:
            self._least[number] += weight * (up if weight > 0 else down)

    def _propagate(self, touched: Iterable[int]) -> bool:
        """Narrow the bounds until nothing more follows from any row alone; False when a row cannot hold."""
        waiting = list(touched)
        queued = set(waiting)
        low, high = self.low, self.high
        while waiting:
            number = waiting.pop()
            queued.discard(number)
            terms, upper = self._rows[number]
            slack = upper - self._least[number]
            if slack < 0:
                return False
            # Of a long row with room for each of its variables nothing follows, and it is not gone through.
            for variable, weight in terms if slack < self._widest[number] else ():
                if abs(weight) * (high[variable] - low[variable]) <= slack:
                    continue
                if weight > 0:
                    self._bound(variable, low[variable], low[variable] + slack // weight)
                else:
                    self._bound(variable, high[variable] - slack // -weight, high[variable])
                for other, _ in self._at[variable]:
                    if other not in queued:
                        queued.add(other)
                        waiting.append(other)
        return True
