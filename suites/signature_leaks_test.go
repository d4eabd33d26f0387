package suites

import "testing"

func TestStackTrace(t *testing.T) {
	for name, text := range map[string]string{
		"Python":      "Traceback (most recent call last):\n  File \"app.py\", line 7, in webhook",
		"Go":          "goroutine 7 [running]:\nmain.main()",
		"Node":        "SyntaxError: Unexpected token\n    at JSON.parse (<anonymous>)\n    at parse (/app/node_modules/body-parser/lib/types/json.js:92:19)",
		"Express":     "SyntaxError<br> &nbsp; &nbsp;at /app/node_modules/raw-body/index.js:288:7",
		"ES modules":  "Error: no\n    at file:///app/server.mjs:12:9",
		"Java":        "java.lang.NullPointerException\n\tat com.example.Hook.handle(Hook.java:31)",
		".NET":        "System.NullReferenceException\n   at App.Hook.Post(String body) in /src/Hook.cs:line 20",
		"PHP":         "PHP Fatal error\n#0 /var/www/webhook.php(12): handle()",
		"Ruby":        "app.rb:12:in `block in <main>'",
		"Ruby, newer": "app.rb:12:in 'Integer#/'",
	} {
		if stackTrace.FindString(text) == "" {
			t.Errorf("%s: not recognised", name)
		}
	}
	for _, text := range []string{
		"", "the signature does not fit\n", "EVENT_RECEIVED", `{"error":"invalid signature"}`,
		"look at https://example.com/help (section 3)", "Date: Thu, 26 Nov 2026 11:44:50 GMT",
	} {
		if found := stackTrace.FindString(text); found != "" {
			t.Errorf("%q: found %q", text, found)
		}
	}
}
