"""Cuts a stream of JSON into its outermost objects, and a bundle about several people into one bundle each.

Bytes in, bytes out, in bounded memory. Works for one object, objects one after the other (NDJSON, or printed over many
lines) and lists of objects. An object that is broken does not swallow those behind it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from tracing.intake.fhir_graph import Graph, Node, node, parse, text

LIMIT = 4 * 1024 * 1024
"""Bytes of the largest object that is read. A larger one is cut just behind this length."""

_CHUNK = 1 << 18
_BLANK = b" \t\r\n"
# A string that ends on its own line, or one character that matters. JSON allows no line end inside a string.
_TOKEN = re.compile(rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|["{}]')
_BETWEEN = re.compile(rb"[\s,\[\]\x1e]+")
_SEVERAL = re.compile(rb'"resourceType"\s*+:\s*+"(Patient|Bundle)"')
_OWNED = frozenset({"DiagnosticReport", "Observation", "Specimen", "ServiceRequest", "QuestionnaireResponse"})
_OUT_LIMIT = 16 * LIMIT
_MOST_NESTED = 4


class _Cutter:
    """Follows the braces of a stream. `feed` takes bytes and gives the objects that they end."""

    def __init__(self) -> None:
        self._left = b""
        self._kept: list[bytes] = []
        self._size = 0
        self._depth = 0
        self._broken = False
        self._blind = False
        """Inside a string that never ends, until the line does."""
        self._before = 0
        """The last byte before what is left that is not blank."""
        self._line_starts = True

    def feed(self, chunk: bytes, *, last: bool = False) -> Iterator[bytes]:
        data = self._left + chunk
        begin = at = 0
        if self._blind:
            end = data.find(b"\n")
            at = len(data) if end < 0 else end
            self._blind = end < 0
        while True:
            found = _TOKEN.search(data, at)
            if found is None:
                at = len(data)
                break
            where = found.start()
            token = data[where]
            if token == 0x22 and found.end() - where == 1:
                end = data.find(b"\n", where)
                if end < 0 and not last and len(data) - where <= LIMIT:
                    at = where
                    break
                # A string that never ends: the rest of its line says nothing.
                self._broken = True
                self._blind = end < 0
                at = len(data) if end < 0 else end
                continue
            elif token == 0x7B:
                if self._depth and self._starts_anew(data, where):
                    yield self._take(data[begin:where])
                    begin, self._depth = where, 0
                if not self._depth:
                    junk = _BETWEEN.sub(b"", data[begin:where])
                    if junk or self._size:
                        yield self._take(data[begin:where])
                    begin, self._broken = where, False
                self._depth += 1
            elif token == 0x7D and self._depth:
                self._depth -= 1
                if not self._depth:
                    yield self._take(data[begin : found.end()])
                    begin = found.end()
            at = found.end()
        self._look_back(data[:at])
        self._keep(data[begin:at])
        self._left = data[at:]
        if last:
            self._keep(self._left)
            rest = b"".join(self._kept)
            if self._depth or _BETWEEN.sub(b"", rest):
                yield self._take(b"")

    def _starts_anew(self, data: bytes, where: int) -> bool:
        """Whether a brace in the first column must begin a new object: valid JSON has a comma, colon or bracket before."""
        if where == 0:
            if not self._line_starts:
                return False
        elif data[where - 1] != 0x0A:
            return False
        if self._broken:
            return True
        i = where - 1
        while i >= 0 and data[i] in _BLANK:
            i -= 1
        return (data[i] if i >= 0 else self._before) not in b",:["

    def _look_back(self, seen: bytes) -> None:
        if seen:
            self._line_starts = seen.endswith(b"\n")
            solid = seen.rstrip(_BLANK)
            if solid:
                self._before = solid[-1]

    def _keep(self, part: bytes) -> None:
        if not self._depth:
            part = b"" if not self._size and not _BETWEEN.sub(b"", part) else part
        room = LIMIT + 1 - self._size
        if part and room > 0:
            self._kept.append(part[:room])
            self._size += min(len(part), room)

    def _take(self, part: bytes) -> bytes:
        self._keep(part)
        whole = b"".join(self._kept)
        self._kept.clear()
        self._size = 0
        return whole


def objects(stream: BinaryIO) -> Iterator[bytes]:
    """The outermost objects of a stream, one at a time. What stands between them and is not JSON comes as one more."""
    cutter = _Cutter()
    first = True
    while chunk := stream.read(_CHUNK):
        if first:
            chunk = chunk.removeprefix(b"\xef\xbb\xbf")
            first = False
        yield from cutter.feed(chunk)
    yield from cutter.feed(b"", last=True)


def people(message: bytes) -> list[bytes]:
    """The bundle itself; or, where it holds several people or other bundles, one bundle per person.

    Where the parts would grow far beyond the whole, it stays whole, and the reader says that it holds several people.
    """
    if len(message) > LIMIT:
        return [message]
    kinds = _SEVERAL.findall(message)
    if kinds.count(b"Patient") <= 1 and kinds.count(b"Bundle") <= 1:
        return [message]
    try:
        bundle = parse(message)
    except (ValueError, RecursionError):
        return [message]
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        return [message]
    parts: list[bytes] = []
    size = 0
    for part in _parts(bundle, 0):
        written = json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        size += len(written)
        if size > _OUT_LIMIT:
            return [message]
        parts.append(written)
    return parts or [message]


def _parts(bundle: Node, depth: int) -> Iterator[Node]:
    graph = Graph(bundle)
    inner = [r for r in graph.resources if r.get("resourceType") == "Bundle"]
    if inner and depth < _MOST_NESTED:
        for resource in inner:
            yield from _parts(resource, depth + 1)
        rest = [e for e in graph.entries if node(e.get("resource")).get("resourceType") != "Bundle"]
        if any(node(e.get("resource")).get("resourceType") in _OWNED for e in rest):
            yield from _parts({**bundle, "entry": rest}, _MOST_NESTED)
        return
    persons = [r for r in graph.resources if r.get("resourceType") == "Patient"]
    if len(persons) < 2:
        yield bundle
        return
    owned = _owned(graph, persons)
    places: dict[int, list[int]] = {}
    for i, entry in enumerate(graph.entries):
        places.setdefault(id(node(entry.get("resource"))), []).append(i)
    for resources in owned.values():
        if any(resource.get("resourceType") in ("DiagnosticReport", "Observation") for resource in resources):
            keep = sorted(i for key in _reachable(graph, resources, owned) for i in places[key])
            yield {**bundle, "entry": [graph.entries[i] for i in keep]}


class _Owned(dict[int, list[Node]]):
    """Person (0: nobody) → their resources. `owner` leads from each such resource to the person."""

    owner: dict[int, int]
    heads: list[Node]
    """The MessageHeader, which belongs to everybody."""


def _owned(graph: Graph, persons: list[Node]) -> _Owned:
    """Who owns what. A resource that names nobody belongs to the person of the report or order that points at it."""
    owner: dict[int, int] = {id(person): id(person) for person in persons}
    clinical = [r for r in graph.resources if r.get("resourceType") in _OWNED]
    for resource in clinical:
        person = graph.patient_of(resource)
        owner[id(resource)] = id(person) if id(person) in owner else 0
    for resource in clinical:
        person_id = owner[id(resource)]
        if person_id:
            for key in ("result", "specimen", "basedOn", "supportingInfo", "hasMember"):
                for found in graph.follow_all(resource.get(key), resource):
                    if owner.get(id(found)) == 0:
                        owner[id(found)] = person_id
    owned = _Owned()
    owned.owner = owner
    owned.heads = [r for r in graph.resources if r.get("resourceType") == "MessageHeader"]
    for resource in (*persons, *clinical):
        owned.setdefault(owner[id(resource)], []).append(resource)
    return owned


def _reachable(graph: Graph, resources: list[Node], owned: _Owned) -> set[int]:
    """These resources, the message's head, and what they point at that belongs to nobody."""
    keep = {id(r) for r in (*resources, *owned.heads)}
    todo = [*resources, *({k: v for k, v in head.items() if k != "focus"} for head in owned.heads)]
    while todo:
        resource = todo.pop()
        for reference in _references(resource):
            found = graph.follow(reference, resource)
            if found and id(found) not in keep and id(found) not in owned.owner and graph.holds(found):
                keep.add(id(found))
                todo.append(found)
    return keep


def _references(resource: Node) -> Iterator[str]:
    """Every reference inside a resource, without recursion."""
    todo: list[Any] = [resource]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            name = text(value.get("reference"))
            if name:
                yield name
            todo.extend(value.values())
        elif isinstance(value, list):
            todo.extend(value)
