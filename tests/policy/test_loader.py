"""Packs become one checked program in which every rule keeps its article and phrases."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path

import pytest
from tests.packs import question

from subvent.diagnostics import PolicyError
from subvent.explain.finished import Finished
from subvent.explain.words import Words
from subvent.policy.loader import load_policies, specs_directory, vocabulary_of
from subvent.policy.toml_lines import Lines
from subvent.policy.types import PolicySet
from subvent.policy.wording import KINDS

from .conftest import MANIFEST, TERMS, City


@pytest.fixture(scope="module")
def shipped() -> PolicySet:
    """All built-in packs."""
    return load_policies()


def test_every_shipped_pack_loads(shipped: PolicySet) -> None:
    """Each folder with a policy.toml is a pack, under the id its folder has."""
    root = specs_directory()
    folders = {p.parent.relative_to(root).as_posix() for p in root.rglob("policy.toml")}
    assert {pack.id for pack in shipped.packs} == folders


def test_every_rule_of_a_pack_cites_the_law(shipped: PolicySet) -> None:
    """A rule of a pack has a document, an article with a heading, and at least one phrase."""
    for pack in shipped.packs:
        for rule in pack.rules:
            assert rule.document == pack.document
            assert rule.article in pack.articles
            assert rule.citations


def test_rule_ids_are_unique_and_named_after_their_article(shipped: PolicySet) -> None:
    """An id is pack, article and ordinal."""
    ids = [rule.id for rule in shipped.rules]
    assert len(set(ids)) == len(ids)
    for pack in shipped.packs:
        assert all(rule.id.startswith(f"{pack.id}#{rule.article}.") for rule in pack.rules)


def test_only_what_rests_on_claims_is_decided(shipped: PolicySet) -> None:
    """Conditions and amounts are derived, claims decided, remarks reviewed; the rest is procedure."""
    by_stratum = {r.text.split("(")[0].split(" ")[0]: r.stratum for r in shipped.kernel}
    assert by_stratum["met"] == by_stratum["candidate"] == by_stratum["worth"] == "derivation"
    assert by_stratum["{"] == by_stratum["violated"] == by_stratum["&maximize"] == "decision"
    remarks = [r for p in shipped.packs for r in p.rules if r.text.startswith("remark(")]
    assert remarks
    assert all(rule.stratum == "review" for rule in remarks)
    to_do = [r for p in shipped.packs for r in p.rules if r.text.startswith(("material(", "duty("))]
    assert {rule.stratum for rule in to_do} == {"procedure"}


def test_a_city_of_ones_own_needs_only_the_kernel(city: City) -> None:
    """A folder is a pack; its benefits and inputs are in the vocabulary."""
    policies = city.load()
    assert [pack.id for pack in policies.packs] == ["xy/lanterns"]
    vocabulary = vocabulary_of(policies)
    assert vocabulary.lists["projects"].field("lumens")
    kinds = vocabulary.lists["projects"].field("kinds")
    assert kinds is not None
    assert [choice.name for choice in kinds.choices] == ["lantern"]


def test_what_a_pack_builds_on_comes_with_it(city: City) -> None:
    """builds_on pulls packs in, and theirs."""
    built_on = min(pack.id for pack in load_policies().packs)
    city.write(manifest=MANIFEST.replace("[in_force]", f'builds_on = ["{built_on}"]\n[in_force]'))
    assert {"xy/lanterns", built_on} <= {pack.id for pack in city.load().packs}


def test_a_folder_of_folders_gives_all_its_packs(tmp_path: Path) -> None:
    """A folder without a policy.toml stands for the packs below it."""
    for name in ("one", "two"):
        own = {"lantern": name, "lumens": f"lumens_{name}", "bright": f"bright_{name}"}
        terms, manifest = TERMS, MANIFEST.replace("光通量", f"光通量{name}")
        for word, new in own.items():
            terms, manifest = terms.replace(word, new), manifest.replace(word, new)
        City(tmp_path / name).write(terms, manifest)
    assert {pack.id for pack in load_policies([str(tmp_path)]).packs} == {"xy/ones", "xy/twos"}


def test_the_digest_is_that_of_the_text(city: City) -> None:
    """Line ends of a checkout do not change it; a rule does."""
    before = city.load().packs[0].sha256
    path = city.folder / "terms.lp"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert city.load().packs[0].sha256 == before
    city.write(TERMS.replace("25)", "24)"))
    assert city.load().packs[0].sha256 != before


def test_an_unknown_pack_is_told_with_the_nearest(shipped: PolicySet) -> None:
    """A slip in an id is answered with the id that was meant."""
    name = shipped.packs[0].id
    with pytest.raises(PolicyError) as caught:
        load_policies([name[:-1]])
    fault = caught.value.diagnostics[0]
    assert fault.code == "policy.unknown-pack"
    assert name in fault.way_out.en


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('version = "1"\n', "", "toml-missing"),
        ("issued =", 'notes.odd = { zh = "怪", en = "odd", each_zh = "{0}" }\nissued =', "toml-missing"),
        ('version = "1"', "version = 1", "toml-value"),
        ('version = "1"', 'version = "1"\nverson = "1"', "toml-unknown"),
        ("issued = 2029-12-01", 'issued = "2029-12-01"', "toml-value"),
        ("until = 2032-12-31", "until = 2029-12-31", "in-force-order"),
        ('article = "1"', 'article = "2"', "unknown-article"),
        ("1 = { zh", "附 = { zh", "toml"),
        ("[benefits.lantern]", "[benefits.Lantern]", "bad-name"),
        ('id = "xy/lanterns"', 'id = "XY lanterns"', "bad-id"),
        (
            '1 = { zh = "灯具改造", en = "Lanterns" }',
            '1 = { zh = "灯", en = "L" }\n2 = { zh = "空", en = "E" }',
            "unused-article",
        ),
        ('source = "lanterns"', 'builds_on = ["xy/nothing"]', "unknown-pack"),
    ],
)
def test_faults_of_policy_toml_have_their_line(city: City, old: str, new: str, code: str) -> None:
    """What is wrong in policy.toml is told with file, line and way out."""
    assert old in MANIFEST
    fault = next(
        f for f in city.write(manifest=MANIFEST.replace(old, new)).faults() if f.code == f"policy.{code}"
    )
    assert fault.place is not None
    assert fault.place.file.endswith("policy.toml")
    assert fault.place.line > 0
    assert fault.way_out.zh
    assert fault.way_out.en


@pytest.mark.parametrize(
    ("added", "mark"),
    [
        ('[readings.shade]\nanswers = [\n  { name = "a", zh = "甲", en = "a" },\n  { en = 3 },\n]', "en = 3"),
        ('[inputs.lamp.glow]\ntype = "flag"\nzh = "亮"\nen = "glow"', "[inputs.lamp.glow]"),
        ('[inputs.projects.glow]\ntype = "ref"\nzh = "亮"\nen = "glow"\nto = ["lamps"]', "to ="),
        ('[inputs.projects.glow]\ntype = "choice"\nzh = "亮"\nen = "glow"\nvalues = [\n 3 ]', " 3 ]"),
        ('[benefits.lamp]\nzh = "灯"\nen = "lamp"\narticle = "1"\nof = "lamps"', 'of = "lamps"'),
    ],
)
def test_a_wrong_value_is_placed_at_its_own_line(city: City, added: str, mark: str) -> None:
    """Within lists and inline tables, too, the line named is the one to mend."""
    manifest = f"{MANIFEST}{added}\n"
    faults = city.write(manifest=manifest).faults()
    lines = {fault.place.line for fault in faults if fault.place}
    assert manifest[: manifest.index(mark)].count("\n") + 1 in lines
    assert 1 not in lines


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ('"lit/1" = { zh = "亮", en = "lit" }', "words-of-none"),
        ('"suits/2" = { zh = "{2}", en = "lit" }', "word-placeholder"),
        ('"suits/2" = { zh = "{0:mony}", en = "lit" }', "word-placeholder"),
        ('"suits/2" = { zh = "亮" }', "toml-missing"),
        ('"suits/2" = 3', "toml-value"),
        ('"suits/2" = { zh = "亮", en = "lit", hide = true }', "toml-unknown"),
        ('"suits/2" = {', "toml"),
    ],
)
def test_faults_of_words_toml_have_their_line(city: City, words: str, code: str) -> None:
    """The words of a pack's own predicates are checked when it is loaded, not when a proof is told."""
    (city.folder / "words.toml").write_text(f"[predicates]\n{words}\n", encoding="utf-8")
    (fault,) = city.faults()
    assert (fault.code, fault.place and fault.place.line) == (f"policy.{code}", 2)


def test_what_arguments_can_be_shown_as_is_what_explanations_know(city: City) -> None:
    """The kinds that words.toml may name are those of explanations."""
    policies = city.load()
    assert Words(policies, vocabulary_of(policies), Finished(())).kinds == KINDS


@pytest.mark.parametrize("text", ["a = [", "[", "[[", "= 3", "a = {b", 'a."b', "}", "a = ]", '"""', "x = [{"])
def test_lines_are_read_of_what_is_no_toml(text: str) -> None:
    """A file that is not finished has no lines to tell, and stops nothing."""
    assert str(Lines(text, "policy.toml").place("elsewhere")) == "policy.toml:1"


def test_loaded_packs_can_be_handed_to_another_process(city: City) -> None:
    """Changes of rules are tried in children, with the places of what the pack declares."""
    packs = pickle.loads(pickle.dumps(city.load()))  # noqa: S301 - of our own
    assert vocabulary_of(packs).spec("projects").field("lumens") is not None


def test_a_reading_needs_one_default(city: City) -> None:
    """Two defaults, or none, are refused."""
    reading = question("shade", "a", "a", phrase="灯具")
    codes = [fault.code for fault in city.write(manifest=MANIFEST + reading).faults()]
    assert sorted(codes) == ["policy.answer-twice", "policy.reading-default"]


@pytest.mark.parametrize(
    ("ordered", "first", "second", "code"),
    [
        (True, ["b"], [], "policy.order-twice"),
        (False, ["c"], [], "policy.order-unknown"),
        (False, ["b"], ["a"], "policy.order-circle"),
        (False, ["a"], [], "policy.order-circle"),
    ],
)
def test_what_answers_never_give_more_than_is_checked(
    city: City, first: list[str], second: list[str], code: str, *, ordered: bool
) -> None:
    """`never_more_than` names other answers of a question that is no chain, in no circle."""
    answers = (
        f"a, default = true, never_more_than = {json.dumps(first)}",
        f"b, never_more_than = {json.dumps(second)}",
    )
    reading = question("shade", *answers, phrase="灯具", ordered=ordered)
    assert {fault.code for fault in city.write(manifest=MANIFEST + reading).faults()} == {code}


def test_answers_that_can_give_least_come_default_first(city: City) -> None:
    """What another answer never exceeds is not among them; of a chain it is the last alone."""
    b = 'b, never_more_than = ["a"]'
    branches = question("shade", "a", b, "c, default = true", phrase="灯具", ordered=False)
    (read,) = city.write(manifest=MANIFEST + branches).load().readings
    assert read.strictest == ("c", "b")
    chain = question("shade", "a", "b", "c, default = true", phrase="灯具")
    (read,) = city.write(manifest=MANIFEST + chain).load().readings
    assert read.strictest == ("c",)


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        (MANIFEST, "policy.id-twice"),
        (
            MANIFEST.replace("xy/lanterns", "xy/more").replace('en = "lanterns"', 'en = "lamps"'),
            "policy.name-taken",
        ),
    ],
    ids=["one id", "one name"],
)
def test_two_packs_do_not_share_an_id_or_a_name(tmp_path: Path, manifest: str, code: str) -> None:
    """Two folders with one id, and one name for two things, are told with the other pack."""
    folders = tmp_path / "one", tmp_path / "two"
    for folder, text in zip(folders, (MANIFEST, manifest), strict=True):
        City(folder).write(manifest=text)
    with pytest.raises(PolicyError) as caught:
        load_policies([str(folder) for folder in folders])
    assert code in {found.code for found in caught.value.diagnostics}
    assert caught.value.exit_status == 1


@pytest.mark.parametrize("builds_on", [False, True])
def test_two_packs_derive_no_predicate_both(tmp_path: Path, *, builds_on: bool) -> None:
    """What one says of its own benefits would hold of the other's, unless it builds on that one's words."""
    other = MANIFEST.replace("xy/lanterns", "xy/more").replace("lantern]", "lamp]")
    if builds_on:
        other = other.replace('source = "lanterns"', 'builds_on = ["xy/lanterns"]')
    granted = "granted(lantern).\nrequires(B, bright) :- granted(B).\n"
    packs = ((MANIFEST, TERMS + granted), (other, (TERMS + granted).replace("lantern", "lamp")))
    folders = tmp_path / "one", tmp_path / "two"
    for folder, (manifest, terms) in zip(folders, packs, strict=True):
        City(folder).write(terms, manifest)
    try:
        load_policies([str(folder) for folder in folders])
        codes = []
    except PolicyError as error:
        codes = [(fault.code, "granted/1" in fault.what.en) for fault in error.diagnostics]
    assert codes == ([] if builds_on else [("policy.predicate-taken", True)])


def test_a_folder_without_a_pack_is_told(tmp_path: Path) -> None:
    """A folder that is there, but holds no policy.toml, is no unknown name."""
    with pytest.raises(PolicyError) as caught:
        load_policies([str(tmp_path)])
    assert [found.code for found in caught.value.diagnostics] == ["policy.no-pack-here"]


def test_files_that_cannot_be_read_are_told(city: City) -> None:
    """A file in another encoding is told with its line, and what is no file by its name."""
    (city.folder / "more.lp").write_bytes("%* [1] x\n   「灯".encode() + b"\xb5\xc6\n*%\n")
    (city.folder / "odd.lp").mkdir()
    found = {fault.code: fault for fault in city.faults()}
    assert {"policy.not-utf8", "policy.unreadable"} <= set(found)
    assert found["policy.not-utf8"].place is not None
    assert found["policy.not-utf8"].place.line == 2
    assert {fault.code for fault in city.faults() if "more.lp" in str(fault.place)} == {"policy.not-utf8"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_waited_for(city: City) -> None:
    """What is no file is told at once, though nobody writes into it."""
    os.mkfifo(city.folder / "more.lp")
    (fault,) = city.faults()
    assert fault.code == "policy.unreadable"
    assert "pipe" in fault.what.en


def test_a_pack_does_not_build_on_itself(city: City) -> None:
    """It would be read, though nothing of it is gained."""
    city.write(manifest=MANIFEST.replace('source = "lanterns"', 'builds_on = ["xy/lanterns"]'))
    assert "policy.builds-on-itself" in [fault.code for fault in city.faults()]
