"""What is a provision: by the words of the kernel alone, one for each article, kind and name."""

from __future__ import annotations

from dataclasses import replace

from subvent.diagnostics import Place
from subvent.policy.loader import load_policies
from subvent.policy.provisions import Provisions, provisions
from subvent.policy.types import PolicySet, Rule, Stratum

PACKS = load_policies()


def of(*texts: str, stratum: Stratum = "derivation", phrases: tuple[str, ...] = ()) -> Provisions:
    """The provisions of a pack that has these rules alone, all in article 1."""
    rules = tuple(
        Rule(f"p#1.{n}", text, stratum, Place("p", n), "文件", "1", phrases)
        for n, text in enumerate(texts, 1)
    )
    return provisions(PolicySet((replace(PACKS.packs[0], id="p", rules=rules),), ()))


def names(found: Provisions) -> list[tuple[str, str]]:
    """Kind and name of each."""
    return [(p.named.kind, p.named.name) for p in found.provisions]


def text(found: Provisions) -> str:
    """The rules with their waivers."""
    return "\n".join(rule.text for rule in found.policies.packs[0].rules)


def test_a_limit_holds_while_it_is_not_waived() -> None:
    """What counts for it stays; without the limit it counts for nothing."""
    found = of(
        "limit(once(S), 1) :- claimable(_,S,_,_).", "counts(once(S), claim(A,S,B,Y)) :- claimable(A,S,B,Y)."
    )
    assert names(found) == [("limit", "once")]
    assert text(found).splitlines()[0] == "limit(once(S), 1) :- not _waived(0), claimable(_,S,_,_)."
    assert text(found).splitlines()[1].startswith("counts(once(S), claim(A,S,B,Y)) :- claimable")


def test_a_cap_that_is_waived_caps_nothing() -> None:
    """The amount needs a cap, so the largest quantity there is takes its place."""
    found = of("cap(lamp, (500,0)).")
    assert text(found).splitlines() == [
        "cap(lamp, (500,0)) :- not _waived(0).",
        "cap(lamp,(2147483647,999999)) :- _waived(0).",
    ]


def test_conditions_asked_together_are_waived_one_by_one() -> None:
    """A pool of names is a provision each; a pool of benefits is not."""
    found = of("requires(lamp, (bright; safe)).", "requires_in_year((lamp; sign), in_force).")
    assert names(found) == [("condition", "bright"), ("condition", "safe"), ("condition", "in_force")]
    assert text(found).splitlines()[1] == "requires(lamp, safe) :- not _waived(1)."
    assert text(found).splitlines()[2] == "requires_in_year((lamp; sign), in_force) :- not _waived(2)."


def test_a_number_within_least_is_a_cap() -> None:
    """A number limits the other side, else the side that holds a number; two variables limit nothing."""
    found = of("amount(S, lamp, least((5,0), part(N,1,(0,500)))) :- lit(S,N).")
    assert names(found) == [("cap", "lamp")]
    assert text(found).splitlines()[1] == "amount(S, lamp, part(N,1,(0,500))) :- _waived(0), lit(S,N)."
    found = of("soft(S, least(W, share(30, sum(H,W)))) :- parts(S,H,W).")
    assert names(found) == [("cap", "soft")]
    assert text(found).splitlines()[1] == "soft(S, W) :- _waived(0), parts(S,H,W)."
    assert not of("base(S, lamp, least(C, H)) :- costs(S,C,H).").provisions


def test_nested_caps_fall_together() -> None:
    """The outermost limit is taken off with all that it holds on its other side; others stay in place."""
    found = of("amount(S, lamp, sum(least((5,0),A), least(B,(7,0)))) :- lit(S,A,B).")
    assert text(found).splitlines()[1] == "amount(S, lamp, sum(A, B)) :- _waived(0), lit(S,A,B)."


def test_what_gives_or_only_tests_is_no_provision() -> None:
    """Rates, bases, amounts, tests of conditions, what is advised, remarks: none takes anything away."""
    found = of(
        "rate(lamp, 20).",
        "rate(S, lamp, least(20,R)) :- tier(S,R).",
        "base_field(lamp, audited_cost).",
        "at_least(bright, lumens, (5,0)).",
        "advises(lamp, bright).",
        "missing(S, lamp, tier) :- suits(S,lamp), not tier(S,_).",
    )
    assert not found.provisions
    assert text(found) == text(of(*text(found).splitlines()))


def test_rules_of_one_article_and_name_are_one_provision() -> None:
    """A limit stated for each of two answers falls as a whole; that of another article is another."""
    found = of(
        "limit(once(S), 1) :- reading(q, a), row(_,S).", "limit(once(S), 2) :- reading(q, b), row(_,S)."
    )
    assert names(found) == [("limit", "once")]
    assert len(found.provisions[0].rules) == 2
    everywhere = [(p.pack, p.named) for p in provisions(PACKS).provisions]
    assert len(everywhere) == len(set(everywhere))


def test_the_phrase_that_bounds_as_the_rule_does_comes_first() -> None:
    """Of two phrases with the same number a cap takes 上限, a threshold 达到."""
    phrases = ("达到1000万元及以上的", "给予资助", "上限为1000万元")
    assert of("cap(lamp, (1000,0)).", phrases=phrases).provisions[0].telling == phrases[2:]
    assert of("threshold(lamp, cost, (1000,0)).", phrases=phrases).provisions[0].telling == phrases[:1]
    assert of("requires(lamp, bright).", phrases=phrases).provisions[0].telling == phrases


def test_the_kernel_is_not_waived() -> None:
    """That a claim is made for one row only is no law."""
    assert provisions(PACKS).policies.kernel == PACKS.kernel
    assert not any("_waived" in rule.text for rule in PACKS.rules)
