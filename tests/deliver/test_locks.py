"""One run per engagement, and a folder that can't be written is named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kamkit.deliver.locks import only_run
from kamkit.errors import LockedError, RunError

ROOT = Path(__file__).parents[2]


def test_a_second_run_is_refused_with_the_firsts_process_id(tmp_path):
    with only_run(tmp_path), pytest.raises(LockedError, match=f"process {os.getpid()} "), only_run(tmp_path):
        pass


def test_the_lock_is_free_after_a_run_that_failed(tmp_path):
    with pytest.raises(ZeroDivisionError), only_run(tmp_path):
        raise ZeroDivisionError
    with only_run(tmp_path):
        assert (tmp_path / ".kamkit" / "run.pid").read_text() == str(os.getpid())
    assert not (tmp_path / ".kamkit" / "run.pid").exists()


def test_the_lock_of_a_dead_process_is_taken_over(tmp_path):
    code = "import os, sys; from pathlib import Path; from kamkit.deliver.locks import only_run\n"
    code += "with only_run(Path(sys.argv[1])): os._exit(9)"
    died = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False)
    assert died.returncode == 9
    assert (tmp_path / ".kamkit" / "run.pid").exists()
    with only_run(tmp_path):
        assert (tmp_path / ".kamkit" / "run.pid").read_text() == str(os.getpid())


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / ".kamkit").write_text("a file where the folder should be")
    with pytest.raises(RunError, match="can't be written") as caught, only_run(tmp_path):
        pass
    assert caught.value.where == str(tmp_path)
