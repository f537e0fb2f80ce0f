"""`python -m tests.bench.long --only NAME [--short] [--json FILE]`: the experiments that take minutes.

Without --only all of them run, one after the other. The exit code is 0 only when every promise held.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench import experiments, machine
from tests.bench.experiment import REGISTER, Experiment, Outcome
from tests.bench.program import Unfinished


def load() -> dict[str, Experiment]:
    """Every experiment of tests/bench/experiments, by name."""
    for module in pkgutil.iter_modules(experiments.__path__):
        importlib.import_module(f"{experiments.__name__}.{module.name}")
    return REGISTER


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.long", description=__doc__)
    parser.add_argument("--only", action="append", metavar="NAME", help="run this one (may be repeated)")
    parser.add_argument("--short", action="store_true", help="the form that fits into CI")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured")
    parser.add_argument("--list", action="store_true", help="say what there is, run nothing")
    return parser.parse_args(words)


def run(chosen: Experiment, short: bool) -> dict[str, Any]:
    """One experiment, with its checks printed as they stand."""
    print(f"{chosen.name}: {chosen.promise.splitlines()[0]}", flush=True)
    began = time.monotonic()
    try:
        outcome: Outcome = chosen.run(short)
    except Unfinished as error:
        outcome = Outcome()
        outcome.equal("what it waited for in vain", str(error), "nothing")
    took = time.monotonic() - began
    for check in outcome.checks:
        print(f"  {'held  ' if check.held else 'BROKEN'} {check.what}: {check.found}", flush=True)
    print(f"  {'held' if outcome.held else 'BROKEN'} after {took:.1f} s", flush=True)
    facts = {"held": outcome.held, "short": short, "took_s": round(took, 1), "figures": outcome.figures}
    return {**facts, "checks": [asdict(check) for check in outcome.checks]}


def main(words: list[str]) -> int:
    """Run what was asked for; 2 for an unknown name, 1 when a promise was broken."""
    wanted, register = arguments(words), load()
    if wanted.list:
        for entry in register.values():
            print(f"{entry.name} ({entry.seconds} s, --short {entry.short_seconds} s)\n  {entry.promise}\n")
        return 0
    names = wanted.only or list(register)
    unknown = [name for name in names if name not in register]
    if unknown:
        print(f"no experiment {', '.join(unknown)}; there are {', '.join(register)}", file=sys.stderr)
        return 2
    results = {name: run(register[name], wanted.short) for name in names}
    if wanted.json is not None:
        report = {"machine": machine.describe(), "experiments": results}
        wanted.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return 0 if all(result["held"] for result in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
