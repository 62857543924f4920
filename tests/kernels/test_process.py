"""A process that ends at once ends as one that takes its time: nothing is lost."""

import os
import subprocess
import sys

ENDING = """
import atexit, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from kamkit.kernels import finish, leave
atexit.register(Path("registered").touch)
idle = ThreadPoolExecutor()
idle.submit(Path("pool").touch)
threading.Thread(target=lambda: (time.sleep(0.3), Path("thread").touch())).start()
class Held:
    def __del__(self): Path("taken apart").touch()
held = Held()
sys.stdout.write("out")
finish()
leave(3)
"""


def test_threads_end_what_was_registered_is_done_and_nothing_is_taken_apart(tmp_path):
    done = subprocess.run([sys.executable, "-c", ENDING], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (3, "out", "")
    assert {file.name for file in tmp_path.iterdir()} == {"pool", "registered", "thread"}


def test_a_reader_that_has_gone_is_no_fault(tmp_path):
    buffered = {**os.environ, "PYTHONUNBUFFERED": ""}
    command, pipe = [sys.executable, "-c", ENDING], subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, stdout=pipe, stderr=pipe, env=buffered) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 3
