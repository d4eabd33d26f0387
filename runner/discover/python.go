package discover

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	// pythonApp is the object that a server of Python's is given.
	pythonApp  = regexp.MustCompile(`(?m)^(\w+)\s*(?::\s*\w+\s*)?=\s*(?:\w+\.)?(Flask|FastAPI|Starlette|Sanic|Quart)\(`)
	pythonRuns = regexp.MustCompile(`\.run\(|run_app\(|serve_forever\(|serve\(`)
	pythonMain = regexp.MustCompile(`(?m)^if __name__ == ["']__main__["']`)
)

// pythonStart is what starts a project in Python: Django's manage.py, a file that serves
// when it is run, or the server of a framework with the object that a file makes.
func (f *folder) pythonStart(p *Project) bool {
	if !f.pythonStarts(p) {
		return false
	}
	// Which packages the Python of the machine has, a folder does not say.
	if slices.ContainsFunc(environments, f.exists) {
		return true
	}
	for _, one := range []struct{ file, install string }{
		{"Pipfile", "pipenv install"}, {"poetry.lock", "poetry install"}, {"uv.lock", "uv sync"}, {"requirements.txt", "pip install -r requirements.txt"}, {"pyproject.toml", "pip install ."},
	} {
		if f.exists(one.file) {
			f.note("it needs packages, by %s; where they are not installed yet, run `%s` first", one.file, one.install)
			break
		}
	}
	return true
}

// environments are the Pythons of environments, as projects keep them.
var environments = []string{".venv/bin/python", "venv/bin/python", "env/bin/python"}

func (f *folder) pythonStarts(p *Project) bool {
	if one, ok := f.named("manage.py"); ok {
		return p.starts(f.python("python3")+" manage.py runserver --noreload $PORT", one.name)
	}
	main, runs := f.main(func(one file) int {
		points := 0
		if pythonRuns.MatchString(one.code) {
			points += 2
			if pythonMain.MatchString(one.code) {
				points++
			}
		}
		return points
	}, ".py")
	if runs {
		return p.starts(f.pythonFile(main), main.name+", which serves when it is run")
	}
	one, ok := f.main(func(one file) int { return 2 * len(pythonApp.FindString(one.code)) }, ".py")
	if !ok {
		return false
	}
	at := pythonApp.FindStringSubmatchIndex(one.code)
	object, framework := one.code[at[2]:at[3]], one.code[at[4]:at[5]]
	return p.starts(f.pythonServer(one, object, framework), one.at(at[0])+", "+framework)
}

// python is a program of Python's, in the environment that the project keeps.
func (f *folder) python(program string) string {
	for _, name := range environments {
		switch {
		case !f.exists(name):
		case strings.HasPrefix(program, "python"):
			return name
		default:
			return path.Dir(name) + "/" + program
		}
	}
	_, pipfile := f.named("Pipfile")
	switch {
	case pipfile, f.exists("Pipfile.lock"):
		return "pipenv run " + program
	case f.exists("poetry.lock"):
		return "poetry run " + program
	case f.exists("uv.lock"):
		return "uv run " + program
	}
	return program
}
