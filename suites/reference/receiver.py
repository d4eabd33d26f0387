#!/usr/bin/env python3
"""A webhook receiver for Messenger that does what Meta requires.

One file, nothing but the standard library of Python 3.9 or newer: copy it and
put your bot in the place of handle(). It stands behind a proxy that speaks TLS.

- The verification handshake is answered byte for byte, for the right token only.
- A delivery is believed only if X-Hub-Signature-256 fits its raw bytes.
- A delivery is acknowledged at once; the work waits in a bounded queue.
- Every event is handled once, however often it is delivered within an hour.
- Handover copies (standby), page changes and echoes are left alone.
- Members that are unknown, missing or of another type are no reason to fail.

receiver.mjs is the same in JavaScript, part by part.
"""
import collections
import hashlib
import hmac
import http.client
import http.server
import json
import logging
import math
import os
import re
import signal
import socket
import socketserver
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

# ---- Settings ----


def required(name):
    # Without its secret a receiver would believe everybody, or nobody.
    return os.environ.get(name) or sys.exit(f"{name} is not set; the receiver cannot work without it")


APP_SECRET = os.fsencode(required("REFEREE_APP_SECRET"))
# Of an app with Instagram Login: what Instagram's deliveries are signed with.
INSTAGRAM_SECRET = os.fsencode(os.environ.get("REFEREE_INSTAGRAM_SECRET") or "") or APP_SECRET
VERIFY_TOKEN = os.fsencode(required("REFEREE_VERIFY_TOKEN"))
PAGE_TOKEN = required("REFEREE_PAGE_TOKEN")
# To whom the token belongs, a page and its account on Instagram; without any, all get replies.
ACCOUNTS = [account for name in ("REFEREE_PAGE_ID", "REFEREE_INSTAGRAM_ID") if (account := os.environ.get(name))]
GRAPH_URL = (os.environ.get("REFEREE_GRAPH_URL") or "https://graph.facebook.com").rstrip("/")
RECEIPTS_URL = os.environ.get("REFEREE_RECEIPTS_URL")  # for Referee alone; none in production
ADDRESS = (os.environ.get("BIND") or "127.0.0.1", int(os.environ.get("PORT") or 8080))  # BIND=0.0.0.0 in a container

MAX_BODY = 8 << 20  # bytes; deliveries of over 300 KB were seen
MAX_CONNECTIONS = 1024  # each has a thread; further ones wait
MAX_WAITING = 10_000  # events that are acknowledged and not done
WORKERS = 128  # people who are served at the same time
IDLE_SECONDS = 60  # for a connection without a request
BODY_SECONDS = 30  # for a body to come in
CALL_SECONDS = 20  # for the Graph API to answer
GRACE_SECONDS = 2  # for the work in flight, when the process is told to end
MEMORY_SECONDS = 3600  # Meta delivers again for an hour
MEMORY_LIMIT = 200_000  # events

# ---- Handshake and signature ----


class Refused(Exception):
    """Says with which status and text a request is refused."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


def handshake(query):
    """Return the challenge that Meta sends when a callback URL is entered."""
    # Latin-1 maps every byte to one character and back: the challenge is opaque.
    values = urllib.parse.parse_qs(query, keep_blank_values=True, encoding="latin-1")

    def only(name):  # of two values, two programs may believe different ones
        given = values.get(name, [])
        return given[0].encode("latin-1") if len(given) == 1 else b""

    if only("hub.mode") != b"subscribe" or not hmac.compare_digest(only("hub.verify_token"), VERIFY_TOKEN):
        raise Refused(403, "the verify token does not fit\n")
    if not only("hub.challenge"):
        raise Refused(400, "hub.challenge is missing\n")
    return only("hub.challenge")


def secret_of(body):
    """Return the secret that a body has to be signed with. Nothing else in it is believed yet."""
    try:
        instagram = INSTAGRAM_SECRET != APP_SECRET and member(parse(body), "object") == "instagram"
    except (ValueError, RecursionError):
        instagram = False
    return INSTAGRAM_SECRET if instagram else APP_SECRET


def authentic(signatures, body):
    """Tell whether Meta signed these bytes.

    The older X-Hub-Signature (SHA-1) counts for nothing, or a forger could
    choose the weaker of the two.
    """
    right = "sha256=" + hmac.new(secret_of(body), body, hashlib.sha256).hexdigest()
    return len(signatures) == 1 and hmac.compare_digest(signatures[0].strip().encode("latin-1", "replace"), right.encode())


# ---- From bytes to events ----


def parse(body):
    """Parse a body that is one JSON value. Numbers keep what an id needs: all digits."""

    def integer(digits):  # a conversion takes time by the square of the length
        return int(digits) if len(digits) <= 1000 else digits

    def real(digits):  # infinity is no JSON, and could not be sent on
        return float(digits) if math.isfinite(float(digits)) else digits

    def constant(name):
        raise ValueError(f"{name} is no JSON")

    # json.loads would guess UTF-16 from bytes, and fail on those that are no UTF-8.
    return json.loads(body.decode("utf-8", "replace"), parse_int=integer, parse_float=real, parse_constant=constant)


def is_object(value):
    return isinstance(value, dict)


def member(value, name):
    """Return a member of what should be an object; None if there is none."""
    return value.get(name) if is_object(value) else None


def objects(value):
    """Return the objects in what should be an array of them."""
    return [item for item in value if is_object(item)] if isinstance(value, list) else []


def text(value):
    """Return a string, or a number as text; "" for anything else. Ids were numbers until 2016."""
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def events(doc):
    """Return the events of a delivery that are ours, in order.

    They stand in entry[].messaging[], in entry[].changes[] with a messaging
    field, or alone as field and value. entry[].standby[] is another app's.
    """
    field, value = member(doc, "field"), member(doc, "value")
    if isinstance(field, str) and is_object(value) and field != "standby":
        return [value]
    found = []
    for entry in objects(member(doc, "entry")):
        found += objects(entry.get("messaging"))
        for change in objects(entry.get("changes")):
            if text(change.get("field")).startswith("messaging_") and is_object(change.get("value")):
                found.append(change["value"])
    return found


def is_echo(event):
    """Tell whether the page itself sent this. A bot that answers its echoes talks to itself."""
    return member(event.get("message"), "is_echo") in (True, "true")  # samples have strings


def identity(event):
    """Name an event so that its second delivery has the same name: by its mid.

    Referrals have none; of these the whole event counts, whatever the order of
    its members. Person and time would not do: two events may share them.
    """
    mids = [member(event.get(part), "mid") for part in ("postback", "message")]
    named = next((mid for mid in mids if isinstance(mid, str) and mid), event)
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).digest()


def sender(event):
    """Say who sent an event, as a recipient of the Send API; None if nobody did."""
    for name in ("id", "user_ref"):  # user_ref: known to a website plugin only
        if text(member(event.get("sender"), name)):
            return {name: text(event["sender"][name])}
    return None


def ours(event):
    """Say whether an event came for an account that the token belongs to."""
    account = text(member(event.get("recipient"), "id"))
    return not account or not ACCOUNTS or account in ACCOUNTS


# ---- What the bot does ----


def handle(event):
    """Answer one event: here is the place for your bot."""
    receipt = understand(event)
    if RECEIPTS_URL:
        call(RECEIPTS_URL, receipt)
    person = sender(event)
    if person and receipt["kind"] != "other" and ours(event):
        message = {"text": "Thanks, we will get back to you."}
        call(GRAPH_URL + "/v26.0/me/messages", {"recipient": person, "messaging_type": "RESPONSE", "message": message}, PAGE_TOKEN)


def understand(event):
    """Say what an event means: its kind, who, when, and where the person came from."""
    postback, message = event.get("postback"), event.get("message")
    kind = "referral" if is_object(event.get("referral")) else "postback" if is_object(postback) else "other"
    receipt = {"kind": kind}
    for name in ("sender", "recipient"):
        if is_object(event.get(name)):
            receipt[name] = event[name]
    if milliseconds(event.get("timestamp")):
        receipt["timestamp_ms"] = milliseconds(event.get("timestamp"))
    if is_object(postback):
        receipt["postback"] = {name: value for name, value in postback.items() if name != "referral"}
    # Who comes back brings a referral event; who comes for the first time has it
    # in the Get Started postback or in the first message.
    for referral in (event.get("referral"), member(postback, "referral"), member(message, "referral")):
        if is_object(referral):
            receipt["referral"] = referral
            break
    return receipt


def milliseconds(timestamp):
    """Return a time in ms since 1970, 0 if it is none. Some events have seconds, samples have strings."""
    try:
        number = float(text(timestamp))
    except ValueError:
        return 0
    if not 0 < number < 2**53:
        return 0
    return round(number if number >= 1e11 else number * 1000)  # as ms, smaller ones would lie before March 1973


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Keeps a token from going anywhere but where it was sent."""

    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(NoRedirect)


def call(url, payload, token=None):
    """POST an object as JSON. Only a lost connection is tried again, and once.

    Whatever was answered is the answer: who repeats a refused call uses up the
    page's rate limit, and who repeats one that timed out may say things twice.
    """
    request = urllib.request.Request(url, json.dumps(payload).encode(), {"Content-Type": "application/json"})
    if token:
        request.add_header("Authorization", "Bearer " + token)  # a URL would end up in logs
    for pause in (0.1, None):
        try:
            opener.open(request, timeout=CALL_SECONDS).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
            logging.warning("a call was answered with status %d", error.code)
            return
        except (OSError, http.client.HTTPException) as error:
            timed_out = isinstance(getattr(error, "reason", error), socket.timeout)
            if timed_out or pause is None:
                logging.warning("a call was not answered: %s", error)
                return
        time.sleep(pause)


# ---- The queue ----


class Work:
    """The events that are acknowledged: each once, one person's in order, people side by side.

    It lives in memory, as an example may: what is acknowledged when the process
    dies is lost. A database with a unique column in place of known does better.
    """

    def __init__(self):
        self.changed = threading.Condition()  # guards all of the below
        self.known = collections.OrderedDict()  # identity -> when it came, oldest first
        self.lanes = {}  # person -> events that wait for their turn
        self.waiting = 0
        self.open = True
        self.pool = ThreadPoolExecutor(WORKERS)

    def add(self, named):
        """Take (identity, event) pairs; False if there is no room, and then none is taken."""
        with self.changed:
            if not self.open or self.waiting >= MAX_WAITING:
                return False
            for name, event in named:
                if not self.first(name):
                    continue
                self.waiting += 1
                person = json.dumps(sender(event)) if sender(event) else name
                if person not in self.lanes:
                    self.lanes[person] = collections.deque()
                    self.pool.submit(self.run, person)
                self.lanes[person].append(event)
            return True

    def first(self, name):
        """Tell whether an identity is new, and remember it."""
        now = time.monotonic()
        while self.known and (now - next(iter(self.known.values())) >= MEMORY_SECONDS or len(self.known) >= MEMORY_LIMIT):
            self.known.popitem(last=False)
        new = name not in self.known
        self.known.setdefault(name, now)
        return new

    def run(self, person):
        """Handle the events of one person until there are none."""
        while True:
            with self.changed:
                if not self.lanes[person]:
                    del self.lanes[person]
                    return
                event = self.lanes[person].popleft()
            try:
                handle(event)
            except Exception:  # one strange event must not cost the others
                logging.exception("an event was not handled")
            with self.changed:
                self.waiting -= 1
                self.changed.notify_all()

    def close(self):
        """Take no more, and give what is there a while."""
        with self.changed:
            self.open = False
            self.changed.wait_for(lambda: self.waiting == 0, GRACE_SECONDS)


work = Work()

# ---- HTTP ----


def deliver(signatures, body):
    """Take one delivery. It is in the queue before it is acknowledged, and no call has been waited for."""
    if not authentic(signatures, body):
        raise Refused(403, "the signature does not fit\n")
    try:
        named = [(identity(event), event) for event in events(parse(body)) if not is_echo(event)]
    except (ValueError, RecursionError):  # not JSON, or nested without an end
        raise Refused(400, "the body is not JSON\n") from None
    if not work.add(named):
        raise Refused(503, "too busy, send it again\n")
    return b"EVENT_RECEIVED"


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection, in a thread of its own."""

    protocol_version = "HTTP/1.1"  # keeps connections, and answers Expect: 100-continue
    server_version, sys_version = "receiver", ""
    timeout = IDLE_SECONDS  # for each time that it waits for the peer
    disable_nagle_algorithm = True  # head and body are two writes

    def serve(self):
        """Answer one request, whatever its path is."""
        try:
            body = self.read_body()  # of every method: what is unread would be taken for the next request
            if self.command == "GET":
                status, answer = 200, handshake(self.path.partition("?")[2])
            elif self.command == "POST":
                status, answer = 200, deliver(self.headers.get_all("X-Hub-Signature-256", []), body)
            else:
                raise Refused(405, "use GET or POST\n")
        except Refused as refused:
            status, answer = refused.status, str(refused).encode()
        except OSError:  # the peer has gone
            raise
        except Exception:  # a bug; strangers need not see where
            logging.exception("a request was not answered")
            status, answer = 500, b"internal error\n"
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Length", str(len(answer)))
        if status == 405:
            self.send_header("Allow", "GET, POST")
        if status == 503:
            self.send_header("Retry-After", "1")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = serve

    def read_body(self):
        """Return the raw body: the signature is over these very bytes."""
        deadline = time.monotonic() + BODY_SECONDS
        body, size = [], 0
        for left in self.lengths():
            while left:
                piece = self.rfile.read1(min(left, 1 << 16))
                if not piece or time.monotonic() > deadline:
                    raise ConnectionError("the body broke off, or took too long")
                left -= len(piece)
                size += len(piece)
                if size <= MAX_BODY:
                    body.append(piece)
        # The rest of a long body was read and dropped: closing a connection with
        # bytes unread resets it, and the answer may be lost in that.
        if size > MAX_BODY:
            raise Refused(413, "the body is too large\n")
        return b"".join(body)

    def lengths(self):
        """Yield how many bytes of the body come next. http.server leaves that to us."""
        lengths, codings = self.headers.get_all("Content-Length", []), self.headers.get_all("Transfer-Encoding", [])
        if not codings:
            if len(lengths) > 1 or lengths and not re.fullmatch("[0-9]{1,18}", lengths[0].strip()):
                raise self.unreadable()
            yield int(lengths[0]) if lengths else 0
            return
        # Who sends both may want a proxy and us to see two different bodies.
        if lengths or [coding.strip().lower() for coding in codings] != ["chunked"]:
            raise self.unreadable()
        while True:
            head = re.fullmatch(rb"([0-9a-fA-F]{1,15})[ \t]*(;.*)?\r\n", self.rfile.readline(4096), re.DOTALL)
            if not head:
                raise self.unreadable()
            if int(head[1], 16) == 0:
                break
            yield int(head[1], 16)
            if self.rfile.readline(3) != b"\r\n":
                raise self.unreadable()
        while self.rfile.readline(4096) not in (b"\r\n", b""):
            pass  # trailers, which nobody needs

    def unreadable(self):
        self.close_connection = True  # where the next request begins is unknown
        return Refused(400, "the length of the body is unclear\n")

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except OSError:  # the peer has gone or is too slow; Meta delivers again
            self.close_connection = True

    def log_message(self, *_):
        """Log no requests: their URLs hold the verify token."""


class Server(socketserver.ThreadingTCPServer):
    """A thread for each connection, up to a limit."""

    allow_reuse_address = True
    daemon_threads = True  # an idle connection does not keep the process
    request_queue_size = 1024  # connections that wait to be accepted; a burst is no reason to refuse
    slots = threading.Semaphore(MAX_CONNECTIONS)

    def process_request(self, request, client_address):
        self.slots.acquire()
        super().process_request(request, client_address)

    def shutdown_request(self, request):  # ends what process_request began, also when that failed
        super().shutdown_request(request)
        self.slots.release()


def main():
    logging.basicConfig(format="%(levelname)s %(message)s")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    try:
        with Server(ADDRESS, Handler) as server:
            print("listening at http://%s:%d/webhook" % server.server_address, flush=True)
            server.serve_forever()
    except SystemExit:
        work.close()
    logging.shutdown()
    os._exit(0)  # a call that hangs does not keep the process


if __name__ == "__main__":
    main()
