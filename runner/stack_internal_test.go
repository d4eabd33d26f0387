package runner

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-11445fa1/referee/runner/sut"
)

// TestStack holds that what a receiver shows says more than what it is started with,
// and that more than the folder in which it is started.
func TestStack(t *testing.T) {
	for name, test := range map[string]struct {
		line    string
		file    string // in its folder
		text    string
		headers http.Header
		want    string
	}{
		"its header":                 {line: "node bot.js", headers: http.Header{"X-Powered-By": {"Express"}}, want: "express"},
		"its folder":                 {line: "npm start", file: "package.json", text: `{"dependencies":{"fastify":"5"}}`, want: "fastify"},
		"its file":                   {line: "node '/srv/bot.mjs'", want: "node"},
		"its file, in another's":     {line: "python3 bot.py", file: "go.mod", text: "module bot", want: "python"},
		"its file, and its folder":   {line: "python3 bot.py", file: "requirements.txt", text: "flask==3\n", want: "flask"},
		"nothing that is recognised": {line: "./bot", want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if test.file != "" {
				if err := os.WriteFile(filepath.Join(dir, test.file), []byte(test.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			c := Config{Receiver: sut.Command{Line: test.line, Dir: dir}}
			if got := c.stack(test.headers, sut.Running{}); got != test.want {
				t.Errorf("it is %q, expected %q", got, test.want)
			}
		})
	}
}
