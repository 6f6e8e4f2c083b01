"""Job files that are broken, and mended, while jobs run."""

import os
import time

from harness import main
from steady import FilesTest, job


class Faults(FilesTest):
    def test_a_broken_edit_leaves_the_last_good_version_running_and_is_said_once(self):
        self.job('a', job('old'))
        daemon = self.watch()
        daemon.wait('end', job='a')
        self.job('a', 'every 1s\ntimout 1m\nrun echo new\n')
        fault = daemon.wait('bad-file', file='a')
        self.assertEqual((fault['line'], fault['column'], fault['level']), ('2', '1', 'error'))
        self.assertEqual(fault['error'], "unknown directive 'timout'; did you mean 'timeout'?")
        daemon.wait('end', 4, since=daemon.mark(), job='a')  # several looks later
        self.assertEqual(set(self.lines('said')), {'old'})
        self.assertEqual(len(daemon.events('bad-file')), 1)
        self.job('a', job('mended'))
        daemon.wait('reload', job='a')
        self.said('mended')

    def test_a_bad_new_file_disturbs_no_other_and_runs_once_mended(self):
        self.job('a', 'every 1s\n')
        daemon = self.watch()
        self.assertIn("no 'run'", daemon.wait('bad-file', file='a')['error'])
        self.job('a', job('mended'))
        daemon.wait('load', job='a')
        self.said('mended')

    def test_a_file_that_is_still_being_written_is_no_job_yet(self):
        daemon = self.watch()
        text = f'every 1s\noutput {self.dir}/said\nrun echo half'
        longest_pause, last = 0, time.monotonic()
        with open(self.tree / 'a', 'w', encoding='utf-8') as file:
            file.write(text)
            while len(daemon.events('start', job='steady')) < 5 and longest_pause < 0.9:
                file.write('x')
                file.flush()
                time.sleep(0.01)
                longest_pause, last = max(longest_pause, time.monotonic() - last), time.monotonic()
            if longest_pause < 0.9:  # on a machine that stopped us for longer, the file did look finished
                self.assertEqual(daemon.events('load', job='a'), [])
            file.write(' and whole\n')
        daemon.wait('load', job='a')
        self.daemon.wait('end', since=daemon.mark(), job='a')
        self.assertRegex(self.lines('said')[-1], r'^halfx+ and whole$')

    def test_what_is_no_file_is_said_and_hangs_nothing(self):
        os.mkfifo(self.tree / 'fifo')
        (self.tree / 'loop').symlink_to('loop')
        (self.tree / 'nothing').symlink_to('missing')
        (self.tree / 'self').symlink_to('.')
        daemon = self.watch()
        reasons = {name: daemon.wait('bad-file', file=name)['error'] for name in ['fifo', 'loop', 'nothing', 'self']}
        self.assertEqual(reasons['fifo'], 'is not a regular file')
        self.assertIn('loop', reasons['loop'])
        self.assertIn('symlink to nothing', reasons['nothing'])
        self.assertIn('already under another name', reasons['self'])
        daemon.wait('start', 3, since=daemon.mark(), job='steady')
        self.assertEqual(len(daemon.events('bad-file')), 4)

    def test_malformed_files_of_every_kind_are_refused_with_a_reason(self):
        corpus = {'nul': b'every 1s\nrun echo a\0b\n', 'latin1': b'every 1s\nrun echo \xe9\n',
                  'large': b'every 1s\nrun true\n' + b'# x\n' * 300_000, 'empty': b'', 'comment': b'# nothing\n',
                  'absurd': b'every 5124095576030431h\nrun true\n', 'zero': b'every 0s\nrun true\n',
                  'twice': b'every 1s\nevery 2s\nrun true\n', 'injected': b'every 1s\noutput a@b.c\rX: y\nrun true\n',
                  'indented': b' every 1s\nrun true\n', 'crontab': b'* * * * * root true\n',
                  'escape': b'\x1b]0;owned\x07 1s\nrun true\n', 'never': b'cron 0 0 30 2 *\nrun true\n'}
        for name, content in corpus.items():
            (self.tree / name).write_bytes(content)
        (self.tree / 'crlf').write_bytes(b'\xef\xbb\xbfevery 1s\r\noutput /dev/null\r\nrun true')
        daemon = self.watch()
        for name in corpus:
            self.assertTrue(daemon.wait('bad-file', file=name)['error'])
        daemon.wait('end', job='crlf', result='ok')
        self.assertEqual({e['job'] for e in daemon.events('start')}, {'steady', 'crlf'})

    def test_a_tree_that_goes_away_for_a_while_keeps_its_jobs(self):
        self.job('a', job('a'))
        daemon = self.watch()
        daemon.wait('end', job='a')
        self.tree.rename(self.dir / 'elsewhere')
        daemon.wait('bad-file', file='.')
        daemon.wait('end', 2, since=daemon.mark(), job='a')
        (self.dir / 'elsewhere').rename(self.tree)
        daemon.wait('end', 2, since=daemon.mark(), job='a')
        self.assertEqual(daemon.events('unload'), [])


if __name__ == '__main__':
    main()
