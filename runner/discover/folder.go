package discover

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// What is read at most: a project has more files than are of use here, and a folder may
// be a home or the root of a disk.
const (
	maxDepth   = 6         // folders below the project's
	maxFolders = 2000      // folders that are listed
	maxEntries = 2000      // entries of one folder
	maxFiles   = 500       // files that are read
	maxFile    = 256 << 10 // bytes of one
	maxBytes   = 2 << 20   // bytes of all
	maxMatches = 100       // places in a file where one pattern is looked at
	maxLine    = 500       // bytes of a line; longer ones are not a person's
)

// file is a file of the project. Its name has slashes.
type file struct {
	name, text string
	// code is the text with lines made blank that are only a comment, or longer than any
	// that a person writes; of the same length.
	code string
}

// folder is what was read of a project.
type folder struct {
	root  *os.Root
	files []file // those of folders above come first
	bytes int
	notes []string
	// takesPort is true where what starts the receiver is known to take the port from PORT.
	takesPort bool
}

// elsewhere are folders with what the project did not write, or does not run.
var elsewhere = strings.Fields("node_modules vendor venv env virtualenv site-packages __pycache__ dist build out target bin obj coverage test tests spec __tests__ testdata fixtures examples docs tmp log logs")

// scripts are the endings of files in JavaScript and TypeScript.
var scripts = strings.Fields(".js .mjs .cjs .ts .mts .cts")

// sources are the endings of files with code.
var sources = append(strings.Fields(".py .go .rb .ru .php .java .kt"), scripts...)

// open reads the files of a project. Nothing outside of dir is looked at, whatever links
// there are.
func open(dir string) (*folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{root: root}
	todo, listed := []string{"."}, 0
	left := false
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		if listed++; listed > maxFolders {
			left = true
			break
		}
		entries, more, err := list(root, at)
		if err != nil {
			if at == "." {
				return nil, errors.Join(err, root.Close())
			}
			continue // somebody else's folder
		}
		left = left || more
		for _, e := range entries {
			name := path.Join(at, e.Name())
			switch {
			case e.IsDir():
				if enter(e.Name()) && strings.Count(name, "/") < maxDepth {
					todo = append(todo, name)
				}
			case !wanted(e.Name()):
			case len(f.files) >= maxFiles, f.bytes >= maxBytes:
				left = true
			default:
				f.read(name)
			}
		}
	}
	if left {
		f.note("the folder is large, and not all of it was read")
	}
	return f, nil
}

// list lists a folder, in order.
func list(root *os.Root, at string) (entries []os.DirEntry, more bool, err error) {
	d, err := root.Open(at)
	if err != nil {
		return nil, false, err
	}
	defer d.Close()
	entries, err = d.ReadDir(maxEntries + 1)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if len(entries) > maxEntries {
		entries, more = entries[:maxEntries], true
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, more, err
}

// enter reports whether a folder may hold files of the project.
func enter(name string) bool {
	return !strings.HasPrefix(name, ".") && !slices.Contains(elsewhere, strings.ToLower(name))
}

// wanted reports whether a file may say something.
func wanted(name string) bool {
	lower := strings.ToLower(name)
	switch lower {
	case "package.json", "requirements.txt", "pyproject.toml", "pipfile", "go.mod", "gemfile", "composer.json", "procfile",
		"pom.xml", "build.gradle", "build.gradle.kts", "dockerfile", "containerfile", "artisan":
		return true
	}
	for _, test := range []string{".test.", ".spec.", "_test.", "test_", ".d.ts", ".min.js"} {
		if strings.Contains(lower, test) {
			return false
		}
	}
	return isEnvFile(lower) || isCompose(lower) || isProperties(lower) || slices.Contains(sources, path.Ext(lower))
}

// read reads a file, if it is one of text and of the size that people write.
func (f *folder) read(name string) {
	// A pipe would wait for its writer.
	info, err := f.root.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return
	}
	if info.Size() > maxFile {
		f.note("%s is longer than %d KiB, and was not read", name, maxFile>>10)
		return
	}
	opened, err := f.root.Open(name)
	if err != nil {
		return
	}
	defer opened.Close()
	data, err := io.ReadAll(io.LimitReader(opened, maxFile))
	if err != nil {
		return
	}
	text := strings.ToValidUTF8(strings.TrimPrefix(string(data), "\ufeff"), "\ufffd")
	if strings.ContainsRune(text, 0) {
		return
	}
	f.bytes += len(text)
	f.files = append(f.files, file{name: name, text: text, code: code(name, text)})
}

// note keeps a sentence for the user, once: more than one may find what it says.
func (f *folder) note(format string, args ...any) {
	if sentence := fmt.Sprintf(format, args...); !slices.Contains(f.notes, sentence) {
		f.notes = append(f.notes, sentence)
	}
}

// named finds a file of the topmost folder, whatever the case of its name.
func (f *folder) named(names ...string) (file, bool) {
	for _, name := range names {
		for _, one := range f.files {
			if strings.EqualFold(one.name, name) {
				return one, true
			}
		}
	}
	return file{}, false
}

// ending are the files of code with one of these endings.
func (f *folder) ending(endings ...string) []file {
	var found []file
	for _, one := range f.files {
		if slices.Contains(endings, path.Ext(one.name)) {
			found = append(found, one)
		}
	}
	return found
}

// line counts the line of an offset, from 1.
func (f file) line(offset int) int { return 1 + strings.Count(f.text[:offset], "\n") }

// at is a place in the file.
func (f file) at(offset int) string { return fmt.Sprintf("%s:%d", f.name, f.line(offset)) }

// atText is the place of a text in the file; the file alone where it is not in there.
func (f file) atText(text string) string {
	if at := strings.Index(f.text, text); at >= 0 {
		return f.at(at)
	}
	return f.name
}

// code makes lines blank that are only a comment, or too long.
func code(name, text string) string {
	signs := []string{"//", "/*", "*"}
	switch path.Ext(name) {
	case ".py", ".rb", ".ru", "":
		signs = []string{"#"}
	case ".php":
		signs = append(signs, "#")
	}
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		trimmed := strings.TrimSpace(line)
		comment := slices.ContainsFunc(signs, func(sign string) bool { return strings.HasPrefix(trimmed, sign) })
		if comment || len(line) > maxLine {
			body := strings.TrimRight(line, "\r\n")
			lines[i] = strings.Repeat(" ", len(body)) + line[len(body):]
		}
	}
	return strings.Join(lines, "")
}
