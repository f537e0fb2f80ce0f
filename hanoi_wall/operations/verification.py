"""`hanoi-wall verify`: what is so of cards and their pictures, told to a person or a script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hanoi_wall.evidence.verify import Failure, Found, NothingToVerify, Verdict, verify
from hanoi_wall.operations.refusals import BAD_FILE, MISSING, Missing
from hanoi_wall.settings.folders import Folders
from hanoi_wall.settings.signing_key import own_keys

_CODES = {
    Found.INTACT: 0,
    Found.UNSIGNED: BAD_FILE,
    Found.MISSING: MISSING,
    Found.BAD: BAD_FILE,
    Found.TAMPERED: BAD_FILE,
}


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """The verdicts on all cards that were looked at. allow_unsigned: what nobody signed may pass."""

    verdicts: tuple[Verdict, ...]
    allow_unsigned: bool = False

    @property
    def exit_code(self) -> int:
        """Of the worst: 0 intact; 3 tampered, bad, or unsigned unless allowed; 4 a picture is missing."""
        worst = max((verdict.found for verdict in self.verdicts), key=list(Found).index)
        return 0 if self._passes(worst) else _CODES[worst]

    def _passes(self, found: Found) -> bool:
        return found is Found.INTACT or (found is Found.UNSIGNED and self.allow_unsigned)

    def lines(self) -> list[str]:
        """One for each card that passes, one for each thing that is wrong with another."""
        return [line for verdict in self.verdicts for line in self._lines(verdict)]

    def _lines(self, verdict: Verdict) -> list[str]:
        if verdict.failures:
            return [_failure(verdict, failure) for failure in verdict.failures]
        count = len(verdict.pictures)
        pictures = "1 picture" if count == 1 else f"{count} pictures"
        if verdict.found is Found.UNSIGNED:
            hint = "" if self.allow_unsigned else " (--allow-unsigned lets that pass)"
            return [f"unsigned: {verdict.card}: {pictures} as the card says, but nobody signed it{hint}"]
        return [f"intact: {verdict.card}: {pictures}, signed by {_signer(verdict)} {verdict.fingerprint}"]

    def plain(self) -> dict[str, Any]:
        """For a script."""
        worst = max((verdict.found for verdict in self.verdicts), key=list(Found).index)
        return {
            "verdict": str(worst),
            "exit_code": self.exit_code,
            "cards": [
                {
                    "card": verdict.card or None,
                    "verdict": str(verdict.found),
                    "signed_by": _signer(verdict) if verdict.fingerprint else None,
                    "fingerprint": verdict.fingerprint or None,
                    "pictures": list(verdict.pictures),
                    "failures": [
                        {
                            "verdict": str(each.found),
                            "file": each.file,
                            "field": each.field,
                            "text": each.text,
                        }
                        for each in verdict.failures
                    ],
                }
                for verdict in self.verdicts
            ],
        }


def verify_path(folders: Folders, path: Path, *, allow_unsigned: bool = False) -> VerificationReport:
    """Look at a card, a picture beside its card, or a folder of them. Raises Missing when there is none."""
    try:
        return VerificationReport(verify(path, own_keys(folders)), allow_unsigned)
    except NothingToVerify as error:
        raise Missing(str(error)) from None


def _failure(verdict: Verdict, failure: Failure) -> str:
    where = failure.file
    if failure.field and failure.file == verdict.card:
        where += f": {failure.field}"
    elif failure.file != verdict.card and verdict.card:
        where += f" ({verdict.card})"
    return f"{failure.found}: {where}: {failure.text}"


def _signer(verdict: Verdict) -> str:
    return "this device" if verdict.known else "an unknown device"
