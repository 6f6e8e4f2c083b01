"""README.md and the manual pages say what is so: about options, examples, events, the splay, and the source tree."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
ACRON = os.environ.get("ACRON") or str(SOURCE / "build/src/daemon/acron")
README = (SOURCE / "README.md").read_text()


def acron(*arguments):
    return subprocess.run([ACRON, "--config", "/dev/null", *arguments], capture_output=True, text=True, check=False)


def long_options():
    listed = re.findall(r"^  (?:-\w \[ )?--([a-z-]+)", acron("--help").stdout, re.MULTILINE)
    return sorted(set(listed))


def settings():
    """The options that the configuration file may have: those before the second heading."""
    first = acron("--help").stdout.split("\nCommand line only")[0]
    return re.findall(r"^  --([a-z-]+)", first, re.MULTILINE)


def code_blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


class DocumentTest(unittest.TestCase):
    def assertFound(self, pattern, text):
        """As assertRegex, without all of the text in the message."""
        self.assertTrue(re.search(pattern, text), f"no match for {pattern}")


class OptionsTest(DocumentTest):
    def test_help_lists_the_options(self):
        self.assertGreaterEqual(len(long_options()), 15)
        self.assertIn("smtp", settings())

    def test_every_option_is_in_the_readme(self):
        for option in long_options():
            with self.subTest(option):
                self.assertFound(rf"(?m)^\|.*`--{option}[ `]", README)

    def test_every_option_is_in_the_manual(self):
        page = (SOURCE / "cmake/man/acron.8.in").read_text()
        for option in long_options():
            with self.subTest(option):
                self.assertFound(rf"(?m)^\.It Fl .*\\-{option}( |$)", page)

    def test_every_setting_is_in_the_manual_of_the_configuration_file(self):
        page = (SOURCE / "cmake/man/acron.conf.5.in").read_text()
        for setting in settings():
            with self.subTest(setting):
                self.assertFound(rf"(?m)^\.It Ic {setting} ", page)

    def test_the_readmes_configuration_file_is_a_good_one(self):
        text = re.search(r"^    # /etc/acron/acron.conf\n(?:    .*\n)+", README, re.MULTILINE).group()
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(re.sub(r"(?m)^    ", "", text))
            file.flush()
            command = [ACRON, "--config", file.name, "--check", str(SOURCE / "conf.d.example")]
            checked = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertNotIn(file.name, checked.stderr)
        self.assertIn("minimal", checked.stdout)


class ExamplesTest(unittest.TestCase):
    """acron itself reads them, from a directory that root trusts wherever the source lies."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.tree = Path(directory.name)

    def check_job(self, text):
        (self.tree / "job").write_text(text)
        checked = acron("--check", str(self.tree))
        self.assertEqual((checked.returncode, checked.stderr), (0, ""), text)

    def test_every_job_of_the_readme_is_a_good_one(self):
        blocks = code_blocks("job")
        self.assertGreaterEqual(len(blocks), 10)
        for block in blocks:
            with self.subTest(block):
                if re.search(r"(?m)^run ", block) and re.search(r"(?m)^every ", block):
                    self.check_job(block)
                    continue
                for line in block.splitlines():
                    word = line.split()[0]
                    if word == "user" and os.geteuid() != 0:
                        continue  # refused, as it should be
                    text = line + "\n"
                    text += "" if word in ("every", "cron") else "every 1h\n"
                    text += "" if word == "run" else "run true\n"
                    self.check_job(text)

    def test_every_example_file_is_a_good_job(self):
        for path in sorted((SOURCE / "conf.d.example").rglob("*")):
            if path.is_file():
                copy = self.tree / path.relative_to(SOURCE / "conf.d.example")
                copy.parent.mkdir(exist_ok=True)
                copy.write_text(path.read_text())
        checked = acron("--check", str(self.tree))
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        self.assertGreaterEqual(len(checked.stdout.splitlines()), 5)


class SplayTest(unittest.TestCase):
    def snippet(self):
        found = [block for block in code_blocks("sh") if "sha256sum" in block]
        self.assertEqual(len(found), 1)
        return found[0]

    def offset_by(self, shell, script):
        done = subprocess.run([shell, "-eu", "-c", script], capture_output=True, text=True, check=True)
        return int(done.stdout)

    def offset_by_acron(self, job, every):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / job
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"every {every}s\ntimezone UTC\nsplay job\nrun true\n")
            host = "web-0001.dc1.example.com"
            shown = acron("--next", "--json", "--count", "1", "--hostname", host, "--from", "2026-01-06T23:59:59Z", name)
        return json.loads(shown.stdout)[0]["offset_ms"]

    def test_the_snippet_prints_what_its_comment_says(self):
        says = int(re.search(r"# (\d+): ", self.snippet()).group(1))
        for shell in ("dash", "bash"):
            self.assertEqual(self.offset_by(shell, self.snippet()), says)

    def test_the_snippet_gives_the_offsets_that_acron_shows(self):
        for job, every in (("cleanup/disk", 600), ("cleanup/logs", 600), ("cleanup/disk", 86400), ("a", 3600)):
            script = self.snippet().replace("cleanup/disk", job).replace("TICKS=600", f"TICKS={every}")
            for shell in ("dash", "bash"):
                with self.subTest(job=job, every=every, shell=shell):
                    self.assertEqual(self.offset_by(shell, script), self.offset_by_acron(job, every))


class ManualPagesTest(unittest.TestCase):
    def test_mandoc_finds_no_fault(self):
        pages = sorted((SOURCE / "cmake/man").glob("*.in"))
        self.assertEqual(len(pages), 3)
        for page in pages:
            text = page.read_text().replace("@PROJECT_VERSION@", "1.0")
            done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=text, capture_output=True, text=True,
                                  check=False)
            self.assertEqual((done.returncode, done.stdout), (0, ""), page)


class SourceTest(DocumentTest):
    def test_every_event_of_the_log_is_in_the_readme(self):
        events = set()
        for path in (SOURCE / "src").rglob("*.cpp"):
            for _, event in re.findall(r"\blog_?\(([^,;{]*),([^,;{]*)", path.read_text()):
                events |= set(re.findall(r'"([a-z-]+)"', event))
        self.assertGreaterEqual(len(events), 20)
        for event in sorted(events):
            with self.subTest(event):
                self.assertFound(rf"(?m)^\|.*`{event}`", README)

    def test_every_room_is_on_the_map(self):
        the_map = (SOURCE / "src/README.md").read_text()
        rooms = {path.parent.relative_to(SOURCE / "src").as_posix() for path in (SOURCE / "src").rglob("*.cpp")}
        self.assertGreaterEqual(len(rooms), 8)
        for room in sorted(rooms):
            with self.subTest(room):
                self.assertFound(rf"(?m)^\| `{room}` \|", the_map)

    def test_every_file_that_the_documents_name_is_there(self):
        for document in ("README.md", "src/README.md"):
            path = SOURCE / document
            for link in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
                with self.subTest(document=document, link=link):
                    self.assertTrue((path.parent / link).exists())


if __name__ == "__main__":
    unittest.main()
