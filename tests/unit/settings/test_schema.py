"""Every setting has its rule, and a rule allows what it says it expects."""

from __future__ import annotations

from dataclasses import asdict, fields

from hanoi_wall.settings.schema import RULES, Rule, Settings


def test_every_setting_has_a_rule_that_allows_its_default() -> None:
    assert list(RULES) == [each.name for each in fields(Settings)]
    for key, value in asdict(Settings()).items():
        assert RULES[key].allows(value) and RULES[key].help.endswith(".")


def test_a_rule_says_what_it_expects() -> None:
    assert Rule(float, "", low=0.5, high=2).expected == "a number from 0.5 to 2"
    assert not Rule(int, "", low=0, high=2).allows(10**400)
