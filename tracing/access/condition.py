"""Who may see a row, as a condition in SQL with the viewer's units as values. The database's policies say the same: see `policies.py`.

It is text and not a tree of Django's conditions: a page asks it of a score of tables, and Django would copy, resolve and compile the
same hundred nodes for each. Names of columns stand in braces; what is between a pair of parts is always written out in brackets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Self
from uuid import UUID

from django.db.models import BooleanField, F
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler

from tracing.access.viewer import Viewer
from tracing.base.visibility import OwnUnit, ThroughPerson
from tracing.diseases.conditions import sensitive_codes

Part = tuple[str, tuple[Any, ...]]
"""SQL, and the values of its placeholders in order."""

ALL: Final[Part] = ("TRUE", ())
NONE: Final[Part] = ("FALSE", ())


class Condition(Expression):
    """A part, asked of the rows of a query: `rows.filter(Condition(part, ["unit_id", "disease"]))`."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, part: Part, columns: Iterable[str]) -> None:
        super().__init__()
        self.text, self.values = part
        self.columns: dict[str, Any] = {name: F(name) for name in columns if f"{{{name}}}" in self.text}

    def get_source_expressions(self) -> list[Any]:
        return list(self.columns.values())

    def set_source_expressions(self, exprs: Iterable[Any]) -> None:
        self.columns = dict(zip(self.columns, exprs, strict=True))

    def copy(self) -> Self:
        clone = super().copy()
        clone.columns = dict(self.columns)
        return clone

    def as_sql(self, compiler: SQLCompiler, connection: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:
        text = self.text
        for name, column in self.columns.items():
            text = text.replace(f"{{{name}}}", compiler.compile(column)[0])
        return text, self.values


def both(*parts: Part) -> Part:
    return _joined(" AND ", parts)


def either(*parts: Part) -> Part:
    return _joined(" OR ", parts)


def _joined(by: str, parts: tuple[Part, ...]) -> Part:
    return f"({by.join(text for text, _values in parts)})", tuple(value for _text, values in parts for value in values)


def among(column: str, values: Iterable[Any]) -> Part:
    """Whether the column has one of the values. A single one is compared plainly: the planner then knows it again in other conditions."""
    found = sorted(values)
    return (f"{column} = %s", (found[0],)) if len(found) == 1 else (f"{column} = ANY(%s)", (found,))


def not_among(column: str, values: Iterable[Any]) -> Part:
    return f"NOT {column} = ANY(%s)", (sorted(values),)


def scope(unit: str, disease: str, permission: str, viewer: Viewer) -> Part:
    """Whether a membership reaches a unit's rows of a disease; `disease` is a column, or "" for tables that have none."""
    every = permission in viewer.everywhere
    own = ALL if every else among(unit, viewer.units.get(permission, frozenset()))
    if not disease:
        return own
    general = ALL if every else among(unit, viewer.general.get(permission, frozenset()))
    named = (
        both((f"{unit} = %s", (one,)), among(disease, diseases))
        for one, diseases in by_unit(viewer.named.get(permission, ())).items()
    )
    return either(both(general, not_among(disease, sensitive_codes())), both(own, (f"{disease} = ''", ())), *named)


def by_unit(pairs: Iterable[tuple[UUID, str]]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    for unit, disease in pairs:
        found.setdefault(unit, set()).add(disease)
    return found


def standing(person: str, disease: str, permission: str, viewer: Viewer) -> Part:
    """Whether a standing of the row's person, for its disease, is held now by a unit of the viewer, or by the viewer alone.

    `person` and `disease` are columns of the row in braces; a standing for a disease shows rows of that disease, one for none shows all.
    """
    about = f"COALESCE(NULLIF({disease}, ''), s.disease)" if disease else "s.disease"
    whole_unit = both(("s.user_id IS NULL", ()), scope("s.unit_id", about, permission, viewer))
    alone = both(("s.user_id = %s", (viewer.user,)), _personal(about, permission, viewer))
    held, values = either(whole_unit, alone)
    for_disease = f" AND s.disease IN ('', {about})" if disease else ""
    return (
        f"EXISTS(SELECT 1 FROM people_standing s WHERE s.person_id = {person}{for_disease}"
        f" AND s.since <= statement_timestamp() AND (s.until IS NULL OR s.until > statement_timestamp()) AND {held})",
        values,
    )


def _personal(disease: str, permission: str, viewer: Viewer) -> Part:
    """What somebody may see of a person handed to them alone: any permission held in any way, sensitive diseases by name."""
    if permission not in viewer.holds:
        return NONE
    return not_among(disease, sensitive_codes() - viewer.holds[permission])


def through(seen: ThroughPerson, viewer: Viewer) -> Part:
    """Rows about a person, by whoever has a standing with that person."""
    person, disease = f"{{{seen.person}}}", f"{{{seen.disease}}}" if seen.disease else ""
    found = standing(person, disease, seen.permission, viewer)
    if seen.permission in viewer.everywhere:
        # Who is known for a sensitive disease alone is not seen by everybody who sees everybody.
        openly: Part = (f"NOT EXISTS(SELECT 1 FROM people_standing o WHERE o.person_id = {person} AND o.sensitive)", ())
        if disease:
            listed = not_among(disease, {"", *sensitive_codes()})
            openly = either(listed, both((f"{disease} = ''", ()), openly))
        found = either(openly, found)
    there: Part = (f"{{{seen.unless}}} IS NULL", ()) if seen.unless else ALL
    return both(there, found, *not_hidden(seen.person, seen.hides, viewer))


def own_units(seen: OwnUnit, viewer: Viewer, *, lent: bool) -> Part:
    """Rows of the viewer's units; with `lent`, also those lent to them through a standing of the row's person."""
    permission, unit = seen.permission, f"{{{seen.unit}}}"
    disease = f"{{{seen.disease}}}" if seen.disease else ""
    found = scope(unit, disease, permission, viewer)
    if seen.also:
        found = either(found, scope(f"{{{seen.also}}}", disease, permission, viewer))
    if seen.conditions:
        found = both(found, (f"NOT {{{seen.conditions}}}::text[] && %s::text[]", (sorted(sensitive_codes()),)))
    if seen.sensitive:
        found = both(found, either((f"NOT {{{seen.sensitive}}}", ()), scope(unit, "", "diseases.unlisted", viewer)))
    if seen.conditions:
        column = f"{{{seen.conditions}}}"
        named = (
            (f"({unit} = %s AND cardinality({column}) > 0 AND {column}::text[] <@ %s::text[])", (one, sorted(diseases)))
            for one, diseases in by_unit(viewer.named.get(permission, ())).items()
        )
        found = either(found, *named)
    if seen.person and lent:
        found = either(found, standing(f"{{{seen.person}}}", disease, permission, viewer))
    if seen.user:
        column = f"{{{seen.user}}}"
        found = either(both((f"{column} IS NULL", ()), found), (f"{column} = %s", (viewer.user,)))
    return both(found, *not_hidden(seen.person or seen.about, "record", viewer))


def not_hidden(person: str, hides: str, viewer: Viewer) -> list[Part]:
    """For each column of a person: nobody whom the viewer knows, no restricted one unless cleared or handed to the viewer alone."""
    hidden, values = _hidden(hides, viewer)
    return [(f"({{{one}}} IS NULL OR {{{one}}} NOT IN ({hidden}))", values) for one in person.split()]


def hidden(person: str, hides: str, viewer: Viewer) -> Part:
    """Whether the person of a column is one of those that `not_hidden` passes over."""
    people, values = _hidden(hides, viewer)
    return f"{{{person}}} IN ({people})", values


def _hidden(hides: str, viewer: Viewer) -> Part:
    recused: Part = ("SELECT c.person_id FROM people_recusal c WHERE c.ended_at IS NULL AND c.user_id = %s", (viewer.user,))
    if "people.see_restricted" in viewer.everywhere:
        return recused
    cleared, units = not_among("r.unit_id", viewer.units.get("people.see_restricted", frozenset()))
    kinds = " AND r.kind <> 'address'" if hides == "record" else ""
    return (
        f"SELECT r.person_id FROM people_restriction r WHERE r.ended_at IS NULL{kinds} AND {cleared} AND r.person_id NOT IN"
        " (SELECT h.person_id FROM people_standing h WHERE h.user_id = %s AND h.since <= statement_timestamp()"
        f" AND h.until > statement_timestamp()) UNION ALL {recused[0]}",
        (*units, viewer.user, *recused[1]),
    )
