"""Names with frequencies: common ones from `data/names.csv`, rare ones put together from syllables."""

from __future__ import annotations

import csv
import math
from bisect import bisect_right
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Final

DATA: Final = Path(__file__).parent / "data"

ORIGINS: Final = (
    ("general", 36), ("italian", 13), ("polish", 6), ("french", 5), ("portuguese", 2), ("jewish", 4), ("hispanic", 18), ("black", 11),
    ("asian", 5),
)  # fmt: skip
"""Shares of the households, in percent; roughly Connecticut's."""
_RARE: Final = {
    "general": 0.42, "italian": 0.62, "polish": 0.62, "french": 0.4, "portuguese": 0.25, "jewish": 0.5, "hispanic": 0.22,
    "black": 0.3, "asian": 0.3,
}  # fmt: skip
"""The share of people whose family name is a rare one."""
_SYLLABLES: Final = {
    "general": (
        "Ash Ban Bar Ben Bla Bol Brad Bran Bur Cal Car Chad Clif Col Crow Dal Den Dray Dun East El Fair Far Fen Gar Gra Had Hal Ham"
        " Har Haw Hol Hun In Kel Ken Kir Lang Lin Lock Mar May Mel Mil Nor Oak Old Pem Pres Quin Rad Ray Red Ros Rut Sal Sand Sel"
        " Shel Stan Stur Sut Swan Thorn Til Tren Ul Van Wal War Wat Wel Whit Wil Win Wood Wyn",
        "bee bell berry born borough bridge brook bury by combe cott croft dale den der dock don er ett field fleet ford gate"
        " grave ham hart hurst ing ington kin land ley lock man mere mond more ness nock oll over ridge rick row sby sey shaw smith"
        " stead ster stone thorpe ton tree vale ward water way well wick wold wood worth",
    ),
    "italian": (
        "Al Am An Ar Bal Bar Bel Ben Bo Cal Cam Can Cap Car Cas Cat Cer Chi Ci Co Cor Cri Da Del Di Fab Fal Fer Fi For Fran Ga Gar"
        " Gia Giu Gra Lan Lo Ma Man Mar Maz Mel Mi Mo Na Or Pa Pan Pe Pi Po Pu Ra Ri Sal San Sca Se Si Spa Ta Ter Tra Va Ve Vi Za",
        "bini botti cci ccio celli chini colo cone corso dini diello fino ghetti gliano gnoli lano letti lini lli lotti maldi mbardo"
        " mone nardi nello netti nico ntano nzi pietro pucci rano rdella relli renzi retti rino rone rosa ruggio sano selli sino"
        " ssini stefano tano telli tino tta ttoni vella viano zello zini zzi zzola",
    ),
    "polish": (
        "Ba Bar Bed Bie Bog Bor Bro Chm Cie Cza Dem Do Dra Fil Gaj Gar Gol Gra Gry Ha Jab Jag Jan Jar Kac Kal Kam Kar Kas Kli Kol"
        " Kos Kra Kub Kuc Kwi Las Lew Lip Lis Mac Mal Mar Maz Mie Mro Nie No Ol Pa Pie Plo Po Prz Pu Rad Rog Ros Ry Sa Sie Sko Sli"
        " So Sta Ste Stru Su Szc Tar To Tom Tur Ur Wal Was Wie Wo Wysz Za Zar Zie Zuk",
        "bala barski biak bowski browski chowicz ciak czak czyk dowski dzinski galski janski kiewicz kowski laski lak larz lecki lewicz"
        " licki linski lowski mianski mowicz nacki narski niak nicki niewski nowicz packi piela rczyk recki rowski sik siewicz sinski"
        " szak szewski tecki tkowski towicz wicki winski zek zewski zyk",
    ),
    "french": (
        "Ar Au Bar Beau Bel Ber Bou Bris Cha Char Cou Del Des Du Fon For Gar Gau Gi Gra Jac La Lam Lan Le Mal Mar Mon Par Per Pi Pre Re"
        " Ri Ro San Sau Tan Tru Val Ver Vil",
        "bault beau bert bonne champ chard court don doin dreau fard geron glois gny guet lette lier main mier mont nault ndry neau net"
        " pre quin rand reau riault rier ron roux sard seau tier tin tras val vigne ville",
    ),
    "portuguese": (
        "Ab Ag Al Am Ara Bar Bor Bra Ca Cam Car Cas Cor Cou Fa Fi Fon Fre Gar Gui Lei Li Lo Ma Mar Me Mi Mo Mou Na Pa Pe Pi Que Ra Re"
        " Ri Sa Sal Sar Se Ta Tei Tor Va Vas Ve Vi",
        "ballo beiro cedo chado co deira des dinha do galho gao gueira lho lhao liz malho manda mao meida nha nheiro raes ral reira ro"
        " rinho seca telo tinho to valho vares xoto zes",
    ),
    "jewish": (
        "Ab Ack Alt Ber Birn Blu Brod Dia Edel Ehr Eis Feld Fin Fleis Fried Gel Gins Gold Gros Gut Hal Her Hirsch Hor Is Kam Kar"
        " Kauf Kes Kir Lan Leib Lich Lip Lieb Man Mar Mos Nuss Opp Per Pol Rab Reich Ros Roth Sand Schar Sil Sin Sol Spie Stein Tan"
        " Wag Wein Weis Wolf Zuck",
        "bach baum bein berg berger blatt blum burg enberg enfeld enthal er erman feld gart haus heim in ker kin kowitz ler man mann"
        " ner ovitz owitz reich schein sky son stein sohn thal witz zer zweig",
    ),
    "hispanic": (
        "Al Ana An Ar Ba Bar Be Bo Ca Cal Can Ce Cor Cue Do Es Fa Fer Fon Ga Gal Gir Gra Hi Ja Lar La Ley Li Lo Ma Mal Mar Me Mi Mo Na"
        " Oca Or Pa Pe Pi Po Que Ra Re Ri Ro Sa San Se So Ta Ti To Tru Ur Va Ve Vi Vil Ya Za",
        "barez bal ballero beza cedo chuca dillo dera driguez gado galdo gosa jica laga lano lazar lcazar llado lldera lleda ndano nez"
        " nillo nosa ñez paga quera quillo rales randa rtega rillo rnal rrero sada sillas stra tana tegui tez varria vedo viedo ybar"
        " zabal zano zuela",
    ),
    "black": (
        "Ade Aki Am Ash Ba Bal Ben Bra Cal Cha Cor Da Day Del Dun El Fal Far Ga Gil Ha Hor Jen Ka Kin Ko La Lo Ma Mac Mil Mon Na Ne"
        " Nor Oba O Ol Pin Pru Ra Ro Sa Sin Sta Su Ta Thi Tra Tu Var Wa We Wy Ya",
        "bi bola bright brook chi dele deji den dell dor fe ford gbo good ins ivey kemi kson la land leigh lock loye man mbe mings mpong"
        " nda niran nwe nye ola pson ran rell riguez ris rwood sanya sby son tano ters timi ton vers ville wale way well wole worth",
    ),
    "asian": (
        "A Agar An Ba Bha Bose Cha Chau Che Da Dha Du Fu Ga Go Gui Ha He Hu Jai Ji Ka Kha Ku La Li Lu Ma Me Mu Na Nan Pa Pra Qi Ra Re"
        " Sa Se Sha Shi Su Ta Tha Tse Va Ven Wa Xi Ya Ye Yu Za",
        "bhai dhary dra giri gam hana jan kar kata katesh lah lam lang li mani mura nakar nath ndran ng ngar nha noy pal pati rajan"
        " raman ran shi shan sekhar subra swamy tha tra tta vedi war wal wala yama yan yar zaki",
    ),
}  # fmt: skip
_GIVEN_BEGIN: Final = (
    "A Al An Bre Bri Ca Da De Di E Fa Ja Jo Ka Ke Kel Ki La Le Li Lo Ma Me Mi Na Ni Ra Re Ro Sha Sho Ta Te Ti Tre Va Za".split()
)
_GIVEN_END: Final = {
    "M": "bert cian den dre drick fer han jon kai kob lan len lik lin lon mar mir mond nald nell quan rell rick rius ron sean shawn ston"
         " than tin ton vante ven vin von zen".split(),
    "F": "bella brina cia dra fia gail jah la leen leigh lena lia licia liyah lynn maria mika na nai nelle nessa ni nique ra rae resa ria"
         " rissa sha shelle sia tasha tiana trice veah vette vonne yah zelle".split(),
}  # fmt: skip

Table = tuple[list[str], list[float]]
"""Names, and the sums of their weights up to each."""


def _table(pairs: list[tuple[str, float]]) -> Table:
    return [name for name, _ in pairs], list(accumulate(weight for _, weight in pairs))


def draw(random: Random, table: Table) -> str:
    names, sums = table
    return names[min(bisect_right(sums, random.random() * sums[-1]), len(names) - 1)]


@cache
def _rows() -> list[dict[str, str]]:
    with (DATA / "names.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def _common(origin: str) -> Table:
    return _table([(r["name"], float(r["weight"])) for r in _rows() if r["kind"] == "family" and r["origin"] == origin])


@cache
def _rare(origin: str) -> Table:
    begin, end = (part.split() for part in _SYLLABLES[origin])
    middle = ("", "a", "e", "i", "o", "er", "en", "el", "in", "al", "or", "an") if origin != "asian" else ("", "n", "ra", "i")
    names = list(dict.fromkeys(a + b + c for b in middle for a in begin for c in end))
    Random(origin).shuffle(names)
    return _table([(name, 1 / (rank + 20) ** 0.8) for rank, name in enumerate(names)])


def family(random: Random, origin: str) -> str:
    return draw(random, _rare(origin) if random.random() < _RARE[origin] else _common(origin))


@cache
def _given(origin: str, sex: str, decade: int) -> Table:
    pairs = []
    for row in _rows():
        if row["kind"] == "given" and row["origin"] == origin and row["sex"] == sex:
            spread = (decade - int(row["peak"])) / 16
            pairs.append((row["name"], float(row["weight"]) * (math.exp(-spread * spread / 2) + 0.04)))
    return _table(pairs)


@cache
def _rare_given(sex: str) -> Table:
    names = [a + c for a in _GIVEN_BEGIN for c in _GIVEN_END[sex]]
    names += [a + b + c for a in _GIVEN_BEGIN for b in ("ma", "ri", "sha", "le") for c in _GIVEN_END[sex]]
    names = list(dict.fromkeys(names))
    Random(sex).shuffle(names)
    return _table([(name, 1 / (rank + 10) ** 0.7) for rank, name in enumerate(names)])


_OWN: Final = {"hispanic": 0.72, "black": 0.25, "asian": 0.7, "italian": 0.15, "polish": 0.35, "portuguese": 0.6, "french": 0.2}
"""How often a household of this origin gives a name of its own list rather than a general one."""


def given(random: Random, origin: str, sex: str, year: int) -> str:
    if random.random() < 0.09:
        return draw(random, _rare_given(sex))
    own = origin in _OWN and random.random() < _OWN[origin]
    return draw(random, _given(origin if own else "general", sex, year // 10 * 10 + 5))


@cache
def alike(sex: str) -> dict[str, list[str]]:
    """Given names by their first three letters: what twins are called (Jayden and Jaylen)."""
    found: dict[str, list[str]] = {}
    for row in _rows():
        if row["kind"] == "given" and row["sex"] == sex and row["origin"] in ("general", "hispanic"):
            found.setdefault(row["name"][:3], []).append(row["name"])
    return found


def given_alike(random: Random, name: str, sex: str) -> str:
    """A name like this one, for a twin; not its short form (Jack and Jackson)."""
    others = [other for other in alike(sex).get(name[:3], ()) if other != name]
    if others:
        chosen = random.choice(others)
        if chosen.startswith(name) or name.startswith(chosen):
            chosen = name[:2] + Random(name).choice(_GIVEN_END[sex])
        return chosen
    end = random.choice(_GIVEN_END[sex])
    return name[:2] + end if name[:2] + end != name else name[:2] + "nn" + end
