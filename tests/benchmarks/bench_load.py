"""The web demo under many clients: answers, refusals, p95 latency and memory, on loopback.

    python tests/benchmarks/bench_load.py [--clients 50] [--seconds 60] [--output load.json]

Starts `realfake demo` and lets so many clients upload a photograph and ask for its verdict, again and again, through
the demo's own API. Printed are the answers, the clear 'busy' refusals, any other error, the latency of the answers
and the app's memory: loaded, after a tenth of the time, at its highest and at the end. Then: how long it takes to
refuse a body that is declared too large, and how long an upload lies there in use and after `kill -9`.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx
import psutil

ENDPOINT, MODEL = "judge", "realfake-net"
KEPT_SECONDS = 20
"""What the app promises about uploads here; 600 is its default."""
TOO_LARGE = 600 * 2**20


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def memory(process: psutil.Process) -> float:
    """Resident megabytes of the app and its workers."""
    return sum(one.memory_info().rss for one in [process, *process.children(recursive=True)]) / 1e6


class Client(threading.Thread):
    """Uploads a photograph and waits for the verdict, until the time is over."""

    def __init__(self, url: str, photo: bytes, until: float) -> None:
        super().__init__(daemon=True)
        self.url, self.photo, self.until = url, photo, until
        self.latencies: list[float] = []
        self.busy = 0
        self.errors: list[str] = []

    def run(self) -> None:
        with httpx.Client(timeout=120, trust_env=False) as web:
            while time.monotonic() < self.until:
                started = time.monotonic()
                try:
                    answer = self.ask(web)
                except (httpx.HTTPError, KeyError, ValueError) as error:
                    self.errors.append(f"{type(error).__name__}: {error}")
                    time.sleep(1)
                    continue
                if "event: complete" in answer:
                    self.latencies.append(time.monotonic() - started)
                elif "busy" in answer.lower() or "queue" in answer.lower():
                    self.busy += 1
                    time.sleep(1)
                else:
                    self.errors.append(answer[:200])

    def upload(self, web: httpx.Client) -> str:
        """The path that the app gives to the photograph."""
        files = {"files": ("photo.jpg", io.BytesIO(self.photo), "image/jpeg")}
        (path,) = web.post(f"{self.url}/gradio_api/upload", files=files).json()
        return str(path)

    def ask(self, web: httpx.Client) -> str:
        """One verdict: the text of the answer's events."""
        path = self.upload(web)
        data = {"data": [{"path": path, "meta": {"_type": "gradio.FileData"}}, MODEL]}
        begun = web.post(f"{self.url}/gradio_api/call/{ENDPOINT}", json=data)
        if "event_id" not in begun.text:
            return begun.text
        return web.get(f"{self.url}/gradio_api/call/{ENDPOINT}/{begun.json()['event_id']}").text


def refusal(port: int) -> dict[str, float]:
    """Status, and seconds until it comes, for a body of which no byte is sent."""
    connection, started = http.client.HTTPConnection("127.0.0.1", port, timeout=60), time.monotonic()
    connection.putrequest("POST", "/gradio_api/upload")
    connection.putheader("Content-Length", str(TOO_LARGE))
    connection.endheaders()
    return {"status": connection.getresponse().status, "seconds": time.monotonic() - started}


def seconds_there(file: Path) -> float:
    """How long a file stays, at most ten times as long as promised."""
    started = time.monotonic()
    while file.exists() and time.monotonic() - started < 10 * KEPT_SECONDS:
        time.sleep(0.1)
    return time.monotonic() - started


def main() -> None:
    """Start the app, let the clients in, print what they met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--output", type=Path, help="JSON")
    options = parser.parse_args()
    photo = (Path(__file__).resolve().parents[1] / "photographs" / "china.jpg").read_bytes()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "realfake_hf.cli.main", "demo", "--port", str(port)]
        environment = {**os.environ, "TMPDIR": folder, "REALFAKE_KEEP_SECONDS": str(KEPT_SECONDS)}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        app = subprocess.Popen(command, cwd=folder, env=environment, **quiet)
        try:
            process = psutil.Process(app.pid)
            for _ in range(600):
                try:
                    httpx.get(url, trust_env=False)
                    break
                except httpx.HTTPError:
                    time.sleep(0.5)
            first = Client(url, photo, 0)
            with httpx.Client(timeout=300, trust_env=False) as web:
                first.ask(web)  # loads the model
            loaded = warm = peak = memory(process)
            begun = time.monotonic()
            until = begun + options.seconds
            clients = [Client(url, photo, until) for _ in range(options.clients)]
            for client in clients:
                client.start()
            while any(client.is_alive() for client in clients):
                peak = max(peak, memory(process))
                if time.monotonic() < begun + options.seconds / 10:
                    warm = memory(process)
                time.sleep(0.5)
            after = memory(process)
            refused = refusal(port)
            with httpx.Client(timeout=300, trust_env=False) as web:
                in_use = seconds_there(Path(first.upload(web)))
                last = Path(first.upload(web))
            app.kill()
            killed = seconds_there(last)
        finally:
            app.kill()
            app.wait(60)
    latencies = sorted(latency for client in clients for latency in client.latencies)
    errors = [error for client in clients for error in client.errors]
    found = {
        "clients": options.clients,
        "seconds": options.seconds,
        "answers": len(latencies),
        "busy": sum(client.busy for client in clients),
        "errors": len(errors),
        "median_s": statistics.median(latencies) if latencies else None,
        "p95_s": latencies[int(0.95 * (len(latencies) - 1))] if latencies else None,
        "memory_mb": {"loaded": loaded, "after_a_tenth": warm, "peak": peak, "end": after},
        "refusal_of_600_mb": refused,
        "upload_gone_after_s": {"promised": KEPT_SECONDS, "in_use": in_use, "after_kill_9": killed},
    }
    print(json.dumps(found, indent=2))
    for error in errors[:5]:
        print(error, file=sys.stderr)
    if options.output:
        options.output.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
