"""Puts orders into files as laboratories would: batches, spreadsheets and bundles, one file per laboratory and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from config.demo.lab import orders as o
from config.demo.lab.formats import hl7_text, make_batch, make_bundle, make_csv
from config.demo.lab.orders import Order
from config.demo.lab.scenes import Fortnight

_LEAST_EVERYDAY = 20


def write_reports(folder: Path, *, today: date, seed: int, count: int) -> list[Path]:
    """Files with about `count` reports of the last two weeks before `today`, in the order in which they came.

    All scenes are always there: fewer than about 110 reports is not possible.
    """
    fortnight = Fortnight(today=today, seed=seed)
    orders = list(fortnight.scenes())
    orders += fortnight.everyday(max(count - len(orders), _LEAST_EVERYDAY))
    return write_orders(folder, orders)


def write_orders(folder: Path, orders: Iterable[Order]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    days: dict[tuple[date, str], list[Order]] = defaultdict(list)
    for order in sorted(orders, key=lambda order: order.resulted):
        days[order.resulted.date(), order.lab.clia].append(order)
    written = []
    for (day, clia), listed in sorted(days.items()):
        name, content = _file(listed)
        path = folder / f"{day:%Y-%m-%d}-{clia}-{name}"
        path.write_bytes(content)
        written.append(path)
    return written


def _file(orders: list[Order]) -> tuple[str, bytes]:
    lab = orders[0].lab
    if lab is o.SCHOOLS:
        return "results.csv", make_csv(orders)
    if lab is o.SOUND:
        return "bundles.ndjson", b"".join(make_bundle(order) for order in orders)
    if lab is o.NUTMEG:
        return "messages.hl7", "".join(hl7_text(order) for order in orders).encode()
    at: datetime = orders[-1].resulted + timedelta(minutes=1)
    return "batch.hl7", make_batch([hl7_text(order) for order in orders], sender=lab, at=at, number=f"{at:%Y%m%d%H%M}")
