"""A camera shows nothing; the administrator asks the doctor, who says what is wrong and what to do."""

from __future__ import annotations

from pathlib import Path

from tests.integration.simulator_process import SMALL, simulator
from tests.stories.program import Program

CANARY = "Tr0ngDemCanary"


ONE = ("--cameras", "1", *SMALL, "--wait-for-all")
FAULTS = {
    "unauthorized": ("wrong_password", None),
    "busy_453": ("too_many_sessions", None),
    "busy_503": ("unavailable", None),
    "not_found": ("not_found", None),
    "silent_accept": ("timeout", "options"),
    "outage": ("connection_refused", "connect"),
    "stall": ("stalled", "video"),
}


def test_each_fault_of_a_camera_is_called_by_its_name(program: Program) -> None:
    with simulator(*ONE) as running:
        url = running.url()
        healthy = program("doctor", "camera", url, "--json")
        assert healthy.code == 0 and healthy.answer["healthy"] is True
        for kind, (cause, step) in FAULTS.items():
            with running.fault(kind):
                said = program("doctor", "camera", url, "--json")
            (stream,) = said.answer["streams"]
            assert (kind, said.code, stream["cause"]) == (kind, 4, cause)
            assert stream["next_step"] and stream["steps"][-1]["ok"] is False
            assert step in (None, stream["steps"][-1]["step"]), kind
        assert program("doctor", "camera", url).code == 0


def test_a_camera_of_the_catalogue_is_asked_with_the_password_that_is_kept(
    program: Program, key_store: Path, tmp_path: Path
) -> None:
    with simulator(*ONE, "--digest", "op", password=CANARY) as running:
        row = running.cameras[0]
        file = tmp_path / "cameras.csv"
        file.write_text(
            "id,name,main_url,sub_url,user,password\n"
            f"gate,Cổng,{row['main_url']},{row['sub_url']},op,{CANARY}\n"
        )
        assert program("cameras", "import", file).code == 0
        said = program("doctor", "camera", "gate")
        assert said.code == 0 and said.out.count("  healthy\n") == 2
        file.write_text(file.read_text().replace(CANARY, "wrong"))
        assert program("cameras", "import", file, "--json").answer["credentials_stored"] == 2
        wrong = program("doctor", "camera", "gate", "--json")
        assert [stream["cause"] for stream in wrong.answer["streams"]] == ["wrong_password"] * 2
    assert CANARY not in said.out + said.err + wrong.out
    assert CANARY.encode() not in program.everything_written()
