"""A test of a bot by what it answers to Meta: python3 -m unittest test_example, or pytest.

It needs `referee` on the PATH. The bot here is the reference receiver.
"""

import json
import pathlib
import sys
import unittest

from referee import Referee, RefereeError

BOT = [sys.executable, str(pathlib.Path(__file__).resolve().parents[3] / 'suites' / 'reference' / 'receiver.py')]


class BotTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.referee = Referee.start(bot=BOT)
        cls.addClassCleanup(cls.referee.stop)

    def setUp(self):
        self.referee.reset()

    def test_it_greets_who_clicks_on_an_ad(self):
        click = self.referee.send('referral.ads', person='Ada', set={'/referral/ref': 'summer'})
        self.assertEqual(click['status'], 200)
        self.assertEqual(click['events'][0]['referral']['ref'], 'summer')

        reply = self.referee.reply(click)
        self.assertEqual(reply['recipient'], click['events'][0]['sender'])
        self.assertEqual(reply['message']['text'], 'Thanks, we will get back to you.')

    def test_it_greets_who_comes_by_a_link(self):
        link = self.referee.act('Grace', type='link', ref='shop')
        reply = self.referee.reply(link)
        self.assertEqual(reply['recipient']['id'], link['events'][0]['sender']['id'])

    def test_it_refuses_what_is_signed_with_another_secret(self):
        forged = self.referee.send('referral.ads', person='Eve', faults=['wrong-secret'])
        self.assertEqual(forged['status'], 403)
        self.referee.reply(self.referee.send('referral.ads', person='Ada'))  # by then it would have answered
        self.assertEqual(self.referee.call('GET', 'exchanges?kind=send&person=Eve')['exchanges'], [])

    def test_numbers_that_python_would_change_go_both_ways_as_text(self):
        sent = json.loads(self.referee.raw('POST', 'events', '{"variant": "referral.ads", "person": "Ada", "set": {"/referral/ad_id": 120210000000000001, "/timestamp": 1.10}}'))
        delivery = json.loads(self.referee.raw('GET', f"exchanges/{sent['exchange']}"))['request']['body']['text']
        self.assertRegex(delivery, r'"ad_id":120210000000000001\b')
        self.assertRegex(delivery, r'"timestamp":1\.10\b')

        reply = self.referee.reply(sent)
        self.assertEqual(json.loads(reply['body'])['message']['text'], reply['message']['text'])

    def test_what_it_never_says_is_an_error_that_says_why(self):
        text = self.referee.act('Ada', type='text', text='Hi')  # which this bot leaves alone
        with self.assertRaisesRegex(RefereeError, '^the bot sent Ada no message within 0.1 s$'):
            self.referee.reply(text, timeout=0.1)

        self.referee.call('POST', 'faults', {'fault': 'rate-limited', 'edge': 'messages'})
        click = self.referee.send('referral.ads', person='Ada')
        self.referee.call('GET', 'exchanges/wait?kind=send&person=Ada')
        with self.assertRaisesRegex(RefereeError, 'no message within 0.1 s; the platform refused .*Thanks.* with .*"code":613'):
            self.referee.reply(click, timeout=0.1)

        with self.assertRaisesRegex(RefereeError, 'there is no variant "referral.adz"'):
            self.referee.send('referral.adz')


DYING = """
import http.server, os, urllib.parse

class Bot(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(query['hub.challenge'][0].encode())

    def do_POST(self):
        print('no idea', flush=True)
        os._exit(1)

http.server.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), Bot).serve_forever()
"""


class StartTest(unittest.TestCase):
    def test_a_bot_that_does_not_start_is_an_error_that_says_why(self):
        with self.assertRaisesRegex(RefereeError, '(?s)exit code 3.*no configuration'):
            Referee.start(bot='echo no configuration; exit 4')

    def test_a_bot_that_dies_is_an_error_that_says_why(self):
        with Referee.start(bot=[sys.executable, '-c', DYING]) as dying:
            with self.assertRaisesRegex(RefereeError, '(?s)exit code 3.*no idea'):
                dying.reply(dying.send('referral.ads'))


if __name__ == '__main__':
    unittest.main()
