"""A bot that answers text messages alone: postbacks and referrals are
acknowledged and ignored.

Planted: of each entry it reads the first event only.
"""
import hashlib
import hmac
import json
import os
import queue
import threading
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

events = queue.Queue()


def send(psid, text):
    form = urllib.parse.urlencode({
        "access_token": os.environ["PAGE_ACCESS_TOKEN"],
        "recipient": json.dumps({"id": psid}),
        "message": json.dumps({"text": text}),
    })
    with urllib.request.urlopen("https://graph.facebook.com/v2.12/me/messages", form.encode()) as answer:
        answer.read()


def work():
    while True:
        event = events.get()
        message = event.get("message")
        if not isinstance(message, dict) or "text" not in message or message.get("is_echo"):
            continue
        try:
            send(event["sender"]["id"], message["text"][:2000])
        except OSError as problem:
            print(problem)


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
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not genuine(body, self.headers.get("X-Hub-Signature-256", "")):
            return self.answer(403)
        try:
            delivery = json.loads(body)
        except ValueError:
            return self.answer(400)
        self.answer(200, "ok")
        for entry in delivery.get("entry", []):
            for event in entry.get("messaging", [])[:1]:
                events.put(event)


threading.Thread(target=work, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Webhook).serve_forever()
