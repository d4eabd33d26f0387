"""A receiver as it is written in an afternoon, with Python's own server. Planted:

- a delivery without a signature is believed, only a wrong one is refused;
- of an entry's events only the first is handled;
- a sender without an id, and an entry without messaging, end in a traceback;
- an echo is answered like a message of somebody's;
- nothing is remembered, so that what is delivered again is answered again.
"""
import hashlib
import hmac
import json
import os
import threading
import traceback
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SEND = os.environ["REFEREE_GRAPH_URL"] + "/me/messages?access_token=" + os.environ["REFEREE_PAGE_TOKEN"]


def greet(person):
    message = {"recipient": {"id": person}, "messaging_type": "RESPONSE", "message": {"text": "Hello!"}}
    request = urllib.request.Request(SEND, json.dumps(message).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request).close()


def first_of_each(entries):
    for entry in entries:
        event = entry["messaging"][0]
        person = event["sender"]["id"]
        if "postback" in event or "referral" in event or "message" in event:
            yield person


def right(body, signature):
    digest = hmac.new(os.environ["REFEREE_APP_SECRET"].encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest("sha256=" + digest, signature)


class Webhook(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, text=""):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        if query.get("hub.mode") == "subscribe" and query.get("hub.verify_token") == os.environ["REFEREE_VERIFY_TOKEN"]:
            self.answer(200, query.get("hub.challenge", ""))
        else:
            self.answer(403)

    def do_POST(self):
        if "Content-Length" not in self.headers:
            self.close_connection = True
            return self.answer(411)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signature = self.headers.get("X-Hub-Signature-256")
        if signature and not right(body, signature):
            return self.answer(403)
        try:
            people = list(first_of_each(json.loads(body)["entry"]))
        except Exception:
            traceback.print_exc()
            return self.answer(500)
        self.answer(200, "ok")
        for person in people:
            threading.Thread(target=greet, args=[person]).start()

    def log_message(self, format, *args):
        pass


ThreadingHTTPServer.request_queue_size = 128
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Webhook).serve_forever()
