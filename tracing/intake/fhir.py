"""Reads laboratory reports that come as FHIR R4: bundles, one after the other or in a list, or a single report.

Pure: no Django, no clock. `split` gives one message per bundle and person; `read` reads one. Tolerates anything: what is
missing or twisted reads as empty and is named among the problems.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO

from tracing.diseases.codebook import CodeBook
from tracing.diseases.interpret import interpret
from tracing.intake import fhir_parts as parts
from tracing.intake.fhir_cut import LIMIT, objects, people
from tracing.intake.fhir_graph import Graph, Node, codes_in, codings, extensions, node, nodes, parse, text
from tracing.intake.fhir_parts import Value
from tracing.intake.report import LabReport, Party, Patient, Reading, Result
from tracing.intake.weigh import finish

_DEEPEST = 8
"""Panels within panels are followed this far."""

# Marks of a question asked at order entry: LOINC panels of such questions, categories that no laboratory result has.
_QUESTION_PANELS = frozenset({"81959-9", "99582-9"})
_QUESTION_CATEGORIES = frozenset({"survey", "social-history", "vital-signs", "exam", "activity"})
_ALONE = frozenset({"DiagnosticReport", "Observation"})


def split(stream: BinaryIO) -> Iterator[bytes]:
    """One message per bundle and person, in order. Holds one bundle at a time; one above LIMIT comes cut off."""
    for whole in objects(stream):
        yield from people(whole)


def read(message: bytes, codes: CodeBook) -> Reading:
    """The report that one bundle holds. Never raises; takes time in proportion to the length."""
    try:
        return _read(message, codes)
    except Exception:  # the last resort: a message must be held, whatever this reader does not foresee
        return Reading("unreadable", ("reader_failed",))


def _read(message: bytes, codes: CodeBook) -> Reading:
    if len(message) > LIMIT:
        return Reading("unreadable", ("too_large",))
    try:
        root = parse(message)
    except RecursionError:
        return Reading("unreadable", ("too_deep",))
    except ValueError:
        return Reading("unreadable", ("not_json",))
    kind = text(root.get("resourceType")) if isinstance(root, dict) else ""
    if not kind:
        return Reading("unreadable", ("not_fhir",))
    if kind == "Bundle":
        graph = Graph(root)
    elif kind in _ALONE:
        graph = Graph.alone(root)
    else:
        return Reading("not_lab_report", ("no_result",))
    return _Bundle(root, graph, codes).reading()


class _Bundle:
    """One bundle on its way to a report."""

    __slots__ = ("_codes", "_count", "_fixable", "_graph", "_lines", "_problems", "_root", "_seen")

    def __init__(self, root: Node, graph: Graph, codes: CodeBook) -> None:
        self._root = root
        self._graph = graph
        self._codes = codes
        self._lines: list[Result] = []
        self._problems: list[str] = []
        self._fixable: list[str] = []
        self._seen: set[int] = set()
        self._count: Counter[int] = Counter()

    def reading(self) -> Reading:
        graph = self._graph
        reports = graph.of("DiagnosticReport")
        observations = graph.of("Observation")
        control_id = self._control_id(reports)
        if not reports and not any(not self._is_question(o) for o in observations):
            return Reading("not_lab_report", ("no_result",), control_id=control_id)
        persons = graph.of("Patient")
        if len(persons) > 1:
            self._problems.append("several_patients")
        orders = [order for report in reports for order in graph.follow_all(report.get("basedOn"), report)]
        orders = orders or graph.of("ServiceRequest")
        for i, one in enumerate(reports or [{}], start=1):
            self._report_lines(i, one, orders if len(reports) < 2 else [], observations, last=i >= len(reports))
        person = self._person(reports, persons)
        report = LabReport(
            format="fhir",
            control_id=control_id,
            version="",
            message_type=text(self._root.get("type")) or text(self._root.get("resourceType")),
            sent_at=parts.when(self._root, "timestamp")[1] or self._issued(reports),
            processing=self._processing(reports),
            sender=self._sender(),
            laboratory=self._laboratory(reports, orders, observations),
            ordering_facility=self._ordered_by(orders, "organization"),
            ordering_provider=self._ordered_by(orders, "practitioner"),
            patient=parts.patient(person, graph) if person else Patient(),
            results=tuple(self._lines),
            notes=tuple(dict.fromkeys(self._notes([*reports, *orders, *observations]))),
        )
        return finish(report, self._problems, self._fixable)

    # Lines

    def _report_lines(self, number: int, report: Node, orders: list[Node], observations: list[Node], *, last: bool) -> None:
        """The lines of one DiagnosticReport: its results, its questions, and with the last one what nobody points at."""
        graph = self._graph
        orders = orders or graph.follow_all(report.get("basedOn"), report)
        frame = _Frame(number, report, orders, graph)
        for found in graph.follow_all(report.get("result"), report):
            self._observation(found, frame)
        for order in orders:
            for found in graph.follow_all(order.get("supportingInfo"), order):
                if found.get("resourceType") == "Observation":
                    self._observation(found, frame, asked=True)
        if last:
            members = {id(member) for o in observations for member in graph.follow_all(o.get("hasMember"), o)}
            for found in sorted(observations, key=lambda o: id(o) in members):
                self._observation(found, frame)
            for form in graph.of("QuestionnaireResponse"):
                self._answers(form, frame)

    def _observation(self, observation: Node, frame: _Frame, *, asked: bool = False) -> None:
        """The lines of an Observation, of its components and of its members, each once."""
        todo = deque([(observation, asked, 0)])
        while todo:
            current, question, depth = todo.popleft()
            if id(current) in self._seen:
                continue
            self._seen.add(id(current))
            question = question or self._is_question(current)
            components = nodes(current.get("component"))
            members = self._graph.follow_all(current.get("hasMember"), current)
            value = parts.value_of(current)
            if value is None and not components and not members:
                value = parts.absent(current)
            if value is not None:
                self._line(current, current, value, frame, asked=question)
            for component in components:
                part = parts.value_of(component)
                self._line(component, current, part or parts.absent(component), frame, asked=question)
            if depth < _DEEPEST:
                todo.extendleft((member, question, depth + 1) for member in reversed(members))

    def _answers(self, form: Node, frame: _Frame) -> None:
        """The answers of a QuestionnaireResponse; a question is known by the LOINC code in its link."""
        todo = deque((item, 0) for item in nodes(form.get("item")))
        while todo:
            item, depth = todo.popleft()
            code = {"coding": [{"code": text(item.get("linkId")).strip("/")}], "text": item.get("text")}
            for answer in nodes(item.get("answer")):
                value = parts.value_of(answer)
                if value is not None:
                    self._line({"code": code}, form, value, frame, asked=True)
                if depth < _DEEPEST:
                    todo.extend((inner, depth + 1) for inner in nodes(answer.get("item")))
            if depth < _DEEPEST:
                todo.extend((inner, depth + 1) for inner in nodes(item.get("item")))

    def _line(self, holder: Node, observation: Node, value: Value, frame: _Frame, *, asked: bool) -> None:
        test = parts.tested(holder.get("code"))
        flags = [code for c in nodes(holder.get("interpretation")) for _, code, _ in codings(c) if code]
        abnormal = flags[0] if flags else ""
        meaning = interpret(
            self._codes,
            loinc=test.loinc,
            local_code=test.local,
            name=test.names,
            value_type=value.kind,
            value_code=value.code,
            value_system=value.system,
            value_text=value.text,
            aoe_flag=asked,
        )
        self._problems += meaning.problems
        self._fixable += meaning.fixable
        specimen = self._graph.follow(observation.get("specimen"), observation) or frame.specimen
        day, moment = frame.collected(specimen, observation)
        resulted = parts.when(observation, "issued")[1] or frame.issued
        self._count[frame.number] += 1
        self._lines.append(
            Result(
                obr_no=frame.number,
                set_id=str(self._count[frame.number]),
                loinc=test.loinc,
                local_code=test.local,
                name=test.name,
                value_type=value.kind,
                value_code=value.code,
                value_system=value.system,
                value_text=value.text,
                units=value.units,
                status=frame.status(observation),
                abnormal=abnormal,
                kind=meaning.kind,
                cls=meaning.cls,
                condition=meaning.condition,
                specimen_on=day,
                specimen_at=moment,
                accession=frame.accession,
                specimen=_specimen_name(specimen),
                sub_id=_sub_id(observation),
                resulted_at=resulted,
                presumptive=meaning.presumptive,
                analyte=meaning.analyte,
            )
        )

    def _is_question(self, observation: Node) -> bool:
        """Whether an Observation says of itself that it is a question, not a laboratory result."""
        tags = codes_in(node(observation.get("meta")).get("tag"))
        panels = codes_in([i.get("type") for i in nodes(observation.get("identifier"))])
        kinds = codes_in(observation.get("category"))
        return "AOE" in tags or bool(panels & _QUESTION_PANELS) or bool(kinds & _QUESTION_CATEGORIES)

    # The rest of the message

    def _control_id(self, reports: list[Node]) -> str:
        number = text(node(self._root.get("identifier")).get("value")) if "entry" in self._root else ""
        heads = self._graph.of("MessageHeader")
        listed = [i for report in reports for i in nodes(report.get("identifier"))]
        return (
            number
            or next((text(head.get("id")) for head in heads), "")
            or next((text(i.get("value")) for i in listed), "")
            or text(self._root.get("id"))
        )

    def _person(self, reports: list[Node], persons: list[Node]) -> Node:
        for resource in [*reports, *self._graph.of("Observation")]:
            found = self._graph.patient_of(resource)
            if found:
                return found
        return persons[0] if len(persons) == 1 else {}

    def _issued(self, reports: list[Node]) -> datetime | None:
        return next((moment for moment in (parts.when(r, "issued")[1] for r in reports) if moment), None)

    def _processing(self, reports: list[Node]) -> str:
        """HL7 table 0103, from a tag of the message, the bundle or a report; live unless somebody says otherwise."""
        for resource in (*self._graph.of("MessageHeader"), self._root, *reports):
            meta = node(resource.get("meta"))
            for address, code, _ in codings({"coding": meta.get("tag")}):
                if "0103" in address and code in ("P", "T", "D"):
                    return code
            if "HTEST" in codes_in(meta.get("tag")) | codes_in(meta.get("security")):
                return "T"
        return "P"

    def _sender(self) -> Party:
        for head in self._graph.of("MessageHeader"):
            found = self._graph.follow(head.get("sender"), head)
            if found:
                return parts.party(found)
            source = node(head.get("source"))
            return Party(name=text(source.get("name")), identifier=text(source.get("endpoint")))
        return Party()

    def _laboratory(self, reports: list[Node], orders: list[Node], observations: list[Node]) -> Party:
        for resource in (*observations, *reports, *orders):
            for found in self._graph.follow_all(resource.get("performer"), resource):
                if found.get("resourceType") == "Organization":
                    return parts.party(found)
        return Party()

    def _ordered_by(self, orders: list[Node], part: str) -> Party:
        """The organisation or the practitioner of whoever asked for the test."""
        for order in orders:
            asker = self._graph.follow(order.get("requester"), order)
            if asker.get("resourceType") == "PractitionerRole":
                asker = self._graph.follow(asker.get(part), asker)
            if asker.get("resourceType") == part.capitalize():
                return parts.party(asker)
        return Party()

    def _notes(self, resources: list[Node]) -> Iterator[str]:
        for resource in resources:
            said = [text(n.get("text")) for n in nodes(resource.get("note"))] + [text(resource.get("conclusion"))]
            yield from (note for note in said if note)


class _Frame:
    """What the lines of one DiagnosticReport have in common."""

    __slots__ = ("_day", "_status", "accession", "issued", "number", "specimen")

    def __init__(self, number: int, report: Node, orders: list[Node], graph: Graph) -> None:
        self.number = number
        self.specimen = next(iter(graph.follow_all(report.get("specimen"), report)), {})
        self.issued = parts.when(report, "issued")[1]
        self.accession = _accession([report, *orders])
        self._day = parts.when(report, "effectiveDateTime", "effectivePeriod")
        self._status = parts.STATUS.get(text(report.get("status")), "")

    def collected(self, specimen: Node, observation: Node) -> tuple[date | None, datetime | None]:
        """When the specimen was taken: as the specimen says, else the report, else the observation, else its arrival."""
        taken = parts.when(node(specimen.get("collection")), "collectedDateTime", "collectedPeriod")
        seen = parts.when(observation, "effectiveDateTime", "effectivePeriod", "effectiveInstant")
        came = parts.when(specimen, "receivedTime")
        return next((found for found in (taken, self._day, seen, came) if found[0]), (None, None))

    def status(self, observation: Node) -> str:
        """HL7 table 0085. A report entered in error takes all its results with it."""
        own = parts.STATUS.get(text(observation.get("status")), "")
        return "W" if self._status == "W" else own or self._status


def _accession(resources: list[Node]) -> str:
    """The laboratory's number of the order: marked as the filler's, else the first that is not the placer's."""
    fallback = ""
    for resource in resources:
        for item in nodes(resource.get("identifier")):
            number, kinds = text(item.get("value")), codes_in(item.get("type"))
            if number and kinds & {"FILL", "ACSN"}:
                return number
            if number and "PLAC" not in kinds:
                fallback = fallback or number
    return fallback or next((text(r.get("id")) for r in resources if r.get("id")), "")


def _specimen_name(specimen: Node) -> str:
    numbers = [specimen.get("accessionIdentifier"), *nodes(specimen.get("identifier"))]
    number = next((text(node(n).get("value")) for n in numbers if text(node(n).get("value"))), "")
    return number or text(specimen.get("id")) or next(iter(sorted(codes_in(specimen.get("type")))), "")


def _sub_id(observation: Node) -> str:
    """OBX-4, where the bundle was made from an HL7 v2 message."""
    for extension in extensions(observation, "obx-observation"):
        for inner in nodes(extension.get("extension")):
            if text(inner.get("url")) == "OBX.4":
                return text(inner.get("valueString"))
    return ""
