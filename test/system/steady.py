"""What the tests of changing job files share."""

from harness import SystemTest

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
        """The next run that starts says the word."""
        start = self.daemon.wait('start', since=self.daemon.mark(), job=name)
        self.daemon.wait('end', run=start['run'], result='ok')
        self.assertEqual(self.lines('said')[-1], word)
