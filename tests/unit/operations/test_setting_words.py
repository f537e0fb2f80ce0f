"""What settings are called and what a typed text means, by the rules alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.operations.setting_words import choice, expected, fits, help_of, name, shown, typed
from hanoi_wall.settings.schema import AT_ONCE, RULES, Settings, sections


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", RULES)
def test_every_rule_is_named_explained_and_shown(key: str, language: str) -> None:
    said, rule = words(language), RULES[key]
    assert name(key, said) and help_of(key, said)
    assert shown(key, getattr(Settings(), key), said)
    for each in rule.choices:
        assert choice(key, each, said)
    if not rule.choices and rule.kind is not bool:
        assert expected(rule, said)


def test_every_rule_stands_in_one_section() -> None:
    assert sorted(key for keys in sections().values() for key in keys) == sorted(RULES)
    assert AT_ONCE <= set(RULES)


@given(
    st.sampled_from([key for key, rule in RULES.items() if rule.kind in (int, float)]), st.text(max_size=9)
)
def test_what_is_typed_is_a_value_the_rule_allows_or_nothing(key: str, text: str) -> None:
    value = typed(RULES[key], text)
    assert value is None or RULES[key].allows(value)


@given(st.sampled_from(LANGUAGES), st.integers(16, 8192), st.integers(3, 300))
def test_a_value_that_is_shown_can_be_typed(language: str, whole: int, tenths: int) -> None:
    said = words(language)
    assert typed(RULES["pictures_mb"], shown("pictures_mb", whole, said)) == whole
    assert typed(RULES["text_distance_m"], shown("text_distance_m", tenths / 10, said)) == tenths / 10


def test_numbers_are_written_as_the_language_does() -> None:
    assert [words(each).number(20_000) for each in LANGUAGES] == ["20.000", "20,000", "20\u202f000"]
    assert [words(each).number(2.5) for each in LANGUAGES] == ["2,5", "2.5", "2,5"]
    assert words("vi").number(1.0) == "1"
    assert expected(RULES["pictures_mb"], words("vi")) == "số nguyên từ 16 đến 8.192"
    assert typed(RULES["text_distance_m"], "2,5") == typed(RULES["text_distance_m"], "2.5") == 2.5


def test_a_search_needs_no_accents() -> None:
    assert fits("ngon ngu", name("language", words("vi")))
    assert fits("NGU", "Ngôn ngữ") and fits("", "Ngôn ngữ") and not fits("ngon x", "Ngôn ngữ")
