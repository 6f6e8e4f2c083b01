"""The `if` of a job: asked at load, on a period and after an edit."""

from harness import SystemTest, eventually, main

JOB = 'every 1s\noutput /dev/null\n'


class AGate(SystemTest):
    def test_a_job_whose_gate_succeeds_runs(self):
        self.job('gated', JOB + 'if true\nrun true\n')
        self.start().wait('end', job='gated', result='ok')

    def test_a_job_whose_gate_fails_does_not_run_until_the_gate_succeeds(self):
        self.job('gated', JOB + 'if test -e {dir}/member\nrun echo ran >>{dir}/ran\n')
        self.job('other', JOB + 'run true\n')
        daemon = self.start(if_interval='1s')
        daemon.wait('gate', job='gated', result='shut')
        daemon.wait('end', 3, job='other')
        self.assertEqual(self.lines('ran'), [])
        (self.dir / 'member').touch()
        daemon.wait('gate', job='gated', result='open')
        daemon.wait('end', job='gated')
        self.assertEqual(set(self.lines('ran')), {'ran'})

    def test_a_job_stops_running_when_its_gate_fails(self):
        (self.dir / 'member').touch()
        self.job('gated', JOB + 'if test -e {dir}/member\nrun true\n')
        self.job('other', JOB + 'run true\n')
        daemon = self.start(if_interval='1s')
        daemon.wait('end', job='gated')
        (self.dir / 'member').unlink()
        daemon.wait('gate', job='gated', result='shut')
        mark = daemon.mark()
        daemon.wait('end', 3, since=mark, job='other')
        shut = daemon.events('gate', job='gated', result='shut')[0]['time']
        self.assertLessEqual(daemon.events('start', job='gated')[-1]['time'], shut)

    def test_a_gate_is_asked_at_load_and_not_at_every_run(self):
        self.job('gated', JOB + 'if echo asked >>{dir}/asked\nrun true\n')
        self.start(if_interval='1h').wait('end', 3, job='gated')
        self.assertEqual(self.lines('asked'), ['asked'])

    def test_an_edit_asks_it_again(self):
        self.job('gated', JOB + 'if echo asked >>{dir}/asked; false\nrun true\n')
        daemon = self.start(if_interval='1h')
        daemon.wait('gate', job='gated', result='shut')
        self.job('gated', JOB + 'if echo asked anew >>{dir}/asked\nrun true\n')
        daemon.wait('gate', job='gated', result='open')
        daemon.wait('end', job='gated')
        self.assertEqual(self.lines('asked'), ['asked', 'asked anew'])

    def test_all_gates_must_succeed_and_the_first_that_fails_ends_the_asking(self):
        for name in ('one', 'two', 'three'):
            self.script(name, f'echo {name} >>{self.dir}/asked; test $1 = yes')
        self.job('shut', JOB + 'if {dir}/one yes\nif {dir}/two no\nif {dir}/three yes\nrun true\n')
        daemon = self.start()
        daemon.wait('gate', job='shut', result='shut')
        self.assertEqual(self.lines('asked'), ['one', 'two'])
        self.job('open', JOB + 'if {dir}/one yes\nif {dir}/two yes\nif {dir}/three yes\nrun true\n')
        daemon.wait('end', job='open')

    def test_a_gate_continues_on_indented_lines_and_knows_its_job(self):
        self.job('web/gated', JOB + 'if echo a  # comment\n   b "$ACRON_JOB" >{dir}/said\nrun true\n')
        self.start().wait('end', job='web/gated')
        self.assertEqual(self.lines('said'), ['a b web/gated'])

    def test_a_gate_that_can_not_be_asked_is_shut_and_warns_of_it_once(self):
        command = 'echo asked >>{dir}/asked; /no/such/program'
        self.job('gated', JOB + f'if {command}\nrun true\n')
        daemon = self.start(if_interval='1s')  # a warning is shown without --verbose
        fault = daemon.wait('gate', job='gated', result='shut', reason='exit status 127')
        self.assertIn('not found', fault['said'])
        eventually(lambda: len(self.lines('asked')) >= 3, 'more questions')
        self.assertEqual(len(daemon.events('gate', job='gated', reason='exit status 127')), 1)

    def test_a_gate_that_hangs_is_shut_after_half_a_minute_and_holds_nothing_else_up(self):
        self.job('gated', JOB + 'if echo $$ >{dir}/pid; exec sleep 1000\nrun true\n')
        self.job('other', JOB + 'run true\n')
        daemon = self.start(if_interval='1s')
        eventually(lambda: self.lines('pid'), 'the question')
        daemon.wait('end', 3, job='other')
        self.assertEqual(daemon.events('gate', job='gated'), [])
        shut = daemon.wait('gate', job='gated', result='shut')
        self.assertIn('timed out after 30s', shut['reason'])
        self.assert_every_tick(daemon, 'other')
        self.assertEqual(daemon.events('start', job='gated'), [])


class ARunThatHasNotBegun(SystemTest):
    """What is asked before it takes long."""

    def begin(self):
        self.job('a', JOB + 'if each-run echo asked >>{dir}/asked; sleep 1000\nrun true\n')
        daemon = self.start(drain='1h')
        self.wait_lines('asked', 1)
        return daemon

    def test_it_is_skipped_when_acron_ends_and_nobody_is_asked_any_more(self):
        daemon = self.begin()
        self.assertEqual(daemon.stop(), 0)
        self.assertIn('acron ends', [e['reason'] for e in daemon.events('skip', job='a')])
        self.assertEqual(daemon.events('left-running') + daemon.events('start'), [])

    def test_it_is_lost_when_acron_is_killed(self):
        daemon = self.begin()
        due = daemon.wait('queued', job='a', **{'for': 'its `if each-run`'})['scheduled']
        eventually(lambda: self.asked_of_state('SELECT count(*) FROM queued_run') > 0, 'the state to be written')
        daemon.process.kill()
        daemon.wait_end()
        self.job('a', JOB + 'run true\n')
        daemon = self.start()
        self.assertIn('has not begun', daemon.wait('lost', job='a')['reason'])
        self.assertLess(due[:19], daemon.wait('start', job='a')['scheduled'][:19])


if __name__ == '__main__':
    main()
