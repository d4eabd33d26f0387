"""A receiver in Python: call.py CLIENT URL prints the status and the body.

It ends with 77 if the client is not installed.
"""
import os
import socket
import sys

client, url = sys.argv[1:]

# What a hosts file would do.
address = os.environ.get("REFEREE_TEST_ADDRESS")
if address:
    lookup = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *more, **named: lookup(address, *more, **named)

if client == "urllib":
    import urllib.request

    with urllib.request.urlopen(url) as response:
        print(response.status, response.read().decode())
elif client == "requests":
    try:
        import requests
    except ImportError:
        sys.exit(77)
    response = requests.get(url)
    print(response.status_code, response.text)
else:
    sys.exit("no client " + client)
