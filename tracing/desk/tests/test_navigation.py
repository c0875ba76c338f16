"""The bar on top of every page: daily pages as links, the rest in menus."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from tracing.access.viewer import Viewer
from tracing.desk.navigation import GROUPS, PLACES, Menu, bar, links

NOBODY = Viewer(UUID(int=1), "", {}, frozenset(), None, ())


def _may(*permissions: str) -> Viewer:
    return replace(NOBODY, everywhere=frozenset(permissions))


def test_the_daily_pages_stand_in_the_bar_itself_and_the_others_under_a_word() -> None:
    shown = bar(_may("lists.see", "intake.review", "cases.transfer", "people.settle_match"), "desk:my_day", read=False)
    names = [[str(link.label) for link in one.links] if isinstance(one, Menu) else str(one.label) for one in shown]
    assert names == ["My day", "Notices", "Cases", "Calls", ["No way to reach", "Held", "Matches"], "Transfers"]


def test_a_menu_tells_that_the_page_is_in_it_and_what_waits_there() -> None:
    shown = bar(_may("intake.review", "people.settle_match"), "desk:pair", {"desk:held": 2, "desk:matches": 3}, read=False)
    (menu,) = [one for one in shown if isinstance(one, Menu)]
    assert menu.current and menu.count == 5 and [link.current for link in menu.links] == [False, True]


def test_every_entry_is_reached_from_the_bar() -> None:
    everybody = _may(*{need for place in PLACES for need in ((place.needs,) if isinstance(place.needs, str) else place.needs) if need})
    shown = [link.url for one in bar(everybody, "", read=False) for link in (one.links if isinstance(one, Menu) else (one,))]
    assert sorted(shown) == sorted({link.url for link in links(everybody, read=False)}) and len(shown) == len(PLACES)
    assert {place.group for place in PLACES} == {"", *GROUPS}
