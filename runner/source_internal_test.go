package runner

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// TestSourceOfACause checks that the line of a cause is read, and nothing outside of
// the receiver's folder.
func TestSourceOfACause(t *testing.T) {
	t.Parallel()
	dir, elsewhere := t.TempDir(), t.TempDir()
	for path, text := range map[string]string{
		filepath.Join(dir, "server.js"):     "one\n  const psid = event.sender.id\n" + strings.Repeat("x", 1000) + "\n",
		filepath.Join(dir, ".env"):          "SECRET=1\n",
		filepath.Join(elsewhere, "else.js"): "secret\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(elsewhere, "else.js"), filepath.Join(dir, "link.js")); err != nil {
		t.Logf("there are no links here: %v", err)
	}
	for _, test := range []struct{ name, file, where, want string }{
		{"by its path", filepath.Join(dir, "server.js") + ":2:9", "server.js:2", "const psid = event.sender.id"},
		{"in the folder", "server.js:2:9", "server.js:2", "const psid = event.sender.id"},
		{"another place", "server.js:1:9", "server.js:2", ""},
		{"a line too many", "server.js:9:9", "server.js:9", ""},
		{"a bundle", "server.js:3:9", "server.js:3", ""},
		{"no source", ".env:1:1", ".env:1", ""},
		{"elsewhere", filepath.Join(elsewhere, "else.js") + ":1:1", "else.js:1", ""},
		{"above", "../" + filepath.Base(elsewhere) + "/else.js:1:1", "../" + filepath.Base(elsewhere) + "/else.js:1", ""},
		{"a link", "link.js:1:1", "link.js:1", ""},
		{"not there", "none.js:1:1", "none.js:1", ""},
	} {
		causes := []report.Cause{{Where: test.where, Output: "TypeError: x\n    at handle (" + test.file + ")"}}
		if got := (Config{Receiver: sut.Command{Dir: dir}}).withSource(workspaceIn(""), causes)[0].Code; got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		if got := (Config{Receiver: sut.URL("http://localhost")}).withSource(workspaceIn(""), causes)[0].Code; got != "" {
			t.Errorf("%s: a receiver of which only the URL is known has the line %q", test.name, got)
		}
	}
}

// TestFileOfACause checks that the file of a cause is named by its path from where the run
// was started, and nothing outside of the repository.
func TestFileOfACause(t *testing.T) {
	repository := t.TempDir()
	bot := filepath.Join(repository, "bot")
	if err := os.MkdirAll(filepath.Join(bot, "src"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bot, "src", "server.js"), []byte("one\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	causes := []report.Cause{{Where: "server.js:1", Output: "TypeError: x\n    at handle (" + filepath.Join(bot, "src", "server.js") + ":1:1)"}}
	beside := filepath.Join(repository, "ci")
	for _, dir := range []string{filepath.Join(repository, ".git"), beside} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for here, want := range map[string]string{repository: "bot/src/server.js", bot: "src/server.js", beside: "../bot/src/server.js", t.TempDir(): ""} {
		t.Chdir(here)
		if got := (Config{Receiver: sut.Command{Dir: bot}}).withSource(workspaceIn(""), causes)[0].File; got != want {
			t.Errorf("from %s it is %q, not %q", here, got, want)
		}
	}
}
