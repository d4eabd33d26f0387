package trace_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/suites/diagnosis/trace"
)

func TestShort(t *testing.T) {
	t.Parallel()
	tests := []struct{ file, want string }{
		{"node-uncaught.txt", "/app/server.js:23\n  const psid = event.sender.id\n                            ^\n\nTypeError: Cannot read properties of undefined (reading 'id')\n    at handle (/app/server.js:23:31)\n    at Server.<anonymous> (/app/server.js:40:5)\nNode.js v20.20.2"},
		{"python-flask.txt", `[2026-01-02 03:04:05,678] ERROR in app: Exception on /webhook [POST]
Traceback (most recent call last):
  File "/app/app.py", line 51, in webhook
    text = event.get("message").get("text")
AttributeError: 'NoneType' object has no attribute 'get'
127.0.0.1 - - [02/Jan/2026 03:04:05] "POST /webhook HTTP/1.1" 500 -`},
		{"go-http.txt", "2026/01/02 03:04:05 http: panic serving 127.0.0.1:42010: runtime error: invalid memory address or nil pointer dereference\ngoroutine 7 [running]:\nmain.handle({0x62dd65?, 0x2a247818a0e0?}, 0x0?)\n\t/app/main.go:23 +0x2b"},
		{"ruby.txt", "server.rb:23:in `handle': undefined method `[]' for nil:NilClass (NoMethodError)\n\n  event[\"sender\"][\"id\"]\n                 ^^^^^^\n\tfrom server.rb:40:in `block in <main>'\n\tfrom server.rb:40:in `each'\n\tfrom server.rb:40:in `<main>'"},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			if got := trace.Short(read(t, test.file)); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

// What is short still says what the whole said.
func TestShortIsRead(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		output := read(t, filepath.Base(file))
		e, top, ok := trace.First(output)
		short := trace.Short(output)
		again, topAgain, okAgain := trace.First(short)
		if ok != okAgain || e.String() != again.String() || top != topAgain {
			t.Errorf("%s: %v at %+v became %v at %+v in\n%s", file, e, top, again, topAgain, short)
		}
	}
}

// A traceback of Python's has the exception in its last line.
func TestShortKeepsTheException(t *testing.T) {
	t.Parallel()
	var deep strings.Builder
	deep.WriteString("Traceback (most recent call last):\n")
	for i := range 200 {
		fmt.Fprintf(&deep, "  File \"/app/server.py\", line %d, in walk\n    return walk(event, %d)\n", i+1, i)
	}
	deep.WriteString("RecursionError: maximum recursion depth exceeded\n")
	for name, output := range map[string]string{
		"alone":         deep.String(),
		"among others":  strings.Repeat("POST /webhook 200\n", 100) + deep.String() + strings.Repeat("POST /webhook 200\n", 100),
		"in long lines": strings.ReplaceAll(deep.String(), "walk(", "walk("+strings.Repeat("ü", 5000)),
	} {
		got := trace.Short(output)
		if !strings.HasSuffix(got, "RecursionError: maximum recursion depth exceeded") || !strings.Contains(got, "line 200, in walk") {
			t.Errorf("%s: the end is lost:\n%s", name, got)
		}
		if e, top, ok := trace.First(got); !ok || e.Name != "RecursionError" || top.Line != 200 {
			t.Errorf("%s: %v at %s is read of\n%s", name, e, top.Place(), got)
		}
		if lines := strings.Count(got, "\n") + 1; lines > 12 || len(got) > 2<<10 || !utf8.ValidString(got) {
			t.Errorf("%s: %d lines, %d bytes, UTF-8: %t", name, lines, len(got), utf8.ValidString(got))
		}
	}
}

func TestShortOfNoException(t *testing.T) {
	t.Parallel()
	if got := trace.Short("one\n\ntwo\n"); got != "one\n\ntwo" {
		t.Errorf("got %q", got)
	}
	long := trace.Short(strings.Repeat("x\n", 100) + "last\n")
	if strings.Count(long, "\n") != 11 || !strings.HasSuffix(long, "last") || !strings.Contains(long, "…") {
		t.Errorf("got %q", long)
	}
	if got := trace.Short(strings.Repeat("x", 1<<20)); len(got) > 300 {
		t.Errorf("%d bytes", len(got))
	}
}
