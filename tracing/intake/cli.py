"""`contact intake receive | status | source`: its words. Imported before Django is ready; Django's side is in `orders`."""

from __future__ import annotations

import argparse
from typing import Any


def arguments(actions: Any) -> None:
    """Add the subcommands to `contact intake`."""
    receive = actions.add_parser("receive", help="store files as deliveries; a worker reads and files them")
    receive.add_argument("paths", nargs="+", metavar="PATH", help="file or folder; - is standard input")
    receive.add_argument("--source", default="by-hand", metavar="CODE", help="who sent them (by-hand)")
    receive.add_argument("--now", action="store_true", help="read and file them here, without waiting for a worker")

    status = actions.add_parser("status", help="what came, what waits, what was filed, held, set aside")
    status.add_argument("--format", choices=["text", "json"], default="text")

    source = actions.add_parser("source", help="senders and their keys")
    words = source.add_subparsers(dest="source_what", required=True, metavar="list | add | key | confirm")
    listing = words.add_parser("list", help="senders, with what needs looking after")
    listing.add_argument("--format", choices=["text", "json"], default="text")
    add = words.add_parser("add", help="add a sender")
    add.add_argument("code", metavar="CODE", help="small letters, digits and hyphens")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--unit", default="", metavar="CODE", help="whose staff look after it (the state)")
    add.add_argument("--every-hours", type=int, default=24, metavar="N", help="how often something is expected (24)")
    add.add_argument("--folder", default="", metavar="PATH", help="folder that is watched for its files")
    add.add_argument("--pull-every-minutes", type=int, default=0, metavar="N", help="fetch from the folder this often instead")
    add.add_argument("--surveillance", action="store_true", help="the surveillance system: its merges and renumberings are followed")
    add.add_argument("--tests-open-cases", action="store_true", help="file messages marked as tests like live ones")
    key = words.add_parser("key", help="make a key; it is shown once")
    key.add_argument("code", metavar="CODE")
    key.add_argument("--days", type=int, default=365, metavar="N", help="how long it lasts (365)")
    key.add_argument("--revoke", default="", metavar="HINT", help="instead: end the key with these last characters")
    confirm = words.add_parser("confirm", help="confirm a sender that waits for it: what it sent is filed")
    confirm.add_argument("code", metavar="CODE")


def run(options: argparse.Namespace) -> int:
    """After Django is ready. Exit code: 0 done, 1 something failed, 2 asked for wrongly."""
    from django.utils import timezone

    from tracing.intake import orders

    match options.what:
        case "receive":
            return orders.receive_paths(options, now=timezone.now)
        case "status":
            return orders.show_status(options, now=timezone.now)
        case _:
            return orders.manage_sources(options, now=timezone.now)
