"""Every sentence that an explanation can print is printed by a small corpus, in Chinese and in English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from types import ModuleType

import pytest
from tests.explain import corpus
from tests.explain.corpus import Printed

from subvent import asked, price_words
from subvent.diagnostics import Text
from subvent.explain import tree, why
from subvent.explain.lexicon import lexicon
from subvent.report import (
    text,
    text_alternatives,
    text_changes,
    text_conflict,
    text_price,
    text_readings,
    text_replan,
    text_strictness,
    text_takes,
    text_worths,
)
from subvent.takes import words as takes_words

NEVER = dict.fromkeys(
    ("met/2", "failed/2"), "a condition is told with its numbers; only its negation has a sentence of its own"
)
NEVER |= dict.fromkeys(
    ("room/2", "group_room/2", "pool/2", "pool_room/2", "ceiling/2"),
    "limits are told where claims count for them; these stand in an exported model",
)
NEVER |= dict.fromkeys(
    (
        "year_in_force/1", "renovation/2", "below_threshold/2", "carried_elsewhere/2", "invested/1",
        "past_term/2", "earlier_amount/3", "assumed/2", "not flag/3", "not base/3", "not held/4",
        "not reckoned/3",
    ),
    "a premise in no proof of the worked cases; every derived predicate has words (test_words)",
)  # fmt: skip
NEVER |= {
    "of {count} entries it is not told what insisting on them changes: ask about one subject and benefit,"
    " or raise --time-limit": "only the command counts what it leaves out (tests of insisting)",
    "part_less": "the kernel's remainder is named base counted; a pack may give one without a name",
    "something else brings more": "what is outbid can be filed; the words cover every reason",
    "none": "a list that is empty counts as left out in the packs' fields",
}
NEVER |= {
    sentence.en: "left by a model too large or a time limit, or where no claim is sure: beyond this corpus"
    for sentence in (
        text_readings._BEST_ONLY,
        text_readings._NOTHING,
        text_readings._MAY_BE_MORE,
        text_readings._TOO_LARGE,
    )
}
"""Sentences that nothing prints, and why they stay."""
HOLE = re.compile(r"\{[^}]*\}")


def sentences(module: ModuleType) -> Iterator[Text]:
    """The texts among a module's constants, in tuples and tables too."""
    for value in vars(module).values():
        yield from _texts(value)


def _texts(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)


def never_printed(text: Text, printed: Printed) -> list[str]:
    """The languages in which no line holds the sentence, whatever fills its places."""
    return [lang for lang in corpus.LANGUAGES if not _holds(getattr(printed, lang), text.in_(lang))]


def _holds(printed: str, sentence: str) -> bool:
    parts = HOLE.split(sentence)
    pattern, longest = re.compile(".*?".join(map(re.escape, parts))), max(parts, key=len)
    return longest in printed and any(
        longest in line and pattern.search(line) for line in printed.split("\n")
    )


def both_of(*made: Callable[[], Printed]) -> Printed:
    """What several questions print."""
    told = [make() for make in made]
    return Printed("\n".join(one.zh for one in told), "\n".join(one.en for one in told))


@pytest.mark.parametrize(
    ("modules", "made"),
    [
        ((why, tree, asked), (corpus.asked_why, corpus.refused)),
        ((text, text_strictness), (corpus.planned,)),
        ((text_conflict,), (corpus.conflicting,)),
        ((text_takes, takes_words), (corpus.taking,)),
        ((text_worths,), (corpus.knowing,)),
        ((text_price, price_words), (corpus.priced,)),
        ((text_readings,), (corpus.compared,)),
        ((text_alternatives,), (corpus.beside,)),
        ((text_replan,), (corpus.since,)),
        ((text_changes,), (corpus.versions, corpus.compared, corpus.conflicting)),
    ],
    ids=lambda given: given[0].__name__.rpartition(".")[2],
)
def test_each_sentence_of_an_answer_is_printed(
    modules: tuple[ModuleType, ...], made: tuple[Callable[[], Printed], ...]
) -> None:
    """The texts of each module that words an answer stand in what the answers to some questions print."""
    printed = both_of(*made)
    missing = {
        text_.en: languages
        for module in modules
        for text_ in sentences(module)
        if (languages := never_printed(text_, printed)) and text_.en not in NEVER
    }
    assert missing == {}


def test_each_phrase_and_form_of_the_words_is_printed() -> None:
    """Reasons, stages, conditions met, failed and unknown, in the words of kernel and packs."""
    words, printed = lexicon(corpus.packs()), corpus.said_by_plans()
    told = {f"{form}.{state}": said for form, states in words.forms.items() for state, said in states.items()}
    missing = {
        name: languages
        for name, said in {**words.phrases, **told}.items()
        if (languages := never_printed(said, printed)) and name not in NEVER
    }
    assert missing == {}


def test_each_predicate_is_told_as_a_step() -> None:
    """A step of some proof tells an atom of each predicate, and one each negation, in its words."""
    steps: dict[str, dict[Text, None]] = {}
    for step in (step for plan in corpus.plans() for step in plan.steps):
        steps.setdefault(step.atom.partition("(")[0], {})[step.text] = None
    missing = [
        f"{before}{name}"
        for name, words in lexicon(corpus.packs()).predicates.items()
        for before, said in (("", words.text), ("not ", words.negated))
        if said is not None
        and f"{before}{name}" not in NEVER
        and not any(_is(said, told) for told in steps.get(before + name.partition("/")[0], ()))
    ]
    assert missing == []


def _is(sentence: Text, told: Text) -> bool:
    return all(
        re.fullmatch(".*".join(map(re.escape, HOLE.split(sentence.in_(lang)))), told.in_(lang))
        for lang in corpus.LANGUAGES
    )


def test_each_refusal_of_a_question_is_printed() -> None:
    """Every message on a question that names what is not there, with its way out."""
    printed = corpus.refused()
    codes = tomllib.loads(files("subvent").joinpath("messages/explain.toml").read_text(encoding="utf-8"))
    missing = [
        code
        for code, said in codes.items()
        if code.startswith(("why.", "conflict."))
        and code not in NEVER
        and (
            never_printed(Text(said["zh"], said["en"]), printed)
            or never_printed(Text(said["way_out_zh"], said["way_out_en"]), printed)
        )
    ]
    assert missing == []


def test_no_exception_is_needless() -> None:
    """What is excepted is still a sentence of the program."""
    words = lexicon(corpus.packs())
    known = {*words.phrases, *words.predicates, *(f"not {name}" for name in words.predicates)}
    known |= {
        said.en
        for module in (why, text_readings, text_conflict, text_takes, takes_words)
        for said in sentences(module)
    }
    assert set(NEVER) - known == set()
