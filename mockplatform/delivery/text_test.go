package delivery_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

func TestPlainText(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, want string }{
		"a text":         {"bad\n  request\n", "bad request"},
		"JSON":           {`{"error":"a < b > c"}`, `{"error":"a < b > c"}`},
		"nothing":        {" \n", ""},
		"Express":        {"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Error</title>\n</head>\n<body>\n<pre>TypeError: Cannot read properties of undefined (reading &#39;id&#39;)<br> &nbsp; &nbsp;at handle (/app/server.js:23:31)</pre>\n</body>\n</html>\n", "TypeError: Cannot read properties of undefined (reading 'id') at handle (/app/server.js:23:31)"},
		"Flask":          {"<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n<p>The server encountered an internal error.</p>\n", "Internal Server Error The server encountered an internal error."},
		"script, style":  {"<html><head><style>p{}</style></head><body><script>if (a < b) { x() }</script><!-- <p>no</p> --><p>Not &amp; found</p>", "Not & found"},
		"only a title":   {"<html><head><title>502 Bad Gateway</title></head><body></body></html>", "502 Bad Gateway"},
		"a torn page":    {"<html><body><h1>Oh</h1><img src=\"x", "Oh"},
		"a torn script":  {"<html><body><h1>Oh</h1><script>x()", "Oh"},
		"not UTF-8":      {"a\xffb", "a�b"},
		"markup in text": {"less than <b> is bold", "less than <b> is bold"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := delivery.PlainText(test.body); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	long := delivery.PlainText(strings.Repeat("ä", 1<<20))
	if n := utf8.RuneCountInString(long); n != 161 || !strings.HasSuffix(long, "…") {
		t.Errorf("%d characters", n)
	}
}
