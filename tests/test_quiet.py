from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from footstrike.quiet import quiet_native_stderr


def test_drops_native_output_and_restores(capfd: pytest.CaptureFixture[str]) -> None:
    os.write(2, b"before ")
    with quiet_native_stderr():
        os.write(2, b"chatter ")
        with quiet_native_stderr():
            os.write(2, b"inner ")
        os.write(2, b"chatter ")
    os.write(2, b"after")
    assert capfd.readouterr().err == "before after"


def test_restores_after_an_exception(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyError), quiet_native_stderr():
        raise KeyError
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


def test_threads_share_it(capfd: pytest.CaptureFixture[str]) -> None:
    def chatter() -> None:
        for _ in range(200):
            with quiet_native_stderr():
                os.write(2, b"chatter")

    threads = [threading.Thread(target=chatter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


@pytest.mark.skipif(sys.platform == "win32", reason="closes stderr the POSIX way")
def test_without_stderr() -> None:
    code = (
        "import os; os.close(2)\n"
        "from footstrike.quiet import quiet_native_stderr\n"
        "with quiet_native_stderr(): print('ran')"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "ran\n"


def test_silence_lasts() -> None:
    code = "import os; from footstrike import quiet; quiet.silence_native_stderr(); os.write(2, b'words'); print('ran')"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (result.stdout, result.stderr) == ("ran\n", "")
