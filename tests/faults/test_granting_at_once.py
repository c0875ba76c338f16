"""Two administrators in the same moment: the last one stays, one proposal is confirmed once, one list makes each account once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from tracing.access.actions import NewStaff, Refused, close_accounts, confirm_grant, end_grant, grant, invite_staff
from tracing.access.granting import state_administrators
from tracing.access.models import Membership, User
from tracing.access.tests.staffed import BY, NOON, staffed
from tracing.journal.actions import Unchanged

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works: Callable[[], object]) -> list[str]:
    """Run them in the same moment, each on a connection of its own: the code of each refusal, "" for what was done."""
    start, codes = threading.Barrier(len(works)), list[str]()

    def run(work: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            start.wait(30)
            work()
            codes.append("")
        except Refused as why:
            codes.append(why.code)
        except Exception as fault:
            codes.append(type(fault).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(codes)


def test_two_administrators_who_end_each_other_leave_one() -> None:
    made = staffed()
    viewers = {name: made.who(name) for name in ("ana", "ben")}
    held = {name: Membership.objects.select_related("role", "unit").get(user=made.users[name]) for name in viewers}

    def end(who: str, whom: str) -> Callable[[], object]:
        return lambda: end_grant(viewer=viewers[who], membership=held[whom], by=made.by(who), at=NOON)

    codes = together(end("ana", "ben"), end("ben", "ana"))
    assert codes[0] == "" and codes[1] in ("last_administrator", "not_administered")
    assert len(state_administrators(NOON + timedelta(seconds=1))) == 1


def test_two_administrators_who_close_each_other_leave_one() -> None:
    made = staffed()
    viewers = {name: made.who(name) for name in ("ana", "ben")}

    def close(who: str, whom: str) -> Callable[[], object]:
        def work() -> None:
            told = close_accounts(viewer=viewers[who], users=[made.users[whom]], by=made.by(who), at=NOON)
            if not isinstance(told, Unchanged) and told[0].refused:
                raise Refused(told[0].refused)

        return work

    assert "" in together(close("ana", "ben"), close("ben", "ana"))
    assert User.objects.filter(pk__in=[made.users["ana"].pk, made.users["ben"].pk], is_active=True).count() == 1


def test_one_proposal_is_confirmed_once_and_one_role_given_once() -> None:
    made = staffed()
    made.add("cora", "administrator", "ct")
    viewers = {name: made.who(name) for name in ("ana", "ben", "cora")}
    proposed = grant(
        viewer=viewers["ana"], user=made.users["nils"], role=made.roles["auditor"], unit=made.units["ct"], since=NOON, why="w",
        by=made.by("ana"), at=NOON,
    ).proposal  # fmt: skip
    assert proposed is not None

    def confirm(who: str) -> Callable[[], object]:
        return lambda: confirm_grant(viewer=viewers[who], proposal=proposed, by=made.by(who), at=NOON)

    def give(who: str) -> Callable[[], object]:
        return lambda: grant(viewer=viewers[who], user=made.users["nils"], role=made.roles["tracer"], unit=made.units["hartford"], since=NOON,
                             why="w", by=made.by(who), at=NOON)  # fmt: skip

    assert together(confirm("ben"), confirm("cora")) == ["", "answered"]
    assert together(give("ana"), give("ben"), give("cora")) == ["", "overlaps", "overlaps"]
    assert Membership.objects.filter(user=made.users["nils"]).count() == 2


def test_one_list_sent_twice_makes_each_account_once() -> None:
    made = staffed()
    viewer = made.who("ana")
    lines = [
        NewStaff(n, f"new{n}@example.org", f"Nova N{n}", made.roles["tracer"], made.units["hartford"], NOON) for n in range(40)
    ]

    def send() -> object:
        return invite_staff(viewer=viewer, lines=lines, by=BY, at=NOON)

    assert together(send, send, send) == ["", "", ""]
    assert User.objects.filter(email__startswith="new").count() == 40 == Membership.objects.filter(source="sheet").count()
