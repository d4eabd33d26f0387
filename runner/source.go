package runner

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites/diagnosis/trace"
)

// withSource adds to each cause its file and the line of source at its place, where the
// receiver runs from a folder of this machine and its output says in which file that is.
func (c Config) withSource(w workspace, causes []report.Cause) []report.Cause {
	command, ok := c.Receiver.(sut.Command)
	if !ok {
		return causes
	}
	out := slices.Clone(causes)
	for i, cause := range out {
		if cause.Where == "" || cause.Code != "" {
			continue
		}
		for _, e := range trace.Parse(cause.Output) {
			for _, f := range trace.Own(e.Frames) {
				if out[i].Code == "" && f.Place() == cause.Where {
					if file := sourceFile(command.Dir, f); file != "" {
						out[i].File, out[i].Code = w.path(file), lineOf(file, f.Line)
					}
				}
			}
		}
	}
	return out
}

// sources are the endings of files that are shown. What a receiver writes could name
// any other file of this machine.
var sources = strings.Fields(".js .mjs .cjs .ts .mts .cts .jsx .tsx .py .go .php .rb .ru")

// sourceFile is the file of a frame, if it lies in the receiver's folder and is one that
// may be shown; empty otherwise.
func sourceFile(dir string, f trace.Frame) string {
	file := fileIn(dir, filepath.FromSlash(f.File))
	if !slices.Contains(sources, filepath.Ext(file)) {
		return ""
	}
	return file
}

// fileIn is a file, by its path from a folder, if it lies in that; empty otherwise.
func fileIn(dir, file string) string {
	root, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(root, file)
	}
	root, errRoot := filepath.EvalSymlinks(root)
	file, errFile := filepath.EvalSymlinks(file)
	if errRoot != nil || errFile != nil {
		return ""
	}
	if inside, err := filepath.Rel(root, file); err != nil || !filepath.IsLocal(inside) {
		return ""
	}
	return file
}

// lineOf reads one line of a file, if that is one that a person would write.
func lineOf(file string, number int) string {
	info, err := os.Stat(file)
	const most = 4 << 20
	if err != nil || !info.Mode().IsRegular() || info.Size() > most {
		return ""
	}
	opened, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer opened.Close()
	lines := bufio.NewScanner(opened)
	for n := 1; lines.Scan(); n++ {
		if n == number {
			const longest = 240 // a bundle has everything in one line
			if text := strings.TrimSpace(lines.Text()); len(text) <= longest {
				return text
			}
			return ""
		}
	}
	return ""
}
