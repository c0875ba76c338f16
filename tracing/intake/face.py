"""The stable face for machines: what was read, as one JSON object per message. Its promise is `docs/intake-read.md`.

Works without a database and without Django. The words are the codes used everywhere else; a consumer may rely on them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from tracing.diseases.codebook import CodeBook, load
from tracing.intake.problems import problem, sentence
from tracing.intake.read import opened, read
from tracing.intake.report import Patient, Reading, Result
from tracing.intake.weigh import WITHDRAWN

# A file whose only piece has one of these holds no message: it is reported as message 0.
_NOTHING: Final = frozenset(
    {"no_message", "no_header", "line_ends_lost", "empty", "unknown_format", "not_delimited", "no_row", "not_json", "not_fhir"}
)
# Which class stands for a whole message: the first of these that any standing result has.
_RANK: Final = ("positive", "inconclusive", "negative", "invalid", "not_done", "other", "numeric", "text")
_ANTIBODIES: Final = frozenset({"antibody", "igm", "igg"})
_NOBODY: Final = Patient()


def read_paths(paths: Iterable[Path | str]) -> Iterator[dict[str, Any]]:
    """One object per message of these files, in order. A folder stands for the files in it, by name; - for standard input."""
    codes = load()
    for path in paths:
        if str(path) == "-":
            yield from _messages(sys.stdin.buffer, "-", codes)
            continue
        for file in _files(Path(path)):
            with file.open("rb") as stream:
                yield from _messages(stream, file.name, codes)


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in sorted(path.rglob("*")) if file.is_file() and not file.name.startswith("."))
    else:
        yield path


def _messages(stream: Any, name: str, codes: CodeBook) -> Iterator[dict[str, Any]]:
    format, messages = opened(stream)
    held: Reading | None = None
    number = 0
    for message in messages:
        if held is not None:
            yield face(held, name, number, codes)
        number += 1
        held = read(format, message, codes)
        if number > 1:
            yield face(held, name, number, codes)
            held = None
    if number == 0:
        held = Reading("unreadable", ("no_message",))
    if held is not None:
        nothing = held.status == "unreadable" and not _NOTHING.isdisjoint(held.problems)
        yield face(held, name, 0 if nothing else number, codes)


def face(reading: Reading, file: str, message_no: int, codes: CodeBook) -> dict[str, Any]:
    """The JSON object of one reading."""
    report = reading.report
    results = report.results if report is not None else ()
    who = report.patient if report is not None else _NOBODY
    return {
        "file": file,
        "message_no": message_no,
        "status": reading.status,
        "problems": list(reading.problems),
        "control_id": reading.control_id,
        "hl7_version": reading.version,
        "patient": {
            "last": who.last,
            "first": who.first,
            "middle": who.middle,
            "dob": who.birth_on.isoformat() if who.birth_on else None,
            "sex": who.sex,
            "street": who.street,
            "city": who.city,
            "state": who.state,
            "zip": who.zip,
            "phones": list(who.phones),
        },
        "ordering_facility": report.ordering_facility.name if report is not None else "",
        "results": [_result(line, codes) for line in results],
        "summary": summary(() if reading.status == "not_lab_report" else results, codes),
    }


def _result(line: Result, codes: CodeBook) -> dict[str, Any]:
    return {
        "obr_no": line.obr_no,
        "set_id": line.set_id,
        "loinc": line.loinc,
        "local_code": line.local_code,
        "kind": "result" if line.kind == "note" else line.kind,
        "class": line.cls,
        "condition": codes.word(line.loinc, line.condition),
        "status": line.status,
        "specimen_on": line.specimen_on.isoformat() if line.specimen_on else None,
    }


def summary(results: Sequence[Result], codes: CodeBook) -> dict[str, Any]:
    """The message in one word, the same for SARS-CoV-2 alone, and what was found. Withdrawn results do not count."""
    standing = [line for line in results if line.kind in ("result", "note") and line.status not in WITHDRAWN]
    covid = [line for line in standing if line.condition == "covid19" and line.analyte not in _ANTIBODIES]
    positive = {_found(line, codes) for line in standing if line.cls == "positive"}
    return {
        "class": _together(standing),
        "covid_class": _together(covid) if covid else None,
        "positive_conditions": sorted(word for word in positive if word),
    }


def _together(lines: Sequence[Result]) -> str:
    said = {line.cls for line in lines}
    return next((word for word in _RANK if word in said), "none")


def _found(line: Result, codes: CodeBook) -> str:
    """The condition, or the raw code of a test whose condition nobody knows."""
    if line.condition and (line.analyte in _ANTIBODIES or line.condition != "covid19"):
        return codes.word(line.loinc, line.condition)
    return line.condition or line.loinc or line.local_code


def print_jsonl(objects: Iterable[dict[str, Any]], out: TextIO) -> int:
    """One line per object; how many."""
    count = 0
    for one in objects:
        out.write(json.dumps(one, ensure_ascii=False))
        out.write("\n")
        count += 1
    return count


def explain(one: dict[str, Any]) -> str:
    """The same object for a person to read."""
    who, outcome = one["patient"], one["summary"]
    lines = [f"{one['file']}, message {one['message_no']}: {_STATUS[one['status']]}"]
    for code in one["problems"]:
        mark = "held by" if one["status"] == "held" and problem(code).holds != "never" else "note"
        lines.append(f"  {mark} {code}: {sentence(code)}")
    if one["control_id"] or one["hl7_version"]:
        version = f", HL7 {one['hl7_version']}" if one["hl7_version"] else ""
        lines.append(f"  Message      {one['control_id'] or '(no number)'}{version}")
    name = ", ".join(part for part in (who["last"], " ".join(p for p in (who["first"], who["middle"]) if p)) if part)
    if one["status"] != "unreadable":
        lines.append(f"  Person       {name or '(no name)'}; born {who['dob'] or '(not said)'}; sex {who['sex'] or '(not said)'}")
        place = ", ".join(part for part in (who["street"], who["city"], f"{who['state']} {who['zip']}".strip()) if part)
        lines.append(f"  Address      {place or '(none)'}")
        lines.append(f"  Telephone    {', '.join(who['phones']) or '(none)'}")
        lines.append(f"  Ordered at   {one['ordering_facility'] or '(not said)'}")
    for line in one["results"]:
        code = line["loinc"] or line["local_code"] or "(no code)"
        what = line["class"] if line["kind"] == "result" else _KIND[line["kind"]]
        about = f" · {line['condition']}" if line["condition"] else ""
        taken = f" · specimen {line['specimen_on']}" if line["specimen_on"] and line["kind"] == "result" else ""
        status = f" · status {line['status']}" if line["status"] else ""
        lines.append(f"  {line['obr_no']:>3}.{line['set_id'] or '?':<3} {code:<12} {what}{about}{status}{taken}")
    if one["results"]:
        covid = outcome["covid_class"]
        found = ", ".join(outcome["positive_conditions"]) or "nothing"
        said = "it does not speak of COVID-19" if covid is None else f"COVID-19 {covid}"
        lines.append(f"  In all       {outcome['class']}; {said}; found: {found}")
    return "\n".join(lines)


_STATUS: Final = {
    "read": "read, can be filed",
    "held": "read, but a person must look at it",
    "not_lab_report": "not a laboratory report",
    "unreadable": "cannot be read",
}
_KIND: Final = {"aoe": "(answer to a question, not a result)", "control": "(internal control, not a result)"}


def read_command(paths: Sequence[Path | str], format: str, out: TextIO) -> int:
    """`contact intake read`. 0 if every file could be opened, whatever they hold; 2 if one is not there."""
    missing = _missing(paths)
    present = [path for path in paths if path not in missing]
    print_jsonl(read_paths(present), out)
    return _tell(missing)


def explain_command(path: Path | str, out: TextIO) -> int:
    """`contact intake explain`."""
    missing = _missing([path])
    if not missing:
        for one in read_paths([path]):
            out.write(explain(one) + "\n\n")
    return _tell(missing)


def _missing(paths: Sequence[Path | str]) -> list[Path | str]:
    return [path for path in paths if str(path) != "-" and not Path(path).exists()]


def _tell(missing: Sequence[Path | str]) -> int:
    for path in missing:
        print(f"contact: there is no file {path}", file=sys.stderr)
    return 2 if missing else 0
