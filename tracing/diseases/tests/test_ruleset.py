"""Rule sets are read strictly: what is wrong is told with the file, the item and what to mend."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tracing.diseases.ruleset import NoRuleSet, RuleSetError, build, digest, rule_set, rule_sets
from tracing.diseases.ruleset.loading import FOLDER, TOPICS

Tables = dict[str, dict[str, Any]]


@pytest.fixture
def tables() -> Tables:
    found: Tables = {}
    for topic in ("disease", *TOPICS):
        found[topic] = tomllib.loads((FOLDER / "covid19" / f"{topic}.toml").read_text(encoding="utf-8"))
    return copy.deepcopy(found)


def item(tables: Tables, topic: str, rule_id: str) -> dict[str, Any]:
    return next(found for found in tables[topic][topic] if found["id"] == rule_id)


def test_what_ships_is_right(tables: Tables) -> None:
    assert set(rule_sets()) == {"covid19", "measles"}
    assert build("covid19", tables).isolation["general", "symptomatic"].on(date(2020, 6, 1)).id == "ISO-2020-05"  # type: ignore[union-attr]


def test_a_disease_without_rules_is_refused() -> None:
    with pytest.raises(NoRuleSet):
        rule_set("lyme")


def unknown_key(tables: Tables) -> None:
    item(tables, "isolation", "ISO-2020-05")["dayz"] = 10


def wrong_type(tables: Tables) -> None:
    item(tables, "isolation", "ISO-2020-05")["days"] = "10"


def yes_for_a_number(tables: Tables) -> None:
    item(tables, "isolation", "ISO-2020-05")["days"] = True


def unknown_word(tables: Tables) -> None:
    item(tables, "isolation", "ISO-2020-05")["conditions"] = ["fever_free_36h"]


def missing(tables: Tables) -> None:
    del item(tables, "isolation", "ISO-2020-05")["basis"]


def overlap(tables: Tables) -> None:
    item(tables, "isolation", "ISO-2020-05")["to"] = date(2020, 7, 17)


def still_open(tables: Tables) -> None:
    del item(tables, "isolation", "ISO-2020-05")["to"]


def gap(tables: Tables) -> None:
    item(tables, "isolation", "ISO-2020-05")["to"] = date(2020, 7, 14)


def nothing_follows(tables: Tables) -> None:
    item(tables, "targets", "TGT-2022-02")["to"] = date(2026, 1, 31)


def backwards(tables: Tables) -> None:
    item(tables, "contact", "CON-2020-03")["to"] = date(2020, 1, 1)


def gap_in_quarantine(tables: Tables) -> None:
    item(tables, "quarantine", "QUA-2021-12")["from"] = date(2022, 1, 1)


def same_exemption_twice(tables: Tables) -> None:
    item(tables, "quarantine", "QUA-2021-02-V")["to"] = date(2021, 3, 10)


def same_id_twice(tables: Tables) -> None:
    item(tables, "contact", "CON-2021-07-K")["id"] = "CON-2020-10"


def no_last_clause(tables: Tables) -> None:
    item(tables, "scope", "SCP-2020-05")["clauses"][-1]["age_from"] = 5


def clause_never_read(tables: Tables) -> None:
    clauses = item(tables, "scope", "SCP-2020-05")["clauses"]
    clauses.insert(0, {"code": "call", "reason": "every_case"})


def unknown_setting(tables: Tables) -> None:
    item(tables, "scope", "SCP-2020-05")["clauses"][0]["settings"] = ["nursing_hom"]


def unknown_fact(tables: Tables) -> None:
    item(tables, "priority", "PRI-2020-05")["weights"][0]["fact"] = "shoe_size"


def empty_criterion(tables: Tables) -> None:
    item(tables, "case_definition", "CSTE-22-01")["criteria"].append({"classification": "suspect", "reason": "x"})


def signs_without_list(tables: Tables) -> None:
    del item(tables, "case_definition", "CSTE-20-02")["symptom_groups"]


def no_rule_at_all(tables: Tables) -> None:
    tables["episode"] = {}


def other_name(tables: Tables) -> None:
    tables["disease"]["disease"] = "covid"


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (unknown_key, 'covid19/isolation.toml, isolation ISO-2020-05: unknown key "dayz"'),
        (wrong_type, "covid19/isolation.toml, isolation ISO-2020-05: \"days\" must be a whole number, not '10'"),
        (yes_for_a_number, 'covid19/isolation.toml, isolation ISO-2020-05: "days" must be a whole number, not True'),
        (unknown_word, '"conditions" says "fever_free_36h"; known are: fever_free_24h'),
        (missing, 'covid19/isolation.toml, isolation ISO-2020-05: "basis" is missing'),
        (overlap, "ISO-2020-05 (2020-05-03 to 2020-07-17) overlaps ISO-2020-07 (2020-07-17 to 2021-12-26); close the"),
        (still_open, "close the earlier one on 2020-07-16"),
        (gap, "no rule from 2020-07-15 to 2020-07-16, between ISO-2020-05 and ISO-2020-07"),
        (nothing_follows, "covid19/targets.toml: no rule after 2026-01-31: TGT-2022-02 ended and nothing follows"),
        (backwards, 'contact CON-2020-03: "to" (2020-01-01) lies before "from" (2020-03-01)'),
        (gap_in_quarantine, "no rule from 2021-12-27 to 2021-12-31, between QUA-2020-12-F and QUA-2021-12"),
        (same_exemption_twice, "exempt fully_vaccinated: QUA-2021-02-V (2021-02-10 to 2021-03-10) overlaps QUA-2021-03-V"),
        (same_id_twice, "the id CON-2020-10 is used twice"),
        (no_last_clause, "the last clause must hold for everybody"),
        (clause_never_read, 'clause "every_case" has no condition'),
        (unknown_setting, '"settings" says "nursing_hom"'),
        (unknown_fact, '"fact" says "shoe_size"'),
        (empty_criterion, "a criterion must ask for something"),
        (signs_without_list, "asks for clinical signs, but there is no symptom group"),
        (no_rule_at_all, 'covid19/episode.toml: "episode" is missing'),
        (other_name, 'covid19/disease.toml: "disease" says "covid", but the folder is called "covid19"'),
    ],
)
def test_errors_name_the_item(tables: Tables, damage: Callable[[Tables], None], told: str) -> None:
    damage(tables)
    with pytest.raises(RuleSetError, match=re.escape(told)):
        build("covid19", tables)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    from tracing.diseases.ruleset import load

    folder = tmp_path / "plague"
    folder.mkdir()
    with pytest.raises(RuleSetError, match=r"plague/disease\.toml: the file is missing"):
        load(folder)
    (folder / "disease.toml").write_text("disease = ")
    with pytest.raises(RuleSetError, match=r"plague/disease\.toml: Invalid value"):
        load(folder)


def test_the_digest_sees_content_only() -> None:
    assert digest({"a": date(2020, 5, 3), "b": [1]}) == digest({"b": [1], "a": "2020-05-03"})
    assert digest({"a": 1}) != digest({"a": 2})


def test_no_disease_is_named_in_code() -> None:
    """Everything about one disease is data; only the code tables and this test may name one."""
    room = FOLDER.parent
    files = [*room.glob("*.py"), *room.glob("rules/*.py"), *room.glob("ruleset/*.py")]
    own = [path for path in files if path.name not in ("interpret.py", "codebook.py")]
    assert len(own) > 15
    for path in own:
        assert not re.search(r"covid|sars.?cov|corona", path.read_text(encoding="utf-8"), re.IGNORECASE), path.name
