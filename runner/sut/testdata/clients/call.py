"""The smallest caller of the Send API in Python."""
import urllib.request

call = urllib.request.Request(
    "https://graph.facebook.com/v23.0/me/messages",
    b'{"recipient":{"id":"1"},"message":{"text":"hello"}}',
    {"Content-Type": "application/json"},
)
urllib.request.urlopen(call).read()
