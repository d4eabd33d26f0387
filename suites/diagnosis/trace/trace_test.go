package trace_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-11445fa1/referee/suites/diagnosis/trace"
)

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFirst(t *testing.T) {
	t.Parallel()
	tests := []struct{ file, exception, place, function, code string }{
		{"node-uncaught.txt", "TypeError: Cannot read properties of undefined (reading 'id')", "server.js:23", "handle", "const psid = event.sender.id"},
		{"node-express.txt", "TypeError: Cannot read properties of undefined (reading '0')", "hook.mjs:41", "Server.<anonymous>", ""},
		{"node-pino.txt", "TypeError: entry.messaging is not iterable", "webhook.ts:17", "Object.receive", ""},
		{"node-named.txt", "PayloadRejected: no page", "server.js:9", "", ""},
		{"node-cause.txt", "SyntaxError: Unexpected token 'o'", "store.js:4", "load", ""},
		{"python.txt", "KeyError: 'sender'", "server.py:23", "handle", `psid = event["sender"]["id"]`},
		{"python-flask.txt", "AttributeError: 'NoneType' object has no attribute 'get'", "app.py:51", "webhook", `text = event.get("message").get("text")`},
		{"python-uvicorn.txt", "ValueError: invalid literal for int() with base 10: 'x'", "main.py:12", "receive", "int(body)"},
		{"python-cause.txt", "KeyError: 'id'", "a.py:3", "handle", `return event["id"]`},
		{"go-http.txt", "panic: runtime error: invalid memory address or nil pointer dereference", "main.go:23", "main.handle", ""},
		{"go-fatal.txt", "panic: runtime error: index out of range [0] with length 0", "webhook.go:88", "example.com/bot/webhook.(*Server).entry", ""},
		{"go-recovered.txt", "panic: assignment to entry in nil map", "main.go:31", "main.count", ""},
		{"java.txt", `java.lang.NullPointerException: Cannot invoke "com.google.gson.JsonElement.getAsString()" because the return value is null`, "Webhook.java:23", "com.example.bot.Webhook.handle", ""},
		{"java-spring.txt", "java.lang.IllegalArgumentException: no sender", "MessengerController.java:57", "com.example.bot.MessengerController.receive", ""},
		{"php.txt", "TypeError: handle(): Argument #1 ($event) must be of type array, null given, called in /app/index.php on line 40 and defined", "index.php:23", "handle", ""},
		{"php-warning.txt", `Warning: Undefined array key "sender"`, "index.php:23", "", ""},
		{"php-laravel.txt", "ErrorException: Undefined array key \"sender\"", "WebhookController.php:34", `App\Http\Controllers\WebhookController->handle`, ""},
		{"ruby.txt", "NoMethodError: undefined method `[]' for nil:NilClass", "server.rb:23", "handle", `event["sender"]["id"]`},
		{"ruby-34.txt", "NoMethodError: undefined method '[]' for nil", "server.rb:23", "Object#handle", `event["sender"]["id"]`},
		{"ruby-rack.txt", "NoMethodError: undefined method `[]' for nil:NilClass", "app.rb:17", "block in <class:Bot>", ""},
		{"ruby-webrick.txt", "KeyError: key not found: \"sender\"", "server.rb:12", "do_POST", ""},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			e, top, ok := trace.First(read(t, test.file))
			if !ok {
				t.Fatalf("no exception was found; of all: %+v", trace.Parse(read(t, test.file)))
			}
			if e.String() != test.exception {
				t.Errorf("the exception is %q, want %q", e.String(), test.exception)
			}
			if top.Place() != test.place || top.Function != test.function || top.Code != test.code {
				t.Errorf("the place is %q in %q with the line %q, want %q, %q and %q", top.Place(), top.Function, top.Code, test.place, test.function, test.code)
			}
			for _, f := range trace.Own(e.Frames) {
				if !f.Own {
					t.Errorf("%+v is not its own", f)
				}
			}
		})
	}
}

func TestNothingIsNoException(t *testing.T) {
	t.Parallel()
	for _, output := range []string{
		"", "\n", "listening on :3000\nPOST /webhook 200 3ms\n", "Error: no sender\n", "    at noon\n", "{\"level\":30,\"msg\":\"a\\nb\"}",
		"handled at server.js:23\n", "goroutine", "Traceback (most recent call last):", "#0 {main}",
	} {
		if e, top, ok := trace.First(output); ok {
			t.Errorf("%q has %v at %s", output, e, top.Place())
		}
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	f.Fuzz(func(t *testing.T, output string) {
		trace.Parse(output)
		if short := trace.Short(output); len(short) > 4<<10 {
			t.Errorf("%d bytes are not short", len(short))
		}
	})
}
