from __future__ import annotations

import pytest

from tracing.base.text import fold, name_key, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        (None, ""),
        ("", ""),
        ("  ", ""),
        ("José  Núñez", "jose nunez"),
        ("O'Brien", "obrien"),
        ("O’Brien", "obrien"),
        ("Smith-Jones", "smith jones"),
        ("St. John", "st john"),
        ("Łukasz Strauß", "lukasz strauss"),
        ("Şahin Ağaoğlu İpek", "sahin agaoglu ipek"),
        ("Nguyễn Văn Đức", "nguyen van duc"),
        ("12 Elm St., Apt. #4", "12 elm st apt 4"),
        ("中", "u4e2d"),
        ("Ｆｕｌｌ", "full"),
        ("\x00\t", ""),
    ],
)
def test_fold(text: str | None, folded: str) -> None:
    assert fold(text) == folded


def test_names_in_another_script_stay_apart() -> None:
    assert fold("王伟") != fold("李伟") != ""


def test_sort_key_puts_short_families_first() -> None:
    people = [("De La Cruz", "Ana"), ("Dean", "Al"), ("De", "Zoe"), ("", "Bo"), ("", "")]
    assert sorted(people, key=lambda p: sort_key(*p)) == [
        ("", ""), ("", "Bo"), ("De", "Zoe"), ("De La Cruz", "Ana"), ("Dean", "Al"),
    ]  # fmt: skip
    assert sort_key(None, None) == ""
    assert sort_key("García", "María") == "garcia  maria"
    assert sort_key("García", "") == "garcia"


@pytest.mark.parametrize(
    ("family", "given", "key"),
    [
        ("Mc Donald", "Mary Ann", "mcdonald|maryann"),
        ("McDonald", "Maryann", "mcdonald|maryann"),
        ("Smith Jr.", "Robert", "smith|robert"),
        ("García", "María E", "garcia|maria"),
        ("Smith", "", ""),
        (None, "Ana", ""),
        ("--", "Ana", ""),
    ],
)
def test_name_key(family: str | None, given: str | None, key: str) -> None:
    assert name_key(family, given) == key
