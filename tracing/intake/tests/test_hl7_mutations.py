"""Nothing makes the HL7 reader fail, take long, or need much memory."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracing.diseases.codebook import load
from tracing.intake import hl7
from tracing.intake.hl7 import LIMIT
from tracing.intake.tests.mutations import ENDS, mutations

CODES = load()
ROOT = Path(__file__).parents[3]
OWN = ROOT / "tests" / "samples" / "hl7"
SHARED = ROOT.parent / "shared" / "data" / "elr" / "hl7"
MARKS = [b"MSH|^~\\&|", b"PID|1||", b"OBR|1||", b"OBX|1|CWE|94500-6^^LN||260373001^^SCT||||||F", b"SPM|", b"FHS|^~\\&", b"BTS|2"]


def check(content: bytes) -> int:
    """Every piece of this content ends well; how many there were."""
    count = 0
    for piece in hl7.split(io.BytesIO(content)):
        found = hl7.read(piece, CODES)
        assert found.status in ENDS
        assert "reader_failed" not in found.problems, piece[:300]
        assert found.status == "read" or found.problems
        count += 1
    return count


@settings(max_examples=300, deadline=2000)
@given(st.lists(st.one_of(st.sampled_from(MARKS), st.binary(max_size=40), st.sampled_from([b"\r", b"\n", b"^", b"~", b"\\", b"|"]))))
def test_any_bytes(pieces: list[bytes]) -> None:
    content = b"".join(pieces)
    check(content)
    assert hl7.read(content, CODES).status in ENDS
    assert hl7.read(b"MSH|^~\\&|" + content, CODES).status in ENDS


@pytest.mark.parametrize("path", sorted(OWN.glob("*.hl7")), ids=lambda path: path.stem)
def test_own_samples_cut_doubled_and_shuffled(path: Path) -> None:
    made = mutations(path.read_bytes(), random.Random(path.name))
    for _ in range(60):
        check(next(made))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published sample messages are not here")
def test_published_samples_cut_doubled_and_shuffled() -> None:
    for path in sorted(SHARED.glob("*.hl7")):
        made = mutations(path.read_bytes(), random.Random(path.name))
        for _ in range(8):
            check(next(made))


@pytest.mark.parametrize(
    "body",
    [
        b"OBX" + b"|" * 2_000_000,
        b"OBX|1|CWE|" + b"^" * 2_000_000,
        b"PID|1|||||" + b"~" * 2_000_000,
        b"PID|1|||||" + b"\\" * 2_000_000,
        b"PID|1|||||\\X" + b"4" * 2_000_000,
        b"PID|1|||||||||||||" + b"^PRN^PH^^1^203^5550142~" * 80_000,
        b"NTE|1||" + b"\\.br\\" * 400_000,
        b"NTE|1||a\r" * 19_000,
        b"OBX|1|ST|94500-6^^LN||Negative||||||F\r" * 19_000,
        b"\r" * 2_000_000,
        b"OBX|1|ST|X||" + b"positive " * 200_000,
        b"OBX|1|NM|X||" + b"1" * 2_000_000,
        b"OBR|1||A|X|||" + b"2" * 2_000_000,
    ],
    ids=lambda body: body[:12].decode(),
)
def test_large_and_twisted_messages_take_no_time(body: bytes) -> None:
    message = b"MSH|^~\\&|A|B|C|D|2021||ORU^R01|1|P|2.5.1\rPID|1||7||Doe^Jo||19800101|F\rOBR|1||A1|94500-6\r" + body
    assert len(message) <= LIMIT
    begun = time.process_time()
    check(message)
    assert time.process_time() - begun < 5, "a message must not take time out of proportion to its length"


STREAM = """
import sys
from pathlib import Path
from tracing.diseases.codebook import load
from tracing.intake import hl7

SIZE = 200 * 1024 * 1024
seed = b"BHS|^~\\\\&|x\\r" + Path(sys.argv[1]).read_bytes() + b"BTS|1\\r"

class Stream:
    left = SIZE
    def read(self, size):
        taken = b"" if self.left <= 0 else (seed * (size // len(seed) + 1))
        self.left -= len(taken)
        return taken

count, codes = 0, load()
for message in hl7.split(Stream()):
    count += 1
    if count % 50 == 0:
        assert hl7.read(message, codes).status == "read"
# The peak of this program alone: getrusage would count what its parent held before it was started.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(count, int(peak.split()[1]) // 1024)
"""


def test_a_batch_of_200_mb_streams_in_little_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STREAM, str(OWN / "pcr_positive_with_questions.hl7")],
        capture_output=True, text=True, timeout=120, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    count, megabytes = map(int, done.stdout.split())
    assert count > 50_000
    assert megabytes < 150, f"{megabytes} MB"
