package discover

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/runner/sut"
)

// start finds what starts the receiver: what the project says itself, before what its
// language is usually started by, before an image.
func (f *folder) start(p *Project) {
	for _, find := range []func(*Project) bool{
		f.procfile, f.nodeStart, f.pythonStart, f.rubyStart, f.phpStart, f.javaStart, f.goStart, f.nodeMain, f.dockerCommand, f.image,
	} {
		if find(p) {
			return
		}
	}
	f.below("package.json", "go.mod", "requirements.txt", "pyproject.toml", "pipfile", "gemfile", "composer.json", "pom.xml", "build.gradle", "procfile", "dockerfile")
}

// below notes projects in folders below, which have one of these files, in small letters.
func (f *folder) below(manifests ...string) {
	seen := map[string]bool{}
	for _, one := range f.files {
		dir := path.Dir(one.name)
		if slices.Contains(manifests, strings.ToLower(path.Base(one.name))) && dir != "." && !seen[dir] {
			seen[dir] = true
			f.note("%s is of a project of its own; if the bot is there, use --workdir %s", one.name, dir)
		}
	}
}

// starts sets what starts the receiver.
func (p *Project) starts(command, evidence string) bool {
	p.Command = Fact{command, evidence}
	return true
}

// slow says that it is compiled before it is ready.
func (p *Project) slow(evidence string) { p.Slow = Fact{"2m", evidence} }

// procfileWeb is the line of a Procfile that starts what has a port.
var procfileWeb = regexp.MustCompile(`(?m)^web:[ \t]*(\S.*?)[ \t\r]*$`)

func (f *folder) procfile(p *Project) bool {
	one, ok := f.named("Procfile")
	if !ok {
		return false
	}
	at := procfileWeb.FindStringSubmatchIndex(one.text)
	if at == nil {
		return false
	}
	if line := one.text[at[2]:at[3]]; plain(line) {
		f.takesPort = true // as all that is started by such a line has to
		return p.starts(f.inEnvironment(line), one.at(at[2])+", web")
	}
	f.note("%s has a command with values that may be secrets, and it is not copied; write it yourself", one.at(at[2]))
	return false
}

// What a command may hold that is not to be shown: a variable with its value, a flag with
// a secret, an address with a password.
var (
	valued   = regexp.MustCompile(`(?:^|[\s;&"'])[A-Za-z_]\w*=[^\s$]`)
	secretly = regexp.MustCompile(`(?i)-[\w-]*(?:secret|token|passw|key|auth)[\w-]*[=\s]+[^\s$]|://[^\s/]*@`)
)

// plain reports whether a command can be shown.
func plain(line string) bool { return !valued.MatchString(line) && !secretly.MatchString(line) }

// inEnvironment has a command in Python run in the environment that the project keeps its
// packages in.
func (f *folder) inEnvironment(line string) string {
	first, rest, _ := strings.Cut(line, " ")
	switch first {
	case "python", "python3", "gunicorn", "uvicorn", "flask", "hypercorn", "waitress-serve":
		return f.python(first) + " " + rest
	}
	return line
}

// exists reports whether there is something of this name in the folder, without following
// it: the Python of an environment is a link to somewhere else.
func (f *folder) exists(name string) bool {
	_, err := f.root.Lstat(name)
	return err == nil
}

// main is the file that is most likely run, of those with these endings; weigh says how
// likely a file is by its text. Files of folders above count more.
func (f *folder) main(weigh func(file) int, endings ...string) (file, bool) {
	var most file
	score := 0
	for _, one := range f.ending(endings...) {
		points := weigh(one)
		if points <= 0 {
			continue
		}
		switch strings.TrimSuffix(path.Base(one.name), path.Ext(one.name)) {
		case "server", "app", "index", "main", "bot", "start", "wsgi":
			points++
		}
		if hub.MatchString(one.code) {
			points++
		}
		if points > score {
			most, score = one, points
		}
	}
	return most, score > 0
}

// word is the name of a file as a word of the command.
func word(name string) string { return sut.ShellWord(name) }
