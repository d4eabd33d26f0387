package runner

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/runner/sut"
)

// startFile is the file of source that the command of a receiver names, from the current
// folder; empty where it names none that is there, and for a receiver that no command
// starts.
func (c Config) startFile(w workspace) string {
	command, ok := c.Receiver.(sut.Command)
	if !ok {
		return ""
	}
	dir := cmp.Or(command.Dir, ".")
	line := command.Line
	if script := npmScript(dir, line); script != "" {
		line = script
	}
	return w.path(namedFile(dir, line))
}

// npmScript is what npm, or one like it, runs for a command; empty for other commands.
func npmScript(dir, line string) string {
	words := strings.Fields(line)
	if len(words) < 2 || !slices.Contains([]string{"npm", "yarn", "pnpm"}, words[0]) {
		return ""
	}
	name := words[1]
	if name == "run" && len(words) > 2 {
		name = words[2]
	}
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return ""
	}
	var manifest struct {
		Scripts map[string]string `json:"scripts"`
	}
	if json.Unmarshal(text, &manifest) != nil {
		return ""
	}
	return manifest.Scripts[name]
}

// namedFile is the first file of source that a command names: by its path, as Python
// names a module and what is in it ("bot.main:app"), or as Go names a folder with a
// program in it.
func namedFile(dir, line string) string {
	words := strings.Fields(line)
	goRun := len(words) > 1 && words[0] == "go" && words[1] == "run"
	for _, word := range words {
		word = strings.Trim(word, `"'`)
		names := []string{word}
		if module, _, ok := strings.Cut(word, ":"); ok {
			names = append(names, strings.ReplaceAll(module, ".", "/")+".py")
		}
		if goRun {
			names = append(names, filepath.Join(word, "main.go"))
		}
		for _, name := range names {
			file := fileIn(dir, filepath.FromSlash(name))
			if file == "" || !slices.Contains(sources, filepath.Ext(file)) {
				continue
			}
			if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
				return file
			}
		}
	}
	return ""
}
