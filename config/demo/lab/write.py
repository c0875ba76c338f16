"""Puts orders into files as laboratories would: batches, spreadsheets and bundles, one file per laboratory and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from config.demo.lab import orders as o
from config.demo.lab.formats import hl7_text, make_batch, make_bundle, make_csv
from config.demo.lab.orders import Order, Place
from config.demo.lab.scenes import Fortnight

_LEAST_EVERYDAY = 20


@dataclass(frozen=True, slots=True)
class Written:
    """A file as a laboratory sent it."""

    path: Path
    lab: Place
    at: datetime
    """When it was sent: just after its last result."""
    reports: int


def write_reports(folder: Path, *, today: date, seed: int, count: int) -> list[Path]:
    """Files with about `count` reports of the last two weeks before `today`, in the order in which they came.

    All scenes are always there: fewer than about 120 reports is not possible.
    """
    return [file.path for file in write_files(folder, today=today, seed=seed, count=count)]


def write_files(folder: Path, *, today: date, seed: int, count: int, town: str = "", of_town: int = 0) -> list[Written]:
    """The same, with what is known of each file; and `of_town` more from one town."""
    fortnight = Fortnight(today=today, seed=seed)
    orders = list(fortnight.scenes())
    orders += fortnight.everyday(max(count - len(orders), _LEAST_EVERYDAY))
    if town:
        orders += fortnight.around(town, of_town)
    return write_orders(folder, orders)


def write_orders(folder: Path, orders: Iterable[Order]) -> list[Written]:
    """One file per laboratory and day of the result."""
    folder.mkdir(parents=True, exist_ok=True)
    days: dict[tuple[date, str], list[Order]] = defaultdict(list)
    for order in sorted(orders, key=lambda order: order.resulted):
        days[order.resulted.date(), order.lab.clia].append(order)
    written = []
    for (day, clia), listed in sorted(days.items()):
        at = listed[-1].resulted + timedelta(minutes=1)
        name, content = _file(listed, at)
        path = folder / f"{day:%Y-%m-%d}-{clia}-{name}"
        path.write_bytes(content)
        written.append(Written(path, listed[0].lab, at, len(listed)))
    return written


def _file(orders: list[Order], at: datetime) -> tuple[str, bytes]:
    lab = orders[0].lab
    if lab is o.SCHOOLS:
        return "results.csv", make_csv(orders)
    if lab is o.SOUND:
        return "bundles.ndjson", b"".join(make_bundle(order) for order in orders)
    if lab is o.NUTMEG:
        return "messages.hl7", "".join(hl7_text(order) for order in orders).encode()
    return "batch.hl7", make_batch([hl7_text(order) for order in orders], sender=lab, at=at, number=f"{at:%Y%m%d%H%M}")
