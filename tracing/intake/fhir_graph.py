"""A FHIR bundle as a set of resources that point at each other. Takes anything: a missing or twisted part reads as empty.

Pure. Nothing here recurses into what a sender sent; every look goes to a fixed depth.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]

_NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")


def parse(message: bytes) -> Any:
    """The JSON value. Numbers come as they were written, as text. Raises ValueError or RecursionError."""
    message = message.removeprefix(b"\xef\xbb\xbf")
    try:
        written = message.decode()
    except UnicodeDecodeError:
        written = message.decode("cp1252", "replace")
    return json.loads(
        written,
        parse_float=str,
        parse_int=str,
        parse_constant=lambda _: None,
    )


def text(value: Any) -> str:
    """A string without blanks around it and without characters that no column may hold; "" for anything else."""
    if not isinstance(value, str):
        return ""
    return (_NOT_TEXT.sub(" ", value) if _NOT_TEXT.search(value) else value).strip()


def node(value: Any) -> Node:
    return value if isinstance(value, dict) else {}


def nodes(value: Any) -> list[Node]:
    """The objects of a list; an object where a list belongs counts as a list of one."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(value: Any) -> list[str]:
    """The strings of a list that say something."""
    found = [text(item) for item in value] if isinstance(value, list) else [text(value)]
    return [item for item in found if item]


def codings(concept: Any) -> list[tuple[str, str, str]]:
    """(system, code, display) of a CodeableConcept, or of a Coding where a concept belongs."""
    concept = node(concept)
    listed = nodes(concept.get("coding")) or ([concept] if "code" in concept or "display" in concept else [])
    return [(text(c.get("system")), text(c.get("code")), text(c.get("display"))) for c in listed]


def codes_in(concepts: Any) -> set[str]:
    """Every code of a list of CodeableConcepts or Codings."""
    return {code for concept in nodes(concepts) for _, code, _ in codings(concept) if code}


def extensions(resource: Node, ending: str) -> Iterator[Node]:
    """The extensions of a resource whose address ends so."""
    for extension in nodes(resource.get("extension")):
        if text(extension.get("url")).endswith(ending):
            yield extension


class Graph:
    """The resources of one bundle, found by any of the ways in which a reference may name them."""

    __slots__ = ("_by_name", "_held", "entries", "resources")

    def __init__(self, bundle: Node) -> None:
        self.entries = nodes(bundle.get("entry"))
        self.resources: list[Node] = []
        self._by_name: dict[str, Node] = {}
        self._held: set[int] = set()
        for entry in self.entries:
            resource = node(entry.get("resource"))
            if resource:
                self._add(resource, text(entry.get("fullUrl")))

    @classmethod
    def alone(cls, resource: Node) -> Graph:
        """One resource that came without a bundle, with what it contains."""
        return cls({"entry": [{"resource": resource}]})

    def _add(self, resource: Node, address: str) -> None:
        self.resources.append(resource)
        self._held.add(id(resource))
        kind, number = text(resource.get("resourceType")), text(resource.get("id"))
        names = [address, address.removeprefix("urn:uuid:").lower() if address.startswith("urn:uuid:") else ""]
        if number:
            names += [f"{kind}/{number}", number.lower()]
        elif address.startswith("http"):
            names.append("/".join(address.split("/")[-2:]))
        for name in names:
            if name:
                self._by_name.setdefault(name, resource)

    def holds(self, resource: Node) -> bool:
        """Whether it stands in the bundle itself, not within another resource."""
        return id(resource) in self._held

    def of(self, kind: str) -> list[Node]:
        """The resources of one type, in the order of the bundle; then those that others contain."""
        found = [r for r in self.resources if r.get("resourceType") == kind]
        if not found or kind != "Patient":
            found += [
                inner
                for resource in self.resources
                for inner in nodes(resource.get("contained"))
                if inner.get("resourceType") == kind
            ]
        return found

    def follow(self, reference: Any, owner: Node) -> Node:
        """The resource that a Reference names; {} where it is not in the bundle."""
        name = text(node(reference).get("reference")) if isinstance(reference, dict) else text(reference)
        if not name:
            return {}
        if name.startswith("#"):
            for inner in nodes(owner.get("contained")):
                if text(inner.get("id")).lstrip("#") == name[1:]:
                    return inner
            return {}
        found = self._by_name.get(name)
        if found is None:
            name = name.split("/_history/")[0]
            if name.startswith("urn:"):
                found = self._by_name.get(name.rsplit(":", 1)[-1].lower())
            else:
                found = self._by_name.get("/".join(name.split("/")[-2:]))
        return found or {}

    def follow_all(self, references: Any, owner: Node) -> list[Node]:
        """The resources that a list of References names, those that are there."""
        return [found for found in (self.follow(reference, owner) for reference in nodes(references)) if found]

    def patient_of(self, resource: Node) -> Node:
        """Whose resource this is: its subject, else that of what it points at; {} where nobody says."""
        for look in (resource, *self._pointed_at(resource)):
            for key in ("subject", "patient"):
                found = self.follow(look.get(key), look)
                if found.get("resourceType") == "Patient":
                    return found
        return {}

    def _pointed_at(self, resource: Node) -> list[Node]:
        keys = ("specimen", "result", "basedOn", "hasMember")
        return [found for key in keys for found in self.follow_all(resource.get(key), resource)[:50]]
