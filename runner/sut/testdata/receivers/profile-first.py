"""A bot that fetches the profile of whoever writes, presses a button or comes by
a link, and greets by name.

Planted: it does so before it acknowledges, and by a version of the Graph API that
has ended.
"""
import hashlib
import hmac
import json
import os
import ssl
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GRAPH = "https://graph.facebook.com"
TOKEN = urllib.parse.urlencode({"access_token": os.environ["FACEBOOK_PAGE_TOKEN"]})
TRUST = ssl.create_default_context()

seen = {}


def first_name(sender):
    if "id" not in sender:  # a visitor of a website, who has no profile
        return "stranger"
    try:
        profile = f"{GRAPH}/{sender['id']}?fields=first_name,last_name&{TOKEN}"
        with urllib.request.urlopen(profile, context=TRUST) as answer:
            return json.load(answer)["first_name"]
    except urllib.error.HTTPError:
        return "stranger"


def greet(event):
    sender = {name: event["sender"][name] for name in ("id", "user_ref") if name in event["sender"]}
    call = {
        "recipient": sender,
        "messaging_type": "RESPONSE",
        "message": {"text": f"Hello {first_name(sender)}!"},
    }
    request = urllib.request.Request(
        f"{GRAPH}/v16.0/me/messages?{TOKEN}", json.dumps(call).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, context=TRUST) as answer:
        answer.read()


def to_greet(event):
    if not isinstance(event, dict) or not isinstance(event.get("sender"), dict):
        return False
    message = event.get("message")
    if isinstance(message, dict):
        return "text" in message and not message.get("is_echo")
    return "postback" in event or "referral" in event


def new(event):
    identity = json.dumps(event)
    return seen.setdefault(identity, event) is event


def genuine(body, header):
    want = hmac.new(os.environ["FACEBOOK_APP_SECRET"].encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(b"sha256=" + want.encode(), header.encode())


def members(value, name):
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


class Webhook(BaseHTTPRequestHandler):
    def answer(self, status, text=""):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        if query.get("hub.mode") == "subscribe" and query.get("hub.verify_token") == os.environ["FACEBOOK_VERIFY_TOKEN"]:
            return self.answer(200, query.get("hub.challenge", ""))
        self.answer(403)

    def do_POST(self):
        if "Content-Length" not in self.headers:
            return self.answer(411)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not genuine(body, self.headers.get("X-Hub-Signature-256", "")):
            return self.answer(403)
        try:
            delivery = json.loads(body)
        except (ValueError, RecursionError):
            return self.answer(400)
        for entry in members(delivery, "entry"):
            for event in members(entry, "messaging"):
                if to_greet(event) and new(event):
                    try:
                        greet(event)
                    except Exception as problem:  # the event is lost, the others are not
                        print("nobody was greeted:", repr(problem))
        self.answer(200, "EVENT_RECEIVED")


ThreadingHTTPServer.request_queue_size = 128  # five by default, which loses connections
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Webhook).serve_forever()
