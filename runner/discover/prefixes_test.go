package discover_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPrefixes reads projects in which something stands before the path of the webhook: it
// is in the path, or the path is not sure. A wrong guess is worse than a question.
func TestPrefixes(t *testing.T) {
	dir := unpack(t, "prefixes")
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < 20 {
		t.Fatalf("there are %d projects: %v", len(entries), err)
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) {
			project := filepath.Join(dir, e.Name())
			text, err := os.ReadFile(filepath.Join(project, "expected"))
			if err != nil {
				t.Fatal(err)
			}
			path, unsure, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
			if p := read(t, project); p.Path.Value != path || p.Unsure != unsure {
				t.Errorf("it finds %s (%s), unsure because %q; expected %s, %q", p.Path.Value, p.Path.Evidence, p.Unsure, path, unsure)
			}
		})
	}
}

// TestRoutersWithoutEnd reads routers that hang from one another, of which none has an end.
func TestRoutersWithoutEnd(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{}
	for i := range 20 {
		var code strings.Builder
		code.WriteString("const router = express.Router();\nrouter.post('/webhook', (req) => req.query['hub.challenge']);\n")
		for j := range 20 {
			fmt.Fprintf(&code, "const r%d = require('./file%[1]d');\nrouter.use('/x', r%[1]d);\nrouter.post('/other%[1]d', f);\n", j)
		}
		files[fmt.Sprintf("file%d.js", i)] = code.String()
	}
	write(t, dir, files)
	if p := read(t, dir); p.Unsure == "" {
		t.Errorf("it is sure of %s", p.Path.Value)
	}
}
