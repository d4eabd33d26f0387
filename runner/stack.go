package runner

import (
	"cmp"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
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
	if s := fixes.Recognise(clues); s != "" {
		return string(s)
	}
	command, started := c.Receiver.(sut.Command)
	if !started {
		return ""
	}
	// A folder may hold more than the receiver; what is started says in which language
	// that is.
	clues.Files = os.DirFS(cmp.Or(command.Dir, "."))
	inFolder, language := string(fixes.Recognise(clues)), languageOf(command.Line)
	if language == "" || slices.Contains(frameworks[language], inFolder) {
		return inFolder
	}
	return language
}

// frameworks are the stacks of a language that has one of its own.
var frameworks = map[string][]string{
	"node":   {"express", "fastify", "nestjs", "next-route", "next-pages", "koa", "hono", "lambda"},
	"python": {"flask", "fastapi", "django"},
	"php":    {"laravel"},
}

// languageOf is the language of the file that a command runs; empty where it names none.
func languageOf(line string) string {
	for _, word := range strings.Fields(line) {
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
