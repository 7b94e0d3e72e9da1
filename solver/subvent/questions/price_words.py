"""Provisions in words: what each says of whom, and which of its phrases tells it best."""

from __future__ import annotations

from subvent.diagnostics import Text
from subvent.explain.templates import fill
from subvent.explain.words import Words, both, in_a_sentence
from subvent.logic.terms import Atom, parse
from subvent.policy.provisions import Kind, Provision
from subvent.policy.types import PolicySet

_ANYONE = both("…")
_MOST_ARGUMENTS = 9
_ABOUT: dict[Kind, Text] = {
    "threshold": Text("“{name}”的起点", "threshold of {name}"),
    "cap": Text("“{name}”的上限", "cap of {name}"),
}


def label_of(provision: Provision, policies: PolicySet, words: Words) -> Text:
    """What a provision is called: by the words of its limit, condition or benefit, else by its article.

    What differs from one instance to another is shown as an ellipsis.
    """
    kind, name = provision.named.kind, provision.named.name
    article = next(
        pack.articles[provision.named.article] for pack in policies.packs if pack.id == provision.pack
    )
    if kind in _ABOUT:
        if atom := _ground(provision.head):
            told = words.atom(atom)
            if atom[0] == kind:
                return told
        about = words.benefits[name].label if name in words.benefits else in_a_sentence(article)
        return fill_named(_ABOUT[kind], about)
    labels = {
        c.name: c.label
        for pack in policies.packs
        for c in (pack.conditions if kind == "condition" else pack.limits)
    }
    return fill(labels[name], [_ANYONE] * _MOST_ARGUMENTS) if name in labels else in_a_sentence(article)


def fill_named(template: Text, name: Text) -> Text:
    """A template with its `{name}` filled in."""
    return Text(template.zh.format(name=name.zh), template.en.format(name=name.en))


def _ground(head: str) -> Atom | None:
    """The atom that a head states without variables; None when it has some, or calls a function."""
    try:
        term = parse(head)
    except RuntimeError:
        return None
    return term if isinstance(term, tuple) else None


def best_phrases(provision: Provision, label: Text) -> tuple[str, ...]:
    """The phrases of a provision, the most telling first.

    Of those that state its numbers equally well that comes first which shares most with its label.
    """
    pairs = {label.zh[i : i + 2] for i in range(len(label.zh) - 1)}

    def unlike(phrase: str) -> int:
        return -sum(pair in phrase for pair in pairs)

    telling = sorted(provision.telling, key=unlike)
    return (*telling, *(phrase for phrase in provision.phrases if phrase not in telling))
