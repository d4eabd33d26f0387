package runner

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-11445fa1/referee/runner/sut"
)

// What is named as the place of a defect is a file of the repository that the command
// names, or nothing.
func TestStartFile(t *testing.T) {
	repository, elsewhere := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"server.js": "", "bot/app.py": "", "bot/main.py": "", "cmd/bot/main.go": "package main", "bin/bot": "ELF", "bot/sub/wsgi.py": "",
		"node/package.json": `{"scripts": {"start": "NODE_ENV=test node src/index.js", "dev": "nodemon"}}`, "node/src/index.js": "", "folder.js/x": "",
	} {
		file := filepath.Join(repository, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(elsewhere, "else.js"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(repository)
	for _, test := range []struct{ line, dir, want string }{
		{"node server.js", "", "server.js"},
		{"node --inspect ./server.js --port 1", "", "server.js"},
		{`sh -c "node server.js"`, "", "server.js"},
		{"python3 app.py", "bot", "bot/app.py"},
		{"uvicorn main:app --port 1", "bot", "bot/main.py"},
		{"gunicorn sub.wsgi:application", "bot", "bot/sub/wsgi.py"},
		{"go run ./cmd/bot", "", "cmd/bot/main.go"},
		{"npm start", "node", "node/src/index.js"},
		{"npm run start", "node", "node/src/index.js"},
		{"npm run dev", "node", ""},
		{"npm start", "bot", ""},
		{"bin/bot", "", ""},
		{"node folder.js", "", ""},
		{"node none.js", "", ""},
		{"node " + filepath.Join(elsewhere, "else.js"), "", ""},
		{"node else.js", elsewhere, ""},
	} {
		if got := (Config{Receiver: sut.Command{Line: test.line, Dir: test.dir}}).startFile(workspaceIn("")); got != test.want {
			t.Errorf("%s in %q: got %q, want %q", test.line, test.dir, got, test.want)
		}
	}
	if got := (Config{Receiver: sut.URL("http://localhost")}).startFile(workspaceIn("")); got != "" {
		t.Errorf("a receiver at a URL has the file %q", got)
	}
}
