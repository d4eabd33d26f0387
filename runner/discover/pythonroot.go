package discover

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// pythonImport is an import of a module by its whole name.
var pythonImport = regexp.MustCompile(`(?m)^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)`)

// importRoot is the folder that imports start at where a file is run: the one in which most
// of what is imported by its whole name lies. False where nothing of the project is.
func (f *folder) importRoot(main file) (root string, known bool) {
	var roots []string
	for dir := path.Dir(main.name); ; dir = path.Dir(dir) {
		roots = append(roots, dir)
		if dir == "." {
			break
		}
	}
	slices.Reverse(roots) // of two that are alike, the folder of the project itself
	most := 0
	for i, at := range roots {
		// Imports of the folder that the program is in count: beside it there may be others.
		own := roots[min(max(i, 1), len(roots)-1)]
		count := 0
		for _, one := range f.ending(".py") {
			if own != "." && !strings.HasPrefix(one.name, own+"/") {
				continue
			}
			for _, m := range pythonImport.FindAllStringSubmatch(one.code, maxMatches) {
				if f.pythonModule(path.Join(at, m[1])) {
					count++
				}
			}
		}
		if count > most {
			root, most = at, count
		}
	}
	return root, most > 0
}

// pythonModule reports whether there is a module, or a package, of this name.
func (f *folder) pythonModule(name string) bool {
	return slices.ContainsFunc(f.files, func(one file) bool {
		return one.name == name+".py" || path.Ext(one.name) == ".py" && strings.HasPrefix(one.name, name+"/")
	})
}

// module is the name of a file as it is imported from a root.
func module(one file, root string) string {
	name := strings.TrimSuffix(one.name, path.Ext(one.name))
	if root != "." {
		name = strings.TrimPrefix(name, root+"/")
	}
	return strings.ReplaceAll(name, "/", ".")
}

// pythonFile is a command that runs a file, with its imports found: Python looks for them
// in the folder of the file, unless it is run as a module.
func (f *folder) pythonFile(main file) string {
	python := f.python("python3")
	root, known := f.importRoot(main)
	switch {
	case !known, root == path.Dir(main.name):
		return python + " " + word(main.name)
	case root == ".":
		return python + " -m " + word(module(main, root))
	}
	return "PYTHONPATH=" + word(root) + " " + python + " -m " + word(module(main, root))
}

// pythonServer is a command that serves an object of a file by a framework's server.
func (f *folder) pythonServer(main file, object, framework string) string {
	root, known := f.importRoot(main)
	if !known {
		root = "."
	}
	app := word(module(main, root) + ":" + object)
	from := ""
	if root != "." {
		from = "PYTHONPATH=" + word(root) + " "
	}
	switch framework {
	case "Flask":
		return from + f.python("flask") + " --app " + app + " run --port $PORT"
	case "Sanic":
		return from + f.python("sanic") + " " + app + " --port $PORT"
	}
	if root != "." {
		app = "--app-dir " + word(root) + " " + app
	}
	return f.python("uvicorn") + " " + app + " --port $PORT"
}
