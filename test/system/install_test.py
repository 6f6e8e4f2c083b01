"""What `cmake --install` puts where, and whether systemd likes the unit."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

from harness import ACRON, DEADLINE, SystemTest, main

BUILD = pathlib.Path(ACRON).parents[2]


@unittest.skipUnless((BUILD / 'cmake_install.cmake').exists(), 'acron was not built by CMake here')
class AnInstallation(SystemTest):
    def setUp(self):
        super().setUp()
        self.root = self.dir / 'root'
        subprocess.run(['cmake', '--install', BUILD], env=os.environ | {'DESTDIR': str(self.root)}, check=True,
                       stdout=subprocess.DEVNULL, timeout=DEADLINE)
        self.unit, = self.root.glob('**/systemd/system/acron.service')
        self.program, = self.root.glob('**/bin/acron')

    def settings(self):
        return dict(line.split('=', 1) for line in self.unit.read_text().splitlines() if '=' in line and line[0] != '#')

    def test_the_program_that_is_installed_runs(self):
        shown = self.run_command([self.program, '--version'])
        self.assertRegex(shown.stdout, r'^acron \d')

    def test_the_unit_starts_the_program_where_it_is_installed_on_the_directory_that_is_installed(self):
        program, *arguments = self.settings()['ExecStart'].split()
        self.assertEqual(self.root / program[1:], self.program)
        self.assertEqual(arguments, ['-f', '/etc/acron/conf.d'])
        self.assertEqual(os.listdir(self.root / 'etc/acron/conf.d'), [])

    def test_the_unit_notifies_and_a_restart_ends_no_job(self):
        settings = self.settings()
        self.assertEqual((settings['Type'], settings['KillMode']), ('notify', 'process'))
        self.assertIn('WatchdogSec', settings)

    @unittest.skipUnless(shutil.which('systemd-analyze'), 'systemd is not installed')
    def test_systemd_finds_nothing_wrong_with_the_unit(self):
        copy = self.dir / 'acron.service'
        text = self.unit.read_text().replace(self.settings()['ExecStart'].split()[0], str(self.program))
        copy.write_text(text)
        # The manual pages that it names lie below the root of this test, not of this machine.
        said = self.run_command(['systemd-analyze', 'verify', '--man=no', copy])
        self.assertEqual((said.returncode, said.stdout, said.stderr), (0, '', ''))

    def test_the_manual_pages_that_the_unit_names_are_installed(self):
        for page, section in re.findall(r'man:([\w.-]+)\((\d)\)', self.unit.read_text()):
            with self.subTest(page=page):
                self.assertEqual(len(list(self.root.glob(f'**/man{section}/{page}.{section}'))), 1)

    def test_the_line_for_cron_is_commented_out_and_names_the_program(self):
        line, = [text for text in next(self.root.glob('**/acron-watchdog.cron')).read_text().splitlines()
                 if text.startswith('#* * * * *')]
        self.assertEqual(self.root / line.split()[6][1:], self.program)

    def test_the_examples_that_are_installed_are_good_jobs(self):
        examples, = self.root.glob('**/conf.d.example')
        checked = self.run_command(self.command('--check', tree=examples))
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertGreaterEqual(len(checked.stdout.splitlines()), 5)


if __name__ == '__main__':
    main()
