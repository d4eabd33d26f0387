"""A client of the control API of `referee serve`, for tests of a bot in Python 3.9 or newer.

One file, nothing but the standard library: copy it beside your tests. test_example.py
shows how it is used; ../node/referee.mjs is the same in JavaScript. What it has no method
for is done with call(): GET /api/v1/openapi.json lists it.

Integers are exact, but 1.10 becomes 1.1 where Python reads or writes JSON. raw() takes and
gives text as it is, and so do reply()['body'] and exchange().
"""

import atexit
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request


class RefereeError(Exception):
    """What the platform says is wrong; status is the HTTP status, 0 where there is none."""

    def __init__(self, text, status=0):
        super().__init__(text)
        self.status = status


class Referee:
    """The platform: Referee.start(), or Referee(addresses) of one that runs already."""

    @classmethod
    def start(cls, bot=(), args=(), program='referee'):
        """Start `referee serve` with further arguments and, beside it, a bot: a line for the
        shell, or a program with its arguments. The platform and the bot are ready then.
        stop() ends both, and so do the end of a with statement and of this process."""
        folder = tempfile.mkdtemp(prefix='referee-')
        addresses, output = os.path.join(folder, 'addresses.json'), os.path.join(folder, 'output.txt')
        words = [bot] if isinstance(bot, str) else list(bot)
        command = [program, 'serve', '--addr-file', addresses, *args, *(['--', *words] if words else [])]
        with open(output, 'wb') as log:
            serve = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        atexit.register(serve.kill)
        while True:
            code = serve.poll()
            if code is not None:
                said = _read(output)
                _forget(serve, folder)
                raise RefereeError(f'{program} serve ended: exit code {code}\n{said}')
            if os.path.exists(addresses):
                referee = cls(json.loads(_read(addresses)))
                referee._started = serve, folder, output
                return referee
            time.sleep(0.02)

    def __init__(self, addresses, token=None):
        """addresses are those in the --addr-file of a platform; its console may want a token."""
        self.console, self.platform = addresses['console'], addresses.get('platform')
        self.app_id, self.page_id = addresses.get('app_id'), addresses.get('page_id')
        self.token, self._started = token, None
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open  # it is on this machine

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def call(self, method, path, body=None):
        """Make one request: call('POST', 'faults', {'fault': 'duplicate', 'next': 1}). Returns
        what came; a RefereeError has what the platform says is wrong."""
        text = self.raw(method, path, None if body is None else json.dumps(body))
        return json.loads(text) if text else None

    def raw(self, method, path, body=None):
        """call() with the text of JSON in place of values, sent as it is, and returned as it
        came: raw('POST', 'events', '{"variant": "referral.ads", "set": {"/referral/ad_id": 1.10}}')."""
        headers = {} if body is None else {'Content-Type': 'application/json'}
        if self.token:
            headers['Authorization'] = f'Bearer {self.token}'
        data = None if body is None else body.encode()
        request = urllib.request.Request(f'{self.console}/api/v1/{path}', data, headers, method=method)
        try:
            with self._open(request) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                document = json.loads(error.read())
            if error.code == 503:
                raise RefereeError(self._gone() or document['detail'], error.code) from None
            details = [f"{e['message']} ({e['location']})" for e in document.get('errors') or []]
            raise RefereeError(': '.join([document['detail'], *details]), error.code) from None
        except OSError as error:
            raise RefereeError(self._gone() or str(error)) from error

    def _gone(self):
        """Why the platform that start() started answers no more, such as a bot that has died;
        None where it goes on."""
        if self._started:
            serve, _, output = self._started
            try:
                return f'referee serve ended: exit code {serve.wait(timeout=5)}\n{_read(output)}'
            except subprocess.TimeoutExpired:
                pass
        return None

    def send(self, variant, **more):
        """Let an event of the catalogue happen, and return when the bot has answered the
        delivery: 'status' is with what. More says for whom, and what is other than in the
        catalogue: person='Ada', set={'/referral/ref': 'summer'}."""
        return self.call('POST', 'events', {'variant': variant, **more})

    def act(self, person, **action):
        """Let a person do something in Messenger: act('Ada', type='text', text='Hi')."""
        self.call('POST', 'people', {'name': person})
        return self.call('POST', f"people/{urllib.parse.quote(person, safe='')}/actions", action)

    def reply(self, sent, after=None, timeout=10.0):
        """Wait for the first message that the bot sends to who did this, after it, and that
        the platform accepts; it is what the bot gave the Send API, with 'body', the text of
        it. With after=reply it is the next one. timeout is in seconds."""
        until, refused = time.monotonic() + timeout, ''
        seq = (after or sent)['exchange']
        while True:
            wait = max(int((until - time.monotonic()) * 1000), 1)
            query = urllib.parse.urlencode({'kind': 'send', 'person': sent['person'], 'after': seq, 'timeout': f'{wait}ms'})
            try:
                exchange = self.call('GET', f'exchanges/wait?{query}')
            except RefereeError as error:
                if error.status != 408:
                    raise
                raise RefereeError(f"the bot sent {sent['person']} no message within {timeout} s{refused}") from None
            seq, body = exchange['seq'], exchange['request']['body'].get('text', '')
            message = _parse(body)
            if exchange['status'] != 200:
                refused = f"; the platform refused {body} with {exchange['response']['body'].get('text', '')}"
            elif message.get('message'):
                return {**message, 'body': body, 'exchange': seq}

    def exchange(self, seq):
        """One exchange with its bytes, by its number."""
        return self.call('GET', f'exchanges/{seq}')

    def reset(self):
        """Forget all but what the command line and --state say."""
        self.call('POST', 'reset')

    def stop(self):
        """End the platform and the bot that start() started, and return what both wrote."""
        serve, folder, output = self._started
        serve.terminate()
        serve.wait()
        said = _read(output)
        _forget(serve, folder)
        return said


def _read(file):
    with open(file, encoding='utf-8', errors='replace') as f:
        return f.read()


def _forget(serve, folder):
    atexit.unregister(serve.kill)
    shutil.rmtree(folder)


def _parse(text):
    """The body of a call: JSON, or a form whose values are JSON or texts."""
    def read(value):
        try:
            return json.loads(value)
        except ValueError:
            return value

    document = read(text)
    if isinstance(document, dict):
        return document
    return {name: read(value) for name, value in urllib.parse.parse_qsl(text)}
