"""Settings come back as they were written; a wrong one is named, with what was expected, not its value."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.settings.file import (
    SettingsError,
    SettingsUnreadable,
    change_settings,
    read_settings,
    write_settings,
)
from hanoi_wall.settings.schema import Settings

OTHER = Settings(
    language="fr",
    theme="contrast",
    text_distance_m=3.5,
    title_bar="none",
    motion=False,
    pictures_mb=512,
    opens_max=4,
    decoder_processes=2,
    tls_ca_file='/etc/Hà Nội/"ca".pem',
    credentials_file="C:\\x",
)


def test_settings_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.toml"
    assert read_settings(path) == Settings()
    for settings in (Settings(), OTHER, replace(OTHER, text_distance_m=2.0)):
        write_settings(path, settings)
        assert read_settings(path) == settings
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.toml"]


def test_the_file_explains_every_setting_and_leaves_defaults_as_comments(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    write_settings(path, Settings(language="en"))
    text = path.read_text()
    assert '\nlanguage = "en"\n' in text and "\n# opens_max = 8\n" in text
    assert '# Language of the wall. (one of "vi", "en", "fr")' in text
    # Whoever takes a # away gets what the file says.
    path.write_text(text.replace("# opens_max = 8", "opens_max = 9"))
    assert read_settings(path) == Settings(language="en", opens_max=9)


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ('language = "de"', "language", 'one of "vi", "en", "fr"'),
        ("language = 3", "language", 'one of "vi"'),
        ("opens_max = 0", "opens_max", "a whole number from 1 to 64"),
        ('theme = "pink"', "theme", 'one of "dark", "light", "contrast"'),
        ("opens_max = 8.5", "opens_max", "a whole number from 1 to 64"),
        ("opens_max = true", "opens_max", "a whole number from 1 to 64"),
        ("text_distance_m = nan", "text_distance_m", "a number from 0.3 to 30"),
        ("text_distance_m = inf", "text_distance_m", "a number from 0.3 to 30"),
        ("motion = 1", "motion", "true or false"),
        ('tls_ca_file = "a\\u0007b"', "tls_ca_file", "text of at most 4096 characters"),
        ("[language]\nx = 1", "language", "one of"),
        ("languge = 1", "languge", "did you mean language?"),
        ("zzz = 1", "zzz", "one of language, theme, text_distance_m"),
        ("language = =", "", "is not TOML: at line 1, column 12"),
        ("language =", "", "is not TOML: at end of document"),
        ("x = " + "[" * 20_000, "", "is not TOML"),
        ("#" * 300_000, "", "is larger than 256 KiB"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_expected(
    tmp_path: Path, text: str, key: str, expected: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    assert caught.value.key == key and expected in caught.value.expected
    assert str(caught.value).startswith(f"{path}: {key}")


def test_a_file_that_is_no_text_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"language = '\xff'")
    with pytest.raises(SettingsError, match="is not UTF-8"):
        read_settings(path)
    with pytest.raises(SettingsUnreadable, match="cannot be read: Is a directory"):
        read_settings(tmp_path)
    path.write_bytes(b'\xef\xbb\xbflanguage = "en"\r\n')
    assert read_settings(path).language == "en"


def test_a_change_is_checked_and_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    assert change_settings(path, language="fr") == Settings(language="fr")
    assert change_settings(path, opens_max=2) == Settings(language="fr", opens_max=2)
    with pytest.raises(SettingsError, match="opens_max: expected a whole number"):
        change_settings(path, opens_max=1000)
    assert read_settings(path) == Settings(language="fr", opens_max=2)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_no_text_raises_anything_but_the_rooms_own_error(text: str) -> None:
    path = Path("/dev/shm") / "hanoi-wall-settings-test.toml"
    try:
        path.write_text(text, encoding="utf-8")
        read_settings(path)
    except SettingsError as error:
        assert str(error).isprintable()
    finally:
        path.unlink(missing_ok=True)
