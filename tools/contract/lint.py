"""Checks the contracts and their import copies, and names the remedy of each finding."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.contract.bundle import NAMES, SOURCES, BundleError, bundle, import_copy
from tools.contract.rules import answers, chain, copies, examples, gateway_responses, policy, preflight, structure
from tools.contract.rules.place import Document, Rule, pointer

# Checked first and in this order; the others rely on them.
FIRST_RULES: Mapping[str, Rule] = structure.FIRST_RULES
# Checked on the sources and on the import copies.
SHARED_RULES: Mapping[str, Rule] = {**structure.RULES, **policy.RULES, **preflight.RULES, **gateway_responses.RULES}
SOURCE_RULES: Mapping[str, Rule] = {**SHARED_RULES, **answers.RULES, **examples.RULES}
COPY_RULES: Mapping[str, Rule] = {**SHARED_RULES, **copies.RULES}
CHAIN_RULES = chain.RULES


@dataclass(frozen=True)
class Finding:
    """A broken rule, its place (a document and a JSON Pointer), and the remedy."""

    rule: str
    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.rule} {self.place}: {self.sentence}"


def lint(folder: Path = SOURCES) -> list[Finding]:
    """Return the findings for the contracts in `folder`.

    A contract that cannot be bundled, or is not OpenAPI 3.0, has no other findings than that. Places of shared
    components are those that they have after bundling.
    """
    try:
        sources = {name: bundle(name, folder) for name in NAMES}
        if unreadable := [finding for name in NAMES for finding in _unreadable(name, sources[name])]:
            return unreadable
        copied = {name: import_copy(name, folder) for name in NAMES}
    except BundleError as exc:
        return [Finding("bundle", str(folder), str(exc))]
    findings = [finding for name in NAMES for finding in _both(name, sources[name], copied[name])]
    return findings + list(check_chain(sources["public"], sources["internal"]))


def check(document: Document, label: str, rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """Yield the findings of `rules` in `document`; `label` is its name in the findings."""
    for name, rule in rules.items():
        # A shared component is reached many times and reported once.
        yield from dict.fromkeys(Finding(name, label + pointer(place), sentence) for place, sentence in rule(document))


def check_chain(public: Document, internal: Document) -> Iterator[Finding]:
    """Yield the findings between the two contracts."""
    for name, rule in CHAIN_RULES.items():
        for place, sentence in rule(public, internal):
            yield Finding(name, "internal.yaml" + pointer(place), sentence)


def _unreadable(name: str, source: Document) -> list[Finding]:
    """Return what keeps the other rules from reading a contract: the findings of the first rule that has any."""
    found = (list(check(source, f"{name}.yaml", {rule: FIRST_RULES[rule]})) for rule in FIRST_RULES)
    return next(filter(None, found), [])


def _both(name: str, source: Document, copied: Document) -> Iterator[Finding]:
    """Yield the findings of a contract and those that only its import copy has."""
    found = list(check(source, f"{name}.yaml", SOURCE_RULES))
    yield from found
    known = {(finding.rule, finding.sentence, finding.place.partition("#")[2]) for finding in found}
    for finding in check(copied, f"{name}.json", COPY_RULES):
        if (finding.rule, finding.sentence, finding.place.partition("#")[2]) not in known:
            yield finding
