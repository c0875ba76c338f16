"""People: who is who, in files and in the database (docs/people.md, docs/matching.md).

  contact people link LEFT.csv [RIGHT.csv] --format jsonl    pairs that are one person, certainly or possibly
  contact people match INDEX.csv CASES.csv --format jsonl    each case to at most one person of an unchanged index
  contact people train FILE.csv --out weights.json           learn weights from a file
  contact people train --database --out weights.json         learn them from everybody known here
  contact people duplicates                                  look for people known twice, in the background
  contact people keys                                        make the keys anew by which people are found

link and match need no database. The first column of a file is the id unless --id names another; the others are found by their
headers, and what was taken for what is printed to standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.ready import Stop, ready

if TYPE_CHECKING:
    from tracing.people.linkage.batch import Linked
    from tracing.people.linkage.columns import Mapping
    from tracing.people.linkage.weights import Weights


def arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="what", required=True, metavar="link | match | train | duplicates | keys")
    link = words.add_parser("link", help="pairs of records that are one person")
    link.add_argument("left", type=Path, metavar="LEFT.csv")
    link.add_argument("right", type=Path, nargs="?", metavar="RIGHT.csv", help="without it, LEFT is searched for duplicates")
    link.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb", help="spark: for files that outgrow one machine")
    link.add_argument("--unfitted", action="store_true", help="keep the weights as they are: by default they are moved towards the files")
    match = words.add_parser("match", help="each case to at most one person of an index")
    match.add_argument("index", type=Path, metavar="INDEX.csv")
    match.add_argument("cases", type=Path, metavar="CASES.csv")
    train = words.add_parser("train", help="learn weights from data")
    train.add_argument("file", type=Path, nargs="?", metavar="FILE.csv")
    train.add_argument("--database", action="store_true", help="learn from everybody known here")
    train.add_argument("--out", type=Path, required=True, metavar="weights.json", help="in a profile's folder it is used from then on")
    train.add_argument("--version", default="", help="what to call it (today's date)")
    duplicates = words.add_parser("duplicates", help="look for people known twice")
    duplicates.add_argument("--now", action="store_true", help="here and at once, instead of by the worker")
    words.add_parser("keys", help="make the keys anew by which people are found")
    for one in (link, match, train):
        one.add_argument("--id", default="", metavar="COLUMN", help="the column that holds the id (the first)")
        one.add_argument("--weights", type=Path, metavar="FILE", help="a document of weights (the one that comes along)")
    for one in (link, match):
        one.add_argument("--format", choices=["jsonl"], default="jsonl")


def run(options: argparse.Namespace) -> int:
    if options.what in ("duplicates", "keys") or (options.what == "train" and options.database):
        ready("command")
    from tracing.people.linkage.columns import ColumnsUnknown
    from tracing.people.linkage.weights import WeightsUnreadable

    try:
        return {"link": _link, "match": _match, "train": _train, "duplicates": _duplicates, "keys": _keys}[options.what](options)
    except ColumnsUnknown as wrong:
        raise Stop("CT170", str(wrong), 2) from wrong
    except WeightsUnreadable as wrong:
        raise Stop("CT171", str(wrong), 2) from wrong
    except FileNotFoundError as wrong:
        raise Stop("CT172", f"There is no file {wrong.filename}.", 2) from wrong
    except UnicodeDecodeError as wrong:
        raise Stop("CT173", "A file is not written in UTF-8. Save it as CSV (UTF-8).", 2) from wrong


def _link(options: argparse.Namespace) -> int:
    if options.engine == "spark":
        return _link_on_spark(options)
    from tracing.people.linkage.batch import Engine

    with Engine(_weights(options)) as engine:
        _say(options.left, engine.load_csv("l", options.left, date.today(), options.id))
        if options.right:
            _say(options.right, engine.load_csv("r", options.right, date.today(), options.id))
        engine.count_names()
        engine.pairs(fitted=not options.unfitted)
        if not options.right:
            engine.join_through_others()
        _print(map(_told, engine.links()))
    return 0


def _link_on_spark(options: argparse.Namespace) -> int:
    try:
        from tracing.people.linkage.spark import link
    except ModuleNotFoundError as missing:
        raise Stop("CT176", f"{missing.name} is not installed. Install it (pip install 'contact[spark]') and Java 17.", 2) from missing
    where, found = link(
        options.left, options.right, _weights(options), today=date.today(), id_column=options.id, fitted=not options.unfitted
    )
    for path, mapped in zip([options.left, options.right], where, strict=False):
        _say(path, mapped)
    _print(map(_told, found))
    return 0


def _told(one: Linked) -> dict[str, Any]:
    return {
        "left_id": one.left, "right_id": one.right, "score": round(one.pair.score, 6), "outcome": one.pair.outcome,
        "reasons": list(one.pair.reasons),
    }  # fmt: skip


def _match(options: argparse.Namespace) -> int:
    from tracing.people.linkage.batch import Engine

    with Engine(_weights(options)) as engine:
        _say(options.index, engine.load_csv("r", options.index, date.today(), options.id))
        _say(options.cases, engine.load_csv("l", options.cases, date.today(), options.id))
        engine.count_names()
        engine.pairs()
        _print(
            {"case_id": case, "person_id": person, "outcome": outcome, "score": round(pair.score, 6) if pair else None,
             "reasons": list(pair.reasons) if pair else []}
            for case, outcome, person, pair in engine.best_of()
        )  # fmt: skip
    return 0


def _train(options: argparse.Namespace) -> int:
    if bool(options.file) == options.database:
        raise Stop("CT174", "Name a file to learn from, or say --database.", 2)
    from tracing.people.linkage.batch import Engine
    from tracing.people.linkage.train import TooFewPairs, train, written

    with Engine(_weights(options)) as engine:
        if options.file:
            _say(options.file, engine.load_csv("l", options.file, date.today(), options.id))
        else:
            from tracing.people.scanning import everybody

            engine.load("l", everybody())
        try:
            document = train(engine, version=options.version or date.today().isoformat(), today=date.today())
        except TooFewPairs as wrong:
            raise Stop("CT175", "The data hold too few records that could be of one person to learn from them.", 2) from wrong
    options.out.write_text(written(document))
    print(f"{options.out}: weights {document['version']}, {document['source']}.")
    return 0


def _duplicates(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from tracing.journal.actor import job

    if options.now:
        from tracing.people.scanning import find_duplicates

        print(f"{find_duplicates(by=job('contact people duplicates'), at=timezone.now())} pairs to look at.")
        return 0
    from tracing.people.jobs import look_for_duplicates

    look_for_duplicates.defer()
    print("The worker looks for people known twice; pairs appear on the page of matches to review.")
    return 0


def _keys(_options: argparse.Namespace) -> int:
    from tracing.people.scanning import refresh_all_keys
    from tracing.people.search.upkeep import rebuild

    print(f"{refresh_all_keys()} people had other keys.")
    print(f"{rebuild(print)} people made ready for search.")
    return 0


def _weights(options: argparse.Namespace) -> Weights:
    from tracing.people.linkage.weights import load, shipped

    return load(options.weights) if options.weights else shipped()


def _say(path: Path, where: Mapping) -> None:
    print(f"{path.name}:", *where.described(), sep="\n  ", file=sys.stderr)


def _print(lines: Iterable[dict[str, Any]]) -> None:
    for line in lines:
        print(json.dumps(line))
