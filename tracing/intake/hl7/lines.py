"""The orders and result lines of a message: ORC, OBR, OBX, SPM. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime

from tracing.diseases.codebook import CodeBook
from tracing.diseases.interpret import interpret, system
from tracing.intake.hl7.person import party
from tracing.intake.hl7.segments import Marks, moment
from tracing.intake.report import Party, Result
from tracing.intake.weigh import WITHDRAWN

_LOINC = re.compile(r"\d{1,7}-\d", re.ASCII)
_STATUS = re.compile(r"[A-Z]")
_CODED = frozenset({"CWE", "CE", "CNE", "CF", "IS", "ID"})


def _at(parts: list[str], number: int) -> str:
    return parts[number] if number < len(parts) else ""


class Lines:
    """Takes the segments in order; a specimen comes after the results that were got from it."""

    __slots__ = (
        "_accession", "_codes", "_done", "_marks", "_order_on", "_open", "_orders", "_placer", "_received", "_resulted",
        "_specimen", "_specimen_on", "_status", "fixable", "laboratory", "problems",
    )  # fmt: skip

    def __init__(self, marks: Marks, codes: CodeBook) -> None:
        self._marks = marks
        self._codes = codes
        self._orders = 0
        self._done: list[Result] = []
        self._open: list[tuple[list[str], list[str]]] = []
        self._placer = self._accession = self._specimen = self._status = ""
        self._order_on = self._received = self._resulted = self._specimen_on = ""
        self.laboratory: Party | None = None
        self.problems: list[str] = []
        self.fixable: list[str] = []

    def _first(self, field: str) -> str:
        """First component of a field, first sub-component, without escapes."""
        if not field or field.isalnum():
            return field
        marks = self._marks
        for mark in (marks.repeat, marks.component, marks.sub):
            if mark in field:
                field = field.split(mark, 1)[0]
        return marks.unescape(field).strip()

    def common_order(self, segment: str) -> None:
        """ORC opens an order: placer number 2, filler number 3."""
        self._close()
        fields = segment.split(self._marks.field)
        self._placer = self._first(_at(fields, 3)) or self._first(_at(fields, 2))

    def order(self, segment: str) -> None:
        """OBR: placer 2, filler 3, specimen taken 7, received 14, reported 22, status 25."""
        self._close()
        self._orders += 1
        fields = segment.split(self._marks.field)
        filler, placer = self._first(_at(fields, 3)), self._first(_at(fields, 2))
        self._accession = filler or self._placer or placer
        self._placer = ""
        self._order_on = self._first(_at(fields, 7))
        self._received = self._first(_at(fields, 14))
        self._resulted = self._first(_at(fields, 22))
        self._status = self._first(_at(fields, 25))

    def specimen(self, segment: str) -> None:
        """SPM: its number 2 (filler's, else placer's), taken 17. The first one of an order dates its results."""
        fields = segment.split(self._marks.field)
        if not self._specimen:
            pair = _at(fields, 2).split(self._marks.component)
            self._specimen = self._first(_at(pair, 1)) or self._first(pair[0])
        if not self._specimen_on:
            self._specimen_on = self._first(_at(fields, 17))

    def result(self, segment: str) -> None:
        """OBX waits until its order is complete."""
        fields = segment.split(self._marks.field)
        if len(fields) < 30:
            fields += [""] * (30 - len(fields))
        self._open.append((fields, fields[3].split(self._marks.component)))

    def finished(self) -> tuple[Result, ...]:
        self._close()
        return tuple(self._done)

    def _close(self) -> None:
        if not self._open:
            self._specimen = self._specimen_on = ""
            return
        ordered = self._specimen_on if moment(self._specimen_on)[0] else self._order_on
        for fields, test in self._open:
            self._done.append(self._line(fields, test, ordered))
        self._open.clear()
        self._specimen = self._specimen_on = ""

    def _taken(self, ordered: str, fields: list[str]) -> tuple[date | None, datetime | None]:
        """SPM-17, else OBR-7, OBX-14, OBX-19, OBR-14, OBR-22: the first that is a day."""
        on, at = moment(ordered)
        if on is not None:
            return on, at
        for text in (self._first(fields[14]), self._first(fields[19]), self._received, self._resulted):
            on, at = moment(text)
            if on is not None:
                return on, at
        return None, None

    def _line(self, fields: list[str], test: list[str], ordered: str) -> Result:
        loinc, local_code, name = self._test(test)
        value_type = fields[2].split(self._marks.component, 1)[0].strip().upper()
        code, named, text, other = self._value(fields[5], value_type)
        observation = fields[29]
        if observation:
            observation = self._first(observation).upper()
        meaning = interpret(
            self._codes,
            loinc=loinc,
            local_code=local_code,
            name=name,
            value_type=value_type,
            value_code=code,
            value_system=named,
            value_text=text,
            alt_code=other[0],
            alt_system=other[1],
            alt_text=other[2],
            observation_type=observation,
        )
        on, at = self._taken(ordered, fields)
        found = _STATUS.match(fields[11].lstrip().upper())
        status = found[0] if found else self._status[:1]
        if meaning.problems and status not in WITHDRAWN:
            self.problems += meaning.problems
            self.fixable += meaning.fixable
        if self.laboratory is None and fields[23]:
            self._performed(fields)
        return Result(
            obr_no=max(self._orders, 1),
            set_id=fields[1].strip(),
            loinc=loinc,
            local_code=local_code,
            name=name.split("\n", 1)[0],
            value_type=value_type,
            value_code=code,
            value_system=system(named),
            value_text=text,
            units=self._first(fields[6]),
            status=status,
            abnormal=self._first(fields[8]),
            kind=meaning.kind,
            cls=meaning.cls,
            condition=meaning.condition,
            specimen_on=on,
            specimen_at=at,
            accession=self._accession,
            specimen=self._specimen,
            sub_id=self._first(fields[4]),
            resulted_at=moment(self._first(fields[19]))[1] or moment(self._resulted)[1],
            presumptive=meaning.presumptive,
            analyte=meaning.analyte,
        )

    def _test(self, test: list[str]) -> tuple[str, str, str]:
        """LOINC, the laboratory's own code, and every name of the test: OBX-3 has two triplets."""
        if len(test) < 6:
            test = test + [""] * (6 - len(test))
        unescape = self._marks.unescape
        first, second = unescape(test[0]).strip(), unescape(test[3]).strip()
        loinc = local = ""
        for code, named in ((first, test[2]), (second, test[5])):
            if not code:
                continue
            is_loinc = _LOINC.fullmatch(code) is not None and system(named) in ("LN", "")
            if not is_loinc and not loinc and code in self._codes.tests:
                is_loinc = True
            if is_loinc and not loinc:
                loinc = code
            elif not local:
                local = code
        names = [unescape(part).strip() for part in (test[1], test[4], _at(test, 8)) if part]
        return loinc, local, "\n".join(dict.fromkeys(names))

    def _value(self, raw: str, value_type: str) -> tuple[str, str, str, tuple[str, str, str]]:
        """Code, system and words of OBX-5, and its second triplet with the original text (component 9)."""
        marks = self._marks
        if not raw or raw.isspace():
            return "", "", "", ("", "", "")
        component = marks.component
        if value_type in _CODED or (component in raw and value_type not in ("TX", "FT", "ST", "NM", "SN")):
            first, _, rest = raw.partition(marks.repeat)
            parts = first.split(component)
            if marks.escape in first:
                parts = [marks.unescape(part) for part in parts]
            parts = [part.strip() for part in parts]
            if len(parts) < 9:
                parts += [""] * (9 - len(parts))
            original = parts[8]
            if len(parts) > 12 and parts[12]:
                original = f"{original}\n{parts[12]}" if original else parts[12]
            if value_type not in _CODED and not parts[2]:
                return "", "", marks.unescape(first.replace(component, " ")).strip(), ("", "", "")
            words = f"{parts[4]}\n{original}" if original else parts[4]
            if rest and not parts[3]:  # a second value stands where a second name of the first may stand: both have to agree
                again = (*(marks.unescape(part).strip() for part in rest.split(marks.repeat, 1)[0].split(component)), "", "", "")
                return parts[0], parts[2], parts[1], (again[0], again[2], f"{words}\n{again[1]}" if words else again[1])
            return parts[0], parts[2], parts[1], (parts[3], parts[5], words)
        text = raw.replace(marks.repeat, "\n") if marks.repeat in raw else raw
        if value_type in ("SN", "NM") and component in text:
            text = "".join(text.split(component))
        return "", "", marks.unescape(text).strip(), ("", "", "")

    def _performed(self, fields: list[str]) -> None:
        """OBX-23 and 24: the laboratory that did the test."""
        self.laboratory = party(fields[23], self._marks, address=fields[24])
