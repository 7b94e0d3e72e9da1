"""A pack's own bound on a sum of money, `&cap(K) { Q,… : …; … } <= N :- ….`, told as plain rules.

What a set of claims adds to it then follows like any other atom, without a model of the decision.
"""

from __future__ import annotations

from subvent.policy.parsed import parsed
from subvent.policy.tokens import CLOSE, OPEN, tokenise
from subvent.policy.types import Rule

SUMMAND = "_summand"
"""`_summand(ID,K,N,E)`: the element E, a tuple whose first part is money, counts towards the bound N."""
_SUM = "cap"


def is_own_sum(rule: Rule) -> bool:
    """Whether a rule bounds a sum of money in a pack's own words."""
    statement = parsed(rule)
    return bool(rule.document) and statement.kind == "theory" and statement.heads[0].name == _SUM


def summands(rule: Rule) -> str:
    """What `is_own_sum` finds as rules for `SUMMAND`, one an element."""
    elements, bound, body = _parts(rule)
    name = parsed(rule).heads[0].args
    key = rule.text[name[0].begin : name[-1].end] if name else _SUM
    lines = []
    for element, condition in elements:
        premises = ", ".join(filter(None, (condition, body)))
        head = f'{SUMMAND}("{rule.id}",{key},{bound},({element},))'
        lines.append(f"{head} :- {premises}." if premises else f"{head}.")
    return "\n".join(lines)


def _parts(rule: Rule) -> tuple[list[tuple[str, str]], str, str]:
    """The elements with their conditions, the bound and the body, as text."""
    cuts: list[tuple[str, int, int]] = []
    opened: list[str] = []
    for token in tokenise(rule.text)[0]:
        if opened == ["{"] and token.text in (":", ";", "}"):
            cuts.append((token.text, token.begin, token.begin + 1))
        if not opened and token.text in ("{", "<=", ":-", "."):
            cuts.append((token.text, token.begin, token.begin + len(token.text)))
        if token.text in OPEN:
            opened.append(token.text)
        elif token.text in CLOSE:
            opened.pop()
    said = [
        (mark, rule.text[end:until].strip())
        for (mark, _, end), (_, until, _) in zip(cuts, [*cuts[1:], ("", len(rule.text), 0)], strict=True)
    ]
    elements: list[tuple[str, str]] = []
    for mark, words in said:
        if mark in ("{", ";"):
            elements.append((words, ""))
        elif mark == ":":
            elements[-1] = (elements[-1][0], words)
    told = dict(said)
    return [one for one in elements if one[0]], told.get("<=", ""), told.get(":-", "")
