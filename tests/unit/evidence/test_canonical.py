"""The same value is always the same bytes, and what two readers could read in two ways is not read at all."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.evidence.canonical import MOST_BYTES, MOST_NUMBER, BadJson, canonical, leaves, read

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(-MOST_NUMBER, MOST_NUMBER) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(TEXTS, SCALARS | st.lists(SCALARS, max_size=3), max_size=5)


def test_the_example_of_the_standard() -> None:
    """RFC 8785, 3.2.3: keys by UTF-16 code units, so that 😀 stands before U+FB33."""
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = canonical({key: number for number, key in enumerate(keys)}).decode()
    assert [key for key, _ in json.loads(written, object_pairs_hook=list)] == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]
    text = '\u20ac$\x0f\nA\'B"\\\\"/\x7f'
    assert canonical({"s": text}) == '{"s":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"}'.encode()
    assert canonical({"b": [True, None, -7, {}, []], "a": "Ngã Tư Sở"}) == (
        '{"a":"Ngã Tư Sở","b":[true,null,-7,{},[]]}'.encode()
    )


@given(OBJECTS)
def test_what_is_written_is_read_back(value: dict[str, object]) -> None:
    assert read(canonical(value)) == value
    pretty = json.dumps(value, indent=3, ensure_ascii=True).encode()
    assert canonical(read(pretty)) == canonical(value), "spaces and escapes make no other value"


@given(OBJECTS, st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, object], chance: object) -> None:
    pairs = list(value.items())
    chance.shuffle(pairs)  # type: ignore[attr-defined]
    assert canonical(dict(pairs)) == canonical(value)


@given(OBJECTS, OBJECTS)
def test_two_values_have_two_writings(one: dict[str, object], other: dict[str, object]) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical(one) == canonical(other)) is same


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1, "a": 2}', "the key a twice"),
        ('{"x": {"a": 1, "b": 2, "a": 1}}', "the key a twice"),
        ('{"a": NaN}', "the number NaN"),
        ('{"a": -Infinity}', "the number -Infinity"),
        ('{"a": 1.0}', "the number 1.0; expected whole"),
        ('{"a": 1e3}', "the number 1e3"),
        ('{"a": 9007199254740992}', "beyond"),
        ('{"a": 1' + "0" * 5000 + "}", "beyond"),
        ('{"a": "\\ud800"}', "half of a surrogate pair"),
        ('{"\\udc00": 1}', "half of a surrogate pair"),
        ("[" * 100_000, "nested deeper"),
        ('{"a":' * 40 + "1" + "}" * 40, "nested deeper"),
        ("[1]", "expected an object"),
        ("7", "expected an object"),
        ('{"a": 1', "is not JSON (line 1, column"),
        ("", "is not JSON"),
        ('\ufeff{"a": 1}', "is not JSON"),
    ],
)
def test_what_is_not_read(text: str, said: str) -> None:
    with pytest.raises(BadJson, match=said.replace("(", r"\(").replace("[", r"\[")):
        read(text.encode())


def test_what_is_no_text_or_too_large() -> None:
    with pytest.raises(BadJson, match="UTF-8"):
        read(b'{"a": "\xff"}')
    with pytest.raises(BadJson, match="larger than 256 KiB"):
        read(b" " * (MOST_BYTES + 1))


@pytest.mark.parametrize("value", [{"a": 1.5}, {"a": b"x"}, {"a": MOST_NUMBER + 1}, {"a": {"b": {1}}}])
def test_what_is_not_written(value: object) -> None:
    with pytest.raises(BadJson, match="^a"):
        canonical(value)


@given(st.binary(max_size=64) | st.text(string.printable, max_size=64).map(str.encode))
def test_any_bytes_are_an_object_or_bad(data: bytes) -> None:
    try:
        assert isinstance(read(data), dict)
    except BadJson as error:
        assert str(error)


def test_every_value_has_a_path() -> None:
    value = {"a": {"b": 1, "c": []}, "d": [{"e": None}, "x"], "f": {}}
    assert dict(leaves(value)) == {"a.b": 1, "a.c": [], "d[0].e": None, "d[1]": "x", "f": {}}
