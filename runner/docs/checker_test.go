package docs_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// errFailed is the end of a script that failed.
var errFailed = errors.New("failed")

// watched is a T for scripts that have to fail: it keeps what they say.
type watched struct{ said strings.Builder }

func (w *watched) Skip(args ...any)  { panic(fmt.Sprint(args...)) }
func (w *watched) Fatal(args ...any) { w.Log(args...); w.FailNow() }
func (w *watched) Log(args ...any)   { fmt.Fprintln(&w.said, args...) }
func (w *watched) FailNow()          { panic(errFailed) }
func (w *watched) Parallel()         {}
func (w *watched) Verbose() bool     { return false }

func (w *watched) Run(_ string, script func(testscript.T)) {
	defer func() {
		if end := recover(); end != nil && end != errFailed {
			panic(end)
		}
	}()
	script(w)
}

// TestCheckerFails has scripts fail that leave a block out, or whose block is not true.
func TestCheckerFails(t *testing.T) {
	t.Parallel()
	console := block{kind: "console", text: "$ echo one; echo two\none\ntwo\n"}
	for name, test := range map[string]struct {
		block  block
		script string
		says   string // empty: it passes
	}{
		"checked":         {console, "shell", ""},
		"some lines":      {block{kind: "console", text: "$ echo one; echo two\n…\ntwo\n"}, "shell", ""},
		"left out":        {console, "", "nobody checks this block"},
		"another kind":    {console, "file json x.json\nexists x.json", `the block is "console"`},
		"an unknown kind": {block{kind: "perl", text: "x"}, "file perl x\nexists x", "nobody knows what is right"},
		"another output":  {block{kind: "console", text: "$ echo one\ntwo\n"}, "shell", "prints\n"},
		"too little":      {block{kind: "console", text: "$ echo one; echo two\none\n"}, "shell", "prints\n"},
		"another code":    {block{kind: "console", text: "$ exit 3\n"}, "shell", "is 3, expected 0"},
		"no prompt":       {block{kind: "console", text: "echo one\n"}, "shell", "begins with $"},
		"other text":      {block{kind: "text", text: "two\n"}, "exec echo one\nsame", "these lines are not in"},
		"wrong JSON":      {block{kind: "json", text: "{"}, "file json x.json\nexists x.json", "unexpected end of JSON"},
		"unused":          {block{kind: "json", text: "{}"}, "file json x.json", "does not use it"},
		"other code":      {block{kind: "go", text: "there := isNone()\n"}, "part go runner/example_test.go", "does not have these lines"},
		"code of no test": {block{kind: "go", text: "package docs\n"}, "part go runner/runner.go", "is one that go test or node runs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, "page.txtar"), []byte(test.script+"\nend\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			var w watched
			testscript.RunT(&w, scripts(folder, map[string]page{"page": {path: "page.md", blocks: []block{test.block}}}))
			if said := w.said.String(); test.says == "" && strings.Contains(said, "FAIL:") || !strings.Contains(said, test.says) {
				t.Errorf("it has to say %q:\n%s", test.says, said)
			}
		})
	}
}
