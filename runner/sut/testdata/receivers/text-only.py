"""A bot that answers text messages alone: postbacks and referrals are
acknowledged and ignored.

Planted: a body of more than 100 KiB is refused; the version of the Graph API that
it calls has ended.
"""
import hashlib
import hmac
import json
import os
import queue
import ssl
import threading
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

events = queue.Queue()
trust = ssl.create_default_context()


def send(psid, text):
    form = urllib.parse.urlencode({
        "access_token": os.environ["PAGE_ACCESS_TOKEN"],
        "recipient": json.dumps({"id": psid}),
        "message": json.dumps({"text": text}),
    })
    url = "https://graph.facebook.com/v2.12/me/messages"
    with urllib.request.urlopen(url, form.encode(), context=trust) as answer:
        answer.read()


def work():
    seen = set()
    while True:
        event = events.get()
        try:
            message = event["message"]
            if message.get("is_echo") or message["mid"] in seen:
                continue
            seen.add(message["mid"])
            send(event["sender"]["id"], message["text"][:2000])
        except Exception as problem:  # one event must not end the work on others
            print("ignored:", repr(problem))


def genuine(body, header):
    want = hmac.new(os.environ["APP_SECRET"].encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(b"sha256=" + want.encode(), header.encode())


class Webhook(BaseHTTPRequestHandler):
    def answer(self, status, text=""):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        if query.get("hub.mode") == "subscribe" and query.get("hub.verify_token") == os.environ["VERIFY_TOKEN"]:
            return self.answer(200, query.get("hub.challenge", ""))
        self.answer(403)

    def do_POST(self):
        if "Content-Length" not in self.headers:
            return self.answer(411)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(body) > 100 << 10:
            return self.answer(413)
        if not genuine(body, self.headers.get("X-Hub-Signature-256", "")):
            return self.answer(403)
        try:
            delivery = json.loads(body)
        except (ValueError, RecursionError):
            return self.answer(400)
        self.answer(200, "ok")
        for entry in members(delivery, "entry"):
            for event in members(entry, "messaging"):
                events.put(event)


def members(value, name):
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


threading.Thread(target=work, daemon=True).start()
ThreadingHTTPServer.request_queue_size = 128  # five by default, which loses connections
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Webhook).serve_forever()
