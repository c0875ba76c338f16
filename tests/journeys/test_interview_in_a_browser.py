"""From *Next call* to a complete interview with three contacts, with mouse and keyboard: what it costs beyond the answers themselves."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import pytest

from tests.browser import MISSING, chromium
from tests.journeys import asking
from tests.journeys.pictures import a_browser, context_of, scene  # noqa: F401
from tests.scene import Scene
from tracing.cases.models import Interview
from tracing.contacts.models import Exposure
from tracing.questionnaires.models import Answer, Response
from tracing.tasks.models import Attempt

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not chromium(), reason=MISSING)]

AT_MOST: Final = 60
PEOPLE: Final = "Maria Lopez 203-555-0142, son\nJorge Lopez 203-555-0143, brother\nAna Reyes 203-555-0144, friend"
CHOSEN: Final = (
    ("illness.any", "yes"), ("illness.symptoms", "fever"), ("illness.symptoms", "cough"), ("illness.better", "yes"),
    ("clinical.conditions", "none"), ("clinical.treated", "no"), ("vaccine.any", "no"), ("clinical.before", "no"), ("hospital.seen", "no"),
    ("hospital.overnight", "no"), ("demographics.sex", "F"), ("demographics.race", "2106-3"), ("demographics.ethnicity", "N"),
    ("demographics.pregnant", "no"), ("work.works", "no"), ("work.studies", "no"), ("places.travel", "no"), ("contacts.none_more", "no"),
    ("isolation.able", "yes"), ("isolation.bathroom", "yes"), ("needs.any", "no"), ("consents.texts", "yes"), ("consents.again", "yes"),
)  # fmt: skip
WRITTEN: Final = (("identity.birth_on", "1980-05-05"), ("illness.onset_on", "2021-01-10"), ("illness.fever_highest", "102"))


@dataclass
class Hand:
    """A hand that counts. An answer is the word typed or the choice clicked; to get to it, and everything else, counts."""

    page: Any
    beyond: int = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.beyond += 1

    def click(self, place: Any) -> None:
        place.click()
        self.beyond += 1

    def choose(self, question: str, code: str) -> None:
        asking.choose(self.page, question, code)

    def pick(self, question: str, code: str) -> None:
        self.page.locator(f'select[name="q~~{question}"]').select_option(code)
        self.beyond += 1
        asking.kept(self.page)

    def write(self, question: str, words: str) -> None:
        place = self.page.locator(f'[name="q~~{question}"]')
        self.click(place)
        place.fill(words)


def test_from_next_call_to_a_complete_interview_with_three_contacts(scene: Scene, live_server: Any) -> None:  # noqa: F811
    before = Attempt.objects.count()
    with a_browser() as browser:
        window = context_of(browser, scene, live_server.url, "tracer", "wide")
        page = window.new_page()
        troubles: list[str] = []
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        hand = Hand(page)
        page.goto(f"{live_server.url}/")
        hand.press("n")
        page.wait_for_url("**/call/*")
        hand.press("i")
        page.wait_for_url("**/questions")
        hand.write(*WRITTEN[0])
        for question, code in CHOSEN[:4]:
            hand.choose(question, code)
        for question, words in WRITTEN[1:]:
            hand.write(question, words)
        for question, code in CHOSEN[4:]:
            hand.choose(question, code)
        hand.pick("home.setting", "home")
        hand.click(page.locator("#naming_people"))
        page.locator("#naming_people").fill(PEOPLE)
        hand.click(page.locator("#contacts-panel").get_by_role("button", name="Add", exact=True))
        page.locator(".panel__count", has_text="3 people named").wait_for()
        assert page.evaluate("document.activeElement.id") == "naming_people", "the next one is typed at once"
        hand.click(page.get_by_role("button", name="Everything was asked"))
        page.wait_for_url("**/call/*")
        hand.press("1")
        page.wait_for_url("**/ended")
        window.close()
    assert not troubles, "\n".join(troubles)
    assert Response.objects.get().status == "complete"
    interview = Interview.objects.get(response__isnull=False, kind="complete")
    assert (interview.symptomatic, interview.symptoms, str(interview.onset_on)) == (True, ["fever", "cough"], "2021-01-10")
    assert Answer.objects.count() == len({question for question, _code in CHOSEN}) + len(WRITTEN) + 1
    assert Exposure.objects.filter(source=interview.case, contact__family__in=["Lopez", "Reyes"]).count() == 3
    assert Attempt.objects.count() == before + 1
    print(f"beyond the answers: {hand.beyond} key strokes and clicks")
    assert hand.beyond <= AT_MOST


def test_what_is_typed_is_kept_though_the_page_is_left_and_what_is_not_kept_says_so(scene: Scene, live_server: Any) -> None:  # noqa: F811
    with a_browser() as browser:
        window = context_of(browser, scene, live_server.url, "tracer", "wide")
        page = window.new_page()
        page.goto(f"{live_server.url}/")
        page.locator(".button--next").click()
        page.wait_for_url("**/call/*")
        asking.begin(page)
        asking.choose(page, "illness.any", "yes")
        asking.choose(page, "illness.symptoms", "fever")
        asking.write(page, "illness.fever_highest", "102")
        page.goto(f"{live_server.url}/")
        until = monotonic() + 30
        while not Answer.objects.filter(link_id="illness.fever_highest").exists() and monotonic() < until:
            pass
        page.go_back()
        page.reload()
        assert page.locator('[name="q~~illness.fever_highest"]').input_value() == "102"
        window.clear_cookies()
        page.locator("#naming_people").fill("Paolo Marchetti")
        page.locator("#contacts-panel").get_by_role("button", name="Add", exact=True).click()
        page.locator("#contacts-panel [data-failed]").wait_for(state="visible")
        assert page.locator("#naming_people").input_value() == "Paolo Marchetti", "what was typed is still there"
        window.close()
