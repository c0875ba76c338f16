"""Two weeks of laboratory reports for a state: everyday ones, and scenes that every tracer knows.

Each scene gives orders; which file an order goes into, and when, follows from its laboratory and the time of its result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from config.demo.lab import orders as o
from config.demo.lab.invented import Invented, person, phones
from config.demo.lab.names import MISSPELT, TOWNS
from config.demo.lab.orders import Answer, Finding, Order, Place

_ZONE = ZoneInfo("America/New_York")
DAYS = 14
_NURSING = o.residence("42665001", "Nursing Home")
_PENAL = o.residence("722173008", "Prison-based Care Site")


class Fortnight:
    """The last DAYS days before `today`. The same seed gives the same people, results and times."""

    def __init__(self, *, today: date, seed: int) -> None:
        self.rng = Random(seed)
        self.today = today
        self._number = 1_000_000 + seed % 1000 * 10_000
        self._phones = phones(self.rng)

    def scenes(self) -> Iterator[Order]:
        """The named scenes, about 90 orders."""
        for scene in (
            self._nursing_home, self._prison, self._households, self._student, self._from_elsewhere, self._unknown_codes,
            self._gaps, self._measles, self._influenza, self._hiv, self._corrections, self._withdrawn, self._repeats,
            self._misspelt, self._alike, self._no_answer, self._not_live,
        ):  # fmt: skip
            yield from scene()

    def everyday(self, count: int) -> Iterator[Order]:
        """Single tests of single people; every third to fifth is positive."""
        for _ in range(count):
            who = self.somebody()
            positive = self.rng.random() < 0.28
            lab = self.rng.choices((o.CHARTER_OAK, o.NUTMEG, o.SOUND, o.SCHOOLS), (4, 3, 2, 2))[0]
            days = self.rng.choices(range(DAYS), range(DAYS + 2, 2, -1))[0]
            days = max(days, 1) if lab is o.SCHOOLS else days  # rapid tests are read where they are taken, by day
            yield self.order(who, positive, days_ago=days, lab=lab, answers=self._answers(positive, days))

    def around(self, town: str, count: int) -> Iterator[Order]:
        """Tests in one town, of older people more often than not: those whom the rules of today have called."""
        _, county, _, zips = next(row for row in TOWNS if row[0] == town)
        for number in range(count):
            who = self.somebody(ages=(65, 91) if number % 5 < 3 else None)
            who = replace(who, city=town, zip=self.rng.choice(zips), county=county)
            positive = self.rng.random() < 0.45
            days = self.rng.choices(range(1, DAYS), range(DAYS, 1, -1))[0]
            lab = self.rng.choice((o.CHARTER_OAK, o.NUTMEG, o.SOUND))
            yield self.order(who, positive, days_ago=days, lab=lab, answers=self._answers(positive, days))

    # Parts of an order

    def somebody(self, *, phone: bool = True, ages: tuple[int, int] | None = None) -> Invented:
        self._number += 1
        number = self._phones.pop() if phone and self._phones and self.rng.random() < 0.93 else ""
        return person(self.rng, self._number, today=self.today, phone=number, ages=ages)

    def when(self, days_ago: int, hour: int | None = None) -> datetime:
        """A time of that day, in the working hours of a test site."""
        day = self.today - timedelta(days=days_ago)
        hour = self.rng.randint(7, 18) if hour is None else hour
        return datetime(day.year, day.month, day.day, hour, self.rng.randint(0, 59), tzinfo=_ZONE)

    def order(
        self,
        who: Invented,
        positive: bool,
        *,
        days_ago: int,
        lab: Place = o.CHARTER_OAK,
        facility: Place | None = None,
        answers: tuple[Answer, ...] = (),
        findings: tuple[Finding, ...] = (),
        panel: tuple[str, str] = ("", ""),
        specimen: tuple[str, str] = ("697989009", "Anterior nares swab"),
        processing: str = "P",
        note: str = "",
        died: bool = False,
        takes: timedelta | None = None,
    ) -> Order:
        """`days_ago`: when the specimen was taken. A result takes some hours, and never comes from the future."""
        test = o.RAPID if lab is o.SCHOOLS else o.PCR
        collected = self.when(days_ago)
        hours = self.rng.randint(0, 1) if lab is o.SCHOOLS else self.rng.randint(8, 40)
        resulted = collected + (takes if takes is not None else timedelta(hours=hours, minutes=self.rng.randint(5, 55)))
        latest = datetime(self.today.year, self.today.month, self.today.day, 7, 30, tzinfo=_ZONE)
        if resulted > latest:
            resulted = latest - timedelta(minutes=self.rng.randint(1, 300))
            collected = min(collected, resulted - timedelta(hours=1))
        self._number += 1
        value = o.POSITIVE if positive else o.NEGATIVE
        return Order(
            person=who,
            findings=findings or (Finding(*test, *value),),
            collected=collected,
            resulted=resulted,
            accession=f"{lab.clia[-2:]}-{self._number}",
            control_id=f"{lab.clia}{self._number}",
            lab=lab,
            facility=facility or self.rng.choice(o.CLINICS),
            panel=panel,
            answers=answers,
            processing=processing,
            specimen=specimen,
            note=note,
            died=died,
        )

    def again(self, order: Order, *, findings: tuple[Finding, ...], after: timedelta, note: str = "") -> Order:
        """A later version of the same report: same accession, new message."""
        self._number += 1
        latest = datetime(self.today.year, self.today.month, self.today.day, 7, 45, tzinfo=_ZONE)
        resulted = min(order.resulted + after, latest)
        number = f"{order.lab.clia}{self._number}"
        return replace(order, findings=findings, resulted=resulted, control_id=number, note=note)

    def _answers(self, positive: bool, days_ago: int) -> tuple[Answer, ...]:
        ill = self.rng.random() < (0.65 if positive else 0.3)
        if self.rng.random() < 0.35:
            return (o.symptomatic(None),) if self.rng.random() < 0.3 else ()
        said = [o.symptomatic(ill)]
        if ill:
            said.append(o.onset(self.when(days_ago + self.rng.randint(1, 5))))
        said.append(o.healthcare(self.rng.random() < 0.08))
        if self.rng.random() < 0.4:
            said.append(o.congregate(self.rng.random() < 0.05))
        if self.rng.random() < 0.1:
            said.append(o.hospitalized(positive and self.rng.random() < 0.3))
        return tuple(said)

    # Scenes

    def _nursing_home(self) -> Iterator[Order]:
        """An outbreak among residents, and two of those who care for them."""
        home = o.NURSING_HOME
        answers = (o.symptomatic(False), o.congregate(True), _NURSING)
        for i in range(14):
            who = self.somebody(phone=False, ages=(72, 97))
            who = replace(
                who, street=home.street, street2=f"Room {101 + i}", city=home.city, zip=home.zip, county="Litchfield",
                phone=home.phone, email="",
            )  # fmt: skip
            died = i == 3
            yield self.order(who, i % 4 != 3 or died, days_ago=2 + i // 6, facility=home, answers=answers, died=died)
        for _ in range(2):
            who = replace(self.somebody(ages=(24, 58)), city="Torrington", zip="06790", county="Litchfield")
            yield self.order(who, True, days_ago=1, facility=home, answers=(o.symptomatic(True), o.healthcare(True)))

    def _prison(self) -> Iterator[Order]:
        place = o.PRISON
        for _ in range(5):
            who = self.somebody(phone=False, ages=(22, 60))
            who = replace(who, street=place.street, street2="", city=place.city, zip=place.zip, county="Hartford", email="")
            answers = (o.symptomatic(False), o.congregate(True), _PENAL)
            yield self.order(who, self.rng.random() < 0.6, days_ago=3, lab=o.NUTMEG, facility=place, answers=answers)

    def _households(self) -> Iterator[Order]:
        """Families with one telephone; twins; grandparents."""
        for children in (3, 2, 1, 2):
            head = self.somebody(ages=(32, 46))
            family = [head]
            twins = self.rng.randint(1000, 5000)
            for child in range(children + 1):
                other = self.somebody(phone=False, ages=(30, 48) if child == children else (4, 16))
                birth = self.today - timedelta(days=twins) if children == 3 and child < 2 else other.birth
                family.append(
                    replace(head, number=other.number, first=other.first, middle="", sex=other.sex, birth=birth, email="")
                )
            for i, who in enumerate(family):
                child_lab = o.SCHOOLS if i and i <= children else o.SOUND
                yield self.order(who, i < 3, days_ago=4 - min(i, 3), lab=child_lab, answers=self._answers(i < 3, 4))

    def _student(self) -> Iterator[Order]:
        """Home is in Westport; they live in a hall of residence in New Britain."""
        for home in (("14 Compo Row", "Westport", "CT", "06880"), ("3 Salisbury St", "Worcester", "MA", "01609")):
            who = self.somebody(ages=(18, 21))
            now = (o.COLLEGE.street, o.COLLEGE.city, "CT", o.COLLEGE.zip)
            who = replace(who, street=home[0], street2="", city=home[1], state=home[2], zip=home[3], county="", second_address=now)
            answers = (o.symptomatic(True), o.onset(self.when(3)), o.congregate(True))
            yield self.order(who, True, days_ago=1, facility=o.COLLEGE, answers=answers)

    def _from_elsewhere(self) -> Iterator[Order]:
        for street, city, state, zip_code in (
            ("77 Sumner Ave", "Springfield", "MA", "01108"),
            ("19 Beach St", "Westerly", "RI", "02891"),
            ("230 Boston Post Rd", "Port Chester", "NY", "10573"),
        ):
            who = replace(self.somebody(), street=street, street2="", city=city, state=state, zip=zip_code, county="")
            yield self.order(who, state != "RI", days_ago=self.rng.randint(1, 5), lab=o.NUTMEG)

    def _unknown_codes(self) -> Iterator[Order]:
        """A laboratory's new codes: the same two causes several times, so that they can be mended together."""
        for i in range(4):
            finding = Finding("CVNEW7", "Rapid Panel Target 7", *o.POSITIVE, system="L")
            yield self.order(self.somebody(), True, days_ago=1 + i % 3, lab=o.NUTMEG, findings=(finding,))
        for i in range(3):
            finding = Finding(*o.PCR, "999000111222", "Amplified, second threshold")
            yield self.order(self.somebody(), True, days_ago=1 + i % 3, lab=o.CHARTER_OAK, findings=(finding,))

    def _gaps(self) -> Iterator[Order]:
        """No name, no birth date, no address, no telephone."""
        who = self.somebody()
        nobody = replace(who, number="", last="", first="", middle="", street="", street2="", city="", phone="", email="")
        yield self.order(nobody, True, days_ago=2, lab=o.SCHOOLS)
        yield self.order(replace(self.somebody(), birth=None), True, days_ago=2)
        yield self.order(replace(self.somebody(), last=""), True, days_ago=3, lab=o.SOUND)
        bare = replace(self.somebody(), street="", street2="", city="", zip="", county="")
        yield self.order(bare, True, days_ago=1)
        yield self.order(replace(self.somebody(phone=False), email=""), True, days_ago=1, lab=o.NUTMEG)

    def _measles(self) -> Iterator[Order]:
        child = self.somebody(ages=(3, 9))
        finding = Finding(*o.MEASLES_RNA, *o.POSITIVE)
        yield self.order(child, True, days_ago=4, lab=o.SOUND, findings=(finding,), specimen=o.NASOPHARYNX)
        other = replace(self.somebody(phone=False, ages=(28, 40)), last=child.last, street=child.street, phone=child.phone)
        finding = Finding(*o.MEASLES_IGM, *o.NEGATIVE)
        yield self.order(other, False, days_ago=4, findings=(finding,), specimen=o.SERUM)

    def _influenza(self) -> Iterator[Order]:
        for positives in (("a",), ("a",), ("b",), ("covid",), ("a", "covid"), ("rsv",)):
            findings = tuple(
                Finding(*test, *(o.POSITIVE if name in positives else o.NEGATIVE))
                for name, test in (("covid", o.PCR), ("a", o.FLU_A), ("b", o.FLU_B), ("rsv", o.RSV))
            )
            lab = o.SOUND if len(positives) > 1 else o.CHARTER_OAK
            days = self.rng.randint(1, 6)
            yield self.order(
                self.somebody(), True, days_ago=days, lab=lab, findings=findings, panel=o.MULTIPLEX,
                specimen=o.NASOPHARYNX, answers=self._answers(True, days),
            )  # fmt: skip

    def _hiv(self) -> Iterator[Order]:
        finding = Finding(*o.HIV, *o.REACTIVE)
        yield self.order(self.somebody(ages=(20, 60)), True, days_ago=3, findings=(finding,), specimen=o.SERUM)

    def _corrections(self) -> Iterator[Order]:
        for first, then, lab in ((True, False, o.CHARTER_OAK), (False, True, o.SOUND), (True, False, o.SCHOOLS)):
            order = self.order(self.somebody(), first, days_ago=5, lab=lab)
            yield order
            code = order.findings[0]
            finding = Finding(code.loinc, code.name, *(o.POSITIVE if then else o.NEGATIVE), status="C")
            yield self.again(order, findings=(finding,), after=timedelta(hours=26), note="Corrected: specimen labels exchanged")

    def _withdrawn(self) -> Iterator[Order]:
        order = self.order(self.somebody(), True, days_ago=4, lab=o.CHARTER_OAK)
        yield order
        finding = replace(order.findings[0], status="W")
        yield self.again(order, findings=(finding,), after=timedelta(hours=30), note="Posted in error")

    def _repeats(self) -> Iterator[Order]:
        """Sent twice; tested twice; negative, then positive."""
        order = self.order(self.somebody(), True, days_ago=3)
        yield order
        yield order
        who = self.somebody()
        yield self.order(who, True, days_ago=8)
        yield self.order(who, True, days_ago=2, lab=o.NUTMEG)
        who = self.somebody()
        yield self.order(who, False, days_ago=7, lab=o.SCHOOLS)
        yield self.order(who, True, days_ago=2, lab=o.CHARTER_OAK)

    def _misspelt(self) -> Iterator[Order]:
        """Towns with typing errors, shortened, or by the name of a village; the ZIP code is right."""
        wanted = set(MISSPELT)
        while wanted:
            who = self.somebody()
            if who.city in wanted:
                wanted.discard(who.city)
                lab = self.rng.choice((o.CHARTER_OAK, o.NUTMEG, o.SCHOOLS))
                yield self.order(replace(who, city=MISSPELT[who.city], county=""), True, days_ago=self.rng.randint(1, 6), lab=lab)
            else:
                self._phones.extend([who.phone] if who.phone else [])

    def _alike(self) -> Iterator[Order]:
        """One person under two spellings; two people under one name."""
        who = replace(self.somebody(), first="Katherine", sex="F", birth=date(1987, 3, 14))
        yield self.order(who, True, days_ago=6)
        yield self.order(replace(who, first="Kate", number="", street2=""), True, days_ago=1, lab=o.SCHOOLS)
        who = replace(self.somebody(), first="Luis", sex="M", birth=date(1969, 11, 2))
        yield self.order(who, True, days_ago=5)
        turned = replace(who, birth=date(1969, 2, 11), number="", phone="")
        yield self.order(turned, True, days_ago=2, lab=o.NUTMEG)
        junior = replace(self.somebody(ages=(19, 24)), last=who.last, first="Luis", sex="M", street=who.street, city=who.city)
        yield self.order(junior, True, days_ago=2, lab=o.SOUND)

    def _no_answer(self) -> Iterator[Order]:
        """Results that are neither positive nor negative, and a test that cannot open a case."""
        for value in (o.INCONCLUSIVE, o.INVALID, o.UNSATISFACTORY):
            yield self.order(self.somebody(), False, days_ago=3, findings=(Finding(*o.PCR, *value),))
        finding = Finding(*o.ANTIBODY, *o.REACTIVE)
        yield self.order(self.somebody(), True, days_ago=4, findings=(finding,), specimen=o.SERUM)
        finding = Finding(*o.RAPID, "", "POSITIVE")
        yield self.order(self.somebody(), True, days_ago=1, lab=o.NUTMEG, findings=(finding,))
        yield self.order(self.somebody(), True, days_ago=13, lab=o.NUTMEG, takes=timedelta(days=12))

    def _not_live(self) -> Iterator[Order]:
        yield self.order(self.somebody(), True, days_ago=1, lab=o.NUTMEG, processing="T")
