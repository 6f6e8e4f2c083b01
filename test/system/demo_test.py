"""The demonstration shows what it promises, ends on Ctrl-C, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
ACRON = os.environ.get("ACRON") or str(SOURCE / "build/src/daemon/acron")
COMMAND = [sys.executable, "-B", "-u", str(SOURCE / "test/support/demo.py"), ACRON, str(SOURCE / "test/demo.d")]
DEADLINE = 300  # only a program that hangs reaches it

PROMISED = {
    "a start": r"event=start job=succeeds ",
    "a success": r"event=end job=succeeds .*result=ok",
    "a failure": r"event=end job=fails .*result=failed exit=3",
    "a timeout": r"event=end job=hangs .*signal=SIGKILL reason=\"timed out after 2s",
    "a shut gate": r"event=gate job=not-here result=shut",
    "a splayed start": r"event=end job=fleet/heartbeat .*result=ok",
    "the mail of the failure": r"\| Subject: .* fails failed: exit status 3",
    "its marked stderr": r"\| stderr: no space left on the backup server",
    "the mail of the timeout": r"\| Subject: .* hangs failed: timed out after 2s",
}


class DemoTest(unittest.TestCase):
    def setUp(self):
        environment = {key: value for key, value in os.environ.items() if key != "JOURNAL_STREAM"}
        self.demo = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                     env=environment, start_new_session=True)
        self.addCleanup(self.demo.stdout.close)
        self.addCleanup(self.demo.wait)
        signal.signal(signal.SIGALRM, lambda *_: self.demo.kill())  # acron ends with it
        signal.alarm(DEADLINE)
        self.addCleanup(signal.alarm, 0)

    def read_until(self, patterns):
        missing, text = dict(patterns), ""
        while missing:
            line = self.demo.stdout.readline()
            self.assertTrue(line, f"the demonstration ended without {list(missing)}:\n{text}")
            text += line
            missing = {name: pattern for name, pattern in missing.items() if not re.search(pattern, line)}
        return text

    def test_it_shows_what_it_promises_and_ends_on_ctrl_c(self):
        text = self.read_until(PROMISED)
        os.killpg(self.demo.pid, signal.SIGINT)  # as a terminal does
        text += self.demo.stdout.read()
        self.assertEqual(self.demo.wait(), 0, text)
        self.assertIn("event=goodbye", text)
        self.assertIn("of succeeds was due at", text)
        jobs = re.search(r"The jobs are in (\S+):", text).group(1)
        self.assertFalse(Path(jobs).parent.exists())
        self.assertRaises(ProcessLookupError, os.killpg, self.demo.pid, 0)


if __name__ == "__main__":
    unittest.main()
