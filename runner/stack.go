package runner

import (
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
)

// headersOf are the headers of a receiver's answers to calibration.
func headersOf(cal suites.Calibration) http.Header {
	all := http.Header{}
	for _, a := range cal.Deliveries {
		if a.Answer != nil {
			maps.Copy(all, a.Answer.Header)
		}
	}
	return all
}

// stack is the framework, or the language, of a receiver, by what it answers, what it
// writes, and the folder that it is started in.
func (c Config) stack(headers http.Header, receiver sut.Running) string {
	clues := fixes.Clues{Header: headers}
	if receiver.Output != nil {
		clues.Output, _ = receiver.Output(0)
	}
	command, started := c.Receiver.(sut.Command)
	if started {
		clues.Files = folder(command.Dir)
	}
	if s := fixes.Recognise(clues); s != "" || !started {
		return string(s)
	}
	for _, word := range strings.Fields(command.Line) {
		switch filepath.Ext(strings.Trim(word, `"'`)) {
		case ".js", ".mjs", ".cjs", ".ts":
			return "node"
		case ".py":
			return "python"
		case ".php":
			return "php"
		}
	}
	return ""
}

// folder has the files of the folder in which a receiver is started.
func folder(dir string) fs.FS {
	if dir == "" {
		dir = "."
	}
	return os.DirFS(dir)
}
