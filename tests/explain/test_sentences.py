"""Every sentence that an explanation can print is printed by a small corpus, in Chinese and in English."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tests.explain import corpus, corpus_takes
from tests.explain.corpus import Printed
from tests.explain.corpus_must_go import crowded
from tests.explain.printed_workbooks import in_answers, in_workbooks

import subvent
from subvent.diagnostics import Text
from subvent.explain import answered, asked, insisted, not_there, tree
from subvent.explain.lexicon import lexicon
from subvent.questions import outline, price_words
from subvent.questions.takes import words as takes_words
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
    workbook,
    workbook_grounds,
    workbook_readings,
    workbook_reasons,
    workbook_takes,
    workbook_to_do,
    workbook_why,
)

ELSEWHERE = {
    "subvent.casework.coverage": "tests/policy/test_coverage.py",
    "subvent.explain.filed": "tests/plan/test_history.py",
    "subvent.report.text_history": "tests/plan/test_history.py",
    "subvent.report.workbook_history": "tests/plan/test_history.py",
    "subvent.process.foreign": "tests/portfolio/test_foreign.py",
    "subvent.document.other_input": "tests/plan/test_verify.py",
    "subvent.plan": "tests/plan/test_in_time.py",
    "subvent.document.differences": "tests/plan/test_verify.py",
    "subvent.document.reader": "tests/report/test_plan_file.py",
    "subvent.policy.lint_kinds": "tests/policy/test_lint_arguments.py",
    "subvent.policy.lint_reach": "tests/policy/test_lint_arguments.py",
    "subvent.policy.manifest": "tests/policy/test_refusals.py",
    "subvent.policy.register": "tests/policy/test_register.py",
    "subvent.portfolio.remarks": "tests/portfolio/test_reading.py",
    "subvent.portfolio.xlsx_output": "tests/portfolio/test_foreign.py",
    "subvent.report.workbook_totals": "tests/cli/test_batch_totals.py",
    "subvent.verify": "tests/plan/test_verify.py",
    "subvent.export.aspif": "tests/export/test_formats.py",
    "subvent.export.described": "tests/export/test_words.py",
    "subvent.export.formats": "tests/export/test_words.py",
    "subvent.export.mps": "tests/export/test_formats.py",
    "subvent.export.opb": "tests/export/test_formats.py",
    "subvent.export.table": "tests/export/test_words.py",
}
"""Modules with sentences that no explanation prints, and where they are tested."""
HOLE = re.compile(r"\{[^}]*\}")


def assigned(source: str) -> list[str]:
    """The names that a module gives to constants which hold texts."""
    return [
        name.id
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and "Text(" in ast.unparse(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    ]


def sentences(module: ModuleType) -> Iterator[Text]:
    """The texts among a module's own constants, in tuples and tables too."""
    for name in assigned(inspect.getsource(module)):
        yield from _texts(getattr(module, name))


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
    return [
        lang
        for lang in corpus.LANGUAGES
        if not all(_holds(getattr(printed, lang), line) for line in text.in_(lang).split("\n"))
    ]


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


ANSWERS: tuple[tuple[tuple[ModuleType, ...], tuple[Callable[[], Printed], ...]], ...] = (
    (
        (answered, not_there, tree, asked, insisted),
        (corpus.asked_why, corpus.refused, corpus.compared, crowded),
    ),
    ((text, text_strictness), (corpus.planned,)),
    ((text_conflict,), (corpus.conflicting,)),
    ((text_takes, takes_words), (corpus_takes.taking,)),
    ((workbook_takes,), (corpus_takes.taking_in_workbooks,)),
    ((text_worths,), (corpus_takes.knowing,)),
    ((text_price, price_words), (corpus.priced,)),
    ((text_readings,), (corpus.compared,)),
    ((text_alternatives,), (corpus.beside,)),
    ((text_replan,), (corpus.since,)),
    ((text_changes, outline), (corpus.versions, corpus.compared, corpus.conflicting)),
    (
        (workbook, workbook_grounds, workbook_readings, workbook_reasons, workbook_to_do),
        (in_workbooks,),
    ),
    ((workbook_why,), (in_answers,)),
)
"""The modules that word answers, and what prints their sentences."""


@pytest.mark.long
@pytest.mark.parametrize(("modules", "made"), ANSWERS, ids=lambda given: given[0].__name__.rpartition(".")[2])
def test_each_sentence_of_an_answer_is_printed(
    modules: tuple[ModuleType, ...], made: tuple[Callable[[], Printed], ...]
) -> None:
    """The texts of each module that words an answer stand in what the answers to some questions print."""
    printed = both_of(*made)
    missing = {
        text_.en: languages
        for module in modules
        for text_ in sentences(module)
        if (languages := never_printed(text_, printed))
    }
    assert missing == {}


def test_no_module_with_sentences_is_left_out() -> None:
    """Whatever module holds texts is among those whose sentences are looked for, or tested elsewhere."""
    root = Path(subvent.__file__).parent
    found = {
        ".".join(("subvent", *path.relative_to(root).with_suffix("").parts))
        for path in root.rglob("*.py")
        if assigned(path.read_text(encoding="utf-8"))
    }
    covered = {module.__name__ for modules, _ in ANSWERS for module in modules}
    assert found == covered | set(ELSEWHERE)
    assert not covered & set(ELSEWHERE)
    assert all(Path(test).is_file() for test in ELSEWHERE.values())


def test_each_phrase_and_form_of_the_words_is_printed() -> None:
    """Reasons, stages, conditions met, failed and unknown, in the words of kernel and packs."""
    words, printed = lexicon(corpus.packs()), corpus.said_by_plans()
    told = {f"{form}.{state}": said for form, states in words.forms.items() for state, said in states.items()}
    missing = {
        name: languages
        for name, said in {**words.phrases, **told}.items()
        if (languages := never_printed(said, printed))
    }
    assert missing == {}


def test_each_predicate_is_told_as_a_step() -> None:
    """A step of some proof tells an atom of each predicate, and one each negation, in its words."""
    steps: dict[str, dict[Text, None]] = {}
    printed = corpus.said_by_plans()
    for step in (step for plan in corpus.plans() for step in plan.steps):
        steps.setdefault(step.atom.partition("(")[0], {})[step.text] = None
    missing = [
        f"{before}{name}"
        for name, words in lexicon(corpus.packs()).predicates.items()
        for before, said in (("", words.text), ("not ", words.negated))
        if said is not None
        and not any(_begins(said, told) for told in steps.get(before + name.partition("/")[0], ()))
        # What is denied may be the reason of another denial.
        and not (before and not never_printed(said, printed))
    ]
    assert missing == []


def _begins(sentence: Text, told: Text) -> bool:
    """Whether a step is told in a sentence: how far a limit is used, or why it is not so, may follow."""
    return all(
        re.match(".*".join(map(re.escape, HOLE.split(sentence.in_(lang)))), told.in_(lang))
        for lang in corpus.LANGUAGES
    )


def test_each_refusal_of_a_question_is_printed() -> None:
    """A question that names what is not there is refused; messages.report holds the words of each."""
    printed = corpus.refused()
    assert printed.zh
    assert printed.en
