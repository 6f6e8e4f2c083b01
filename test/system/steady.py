"""What the tests of changing job files share."""

import datetime

from harness import SystemTest, eventually

STEADY = 'every 1s\noutput /dev/null\nrun true\n'


def job(word):
    return f'every 1s\noutput {{dir}}/said\nrun echo {word}\n'


class FilesTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.job('steady', STEADY)

    def tearDown(self):
        """Whatever was done to its neighbours, the steady job kept each of its ticks."""
        self.daemon.stop()
        self.assert_every_tick(self.daemon, 'steady')
        self.assertEqual(self.daemon.events('reload', job='steady'), [])

    def watch(self, **settings):
        self.daemon = self.start(**settings)
        self.daemon.wait('start', job='steady')
        return self.daemon

    def said(self, word, name='a'):
        """The next run that falls due says the word. One that was due before may have begun with what its job said
        then, and is logged only now."""
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='milliseconds')
        start = eventually(lambda: next((event for event in self.daemon.events('start', job=name)
                                         if event['scheduled'] > now), None), f'a start of {name}')
        self.daemon.wait('end', run=start['run'], result='ok')
        self.assertEqual(self.lines('said')[-1], word)
