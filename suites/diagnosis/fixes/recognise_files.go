package fixes

import (
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// dependencies are packages that show a stack where a file lists them.
var dependencies = []struct {
	files []string
	stack Stack // of the language
	signs []sign
}{
	{
		[]string{"requirements.txt", "pyproject.toml", "Pipfile", "setup.py"}, Python,
		[]sign{
			{Flask, regexp.MustCompile(`(?mi)(^|["'])\s*flask\b`)},
			{FastAPI, regexp.MustCompile(`(?mi)(^|["'])\s*fastapi\b`)},
			{Django, regexp.MustCompile(`(?mi)(^|["'])\s*django(restframework)?\b`)},
		},
	},
	{[]string{"manage.py"}, Python, []sign{{Django, regexp.MustCompile(`\bDJANGO_SETTINGS_MODULE\b`)}}},
	{[]string{"go.mod"}, Go, nil},
	{
		[]string{"pom.xml", "build.gradle", "build.gradle.kts"}, java,
		[]sign{{Spring, regexp.MustCompile(`\borg\.springframework\b`)}},
	},
	{[]string{"composer.json"}, PHP, []sign{{Laravel, regexp.MustCompile(`"laravel/framework"`)}}},
	{
		[]string{"Gemfile", "Gemfile.lock"}, ruby,
		[]sign{
			{Rails, regexp.MustCompile(`(?m)^\s*(gem\s+["'](rails|railties)["']|rails \()`)},
			{Sinatra, regexp.MustCompile(`(?m)^\s*(gem\s+["']sinatra["']|sinatra \()`)},
		},
	},
}

// inFiles are the stacks that show in the files of a receiver's folder.
func inFiles(files fs.FS) []Stack {
	if files == nil {
		return nil
	}
	seen := inPackageJSON(files)
	for _, d := range dependencies {
		for _, name := range d.files {
			text, err := fs.ReadFile(files, name)
			if err != nil {
				continue // most are not there
			}
			seen = append(seen, d.stack)
			for _, s := range d.signs {
				if s.text.Match(text) {
					seen = append(seen, s.stack)
				}
			}
		}
	}
	return seen
}

// inPackageJSON are the stacks of a package for Node. What is needed for its
// development only is no clue: a test may well use Express.
func inPackageJSON(files fs.FS) []Stack {
	text, err := fs.ReadFile(files, "package.json")
	if err != nil {
		return nil
	}
	var is struct {
		Dependencies map[string]any `json:"dependencies"`
	}
	if json.Unmarshal(text, &is) != nil {
		return []Stack{Node} // half written, or with a comment in it
	}
	seen := []Stack{Node}
	for name, stack := range map[string]Stack{
		"express": Express, "fastify": Fastify, "koa": Koa, "hono": Hono,
		"@nestjs/core": Nest, "aws-lambda": Lambda, "@middy/core": Lambda,
	} {
		if _, ok := is.Dependencies[name]; ok {
			seen = append(seen, stack)
		}
	}
	if _, ok := is.Dependencies["next"]; ok {
		seen = append(seen, nextIn(files))
	}
	return only(seen, Nest, only(seen, NextRoute, only(seen, NextPages, seen)))
}

// only drops from seen what a framework brings along: Nest stands on Express or
// Fastify, and beside Next there is often a server in Express for its development.
func only(seen []Stack, s Stack, otherwise []Stack) []Stack {
	for _, other := range seen {
		if other == s {
			return []Stack{s}
		}
	}
	return otherwise
}

// nextIn tells which of its two kinds of routes a project with Next.js has. A folder
// for pages may be there beside route handlers, as may be one named app.
func nextIn(files fs.FS) Stack {
	for _, root := range []string{"app", "src/app"} {
		found := false
		_ = fs.WalkDir(files, root, func(name string, _ fs.DirEntry, err error) error {
			if err != nil {
				return nil // what cannot be read shows nothing
			}
			if base := path.Base(name); strings.TrimSuffix(base, path.Ext(base)) == "route" {
				found = true
				return fs.SkipAll
			}
			return nil
		})
		if found {
			return NextRoute
		}
	}
	for _, root := range []string{"pages/api", "src/pages/api"} {
		if _, err := fs.Stat(files, root); err == nil {
			return NextPages
		}
	}
	return NextRoute
}
