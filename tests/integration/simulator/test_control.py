"""The control port: what it knows, and how it explains what it refuses."""

from __future__ import annotations

import itertools
import time

import pytest

from hanoi_wall.simulator.faults import KINDS
from tests.integration.rtsp_client import RtspClient
from tests.integration.simulator.seen import watch
from tests.integration.simulator_process import Simulator


def test_when_a_picture_was_sent(cameras: Simulator) -> None:
    begin = time.monotonic_ns()
    *_, last = itertools.islice(watch(cameras.url()), 5)
    assert last.mark is not None
    sent = cameras.get(f"/sent?camera=cam-01&frame={last.mark.frame}&stream=main")
    assert begin < sent["taken_ns"] <= sent["monotonic_ns"] <= last.arrived_ns
    assert cameras.ask("GET", f"/sent?camera=cam-01&frame={last.mark.frame}&stream=sub")[0] in (200, 404)
    status, answer = cameras.ask("GET", "/sent?camera=cam-02&frame=49&stream=sub")
    assert status == 404 and "never sent" in answer["error"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("GET", "/sent?camera=nobody&frame=1", None, 400, "nobody"),
        ("GET", "/sent?camera=cam-01&frame=50", None, 400, "0..49"),
        ("GET", "/sent?camera=cam-01&frame=-1", None, 400, "0..49"),
        ("GET", "/sent?camera=cam-01&frame=1&stream=third", None, 400, "main or sub"),
        ("GET", "/elsewhere", None, 404, "GET /cameras"),
        ("POST", "/faults", [], 400, "expected an object"),
        ("POST", "/faults", {"camera": "cam-09", "kind": "stall", "for_s": 1}, 400, "cam-09"),
        ("POST", "/faults", {"camera": "*", "kind": "sloth", "for_s": 1}, 400, "/faults/kinds"),
        ("POST", "/faults", {"camera": "*", "kind": "stall", "for_s": -1}, 400, "for_s"),
        ("POST", "/faults", {"camera": "*", "kind": "udp_loss", "percent": "all"}, 400, "percent"),
        ("POST", "/faults", {"camera": "*", "kind": "stall", "depth": 1}, 400, "depth"),
        ("DELETE", "/faults/f99", None, 404, "f99"),
    ],
)
def test_the_control_port_explains_what_it_refuses(
    cameras: Simulator, method: str, path: str, body: object, status: int, says: str
) -> None:
    code, answer = cameras.ask(method, path, body)
    assert (code, "\n" in answer["error"]) == (status, False)
    assert says in answer["error"]


def test_a_body_that_is_no_json(cameras: Simulator) -> None:
    import urllib.error
    import urllib.request

    request = urllib.request.Request(cameras.control_url + "/faults", data=b"{", method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    with refused.value as answer:
        assert answer.code == 400 and b"not JSON" in answer.read()


def test_sessions_are_counted(cameras: Simulator) -> None:
    before = cameras.get("/sessions")["cameras"]["cam-02"]
    cameras.ask("DELETE", "/sessions")
    with RtspClient(cameras.url(1)) as one, RtspClient(cameras.url(1)) as two:
        one.play()
        two.ask("DESCRIBE", Accept="application/sdp")
        count = cameras.get("/sessions")["cameras"]["cam-02"]
        assert (count["open"], count["opening"]) == (1, 1)
        two.play()
        count = cameras.get("/sessions")["cameras"]["cam-02"]
        assert (count["open"], count["opening"], count["peak_open"]) == (2, 0, 2)
        assert count["opens"] == before["opens"] + 2
    assert cameras.get("/sessions")["total"]["peak_opening"] >= 1


def test_every_kind_is_described_and_ends(cameras: Simulator) -> None:
    kinds = cameras.get("/faults/kinds")
    assert [kind["kind"] for kind in kinds] == list(KINDS)
    assert all(kind["description"] for kind in kinds)
    status, answer = cameras.ask("POST", "/faults", {"camera": "cam-02", "kind": "busy_503", "for_s": 0.3})
    assert status == 200
    (fault,) = cameras.get("/faults")
    assert (fault["id"], fault["kind"], fault["camera"]) == (answer["id"], "busy_503", "cam-02")
    assert 0 < fault["left_s"] <= 0.3
    with RtspClient(cameras.url(1)) as client:
        assert client.ask("DESCRIBE").code == 503
        end = time.monotonic() + 5
        while client.ask("DESCRIBE").code == 503 and time.monotonic() < end:
            pass
        assert client.ask("DESCRIBE").code == 200
    assert cameras.get("/faults") == []
