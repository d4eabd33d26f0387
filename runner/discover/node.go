package discover

import (
	"encoding/json"
	"regexp"
	"strings"
)

// manifest is what matters of a package.json.
type manifest struct {
	Main            string            `json:"main"`
	Workspaces      json.RawMessage   `json:"workspaces"` // a list, or an object with one
	Scripts         map[string]string `json:"scripts"`
	Dependencies    map[string]string `json:"dependencies"`
	DevDependencies map[string]string `json:"devDependencies"`
}

// packageJSON reads package.json; false where there is none that can be read.
func (f *folder) packageJSON() (file, manifest, bool) {
	one, ok := f.named("package.json")
	if !ok {
		return file{}, manifest{}, false
	}
	var m manifest
	if json.Unmarshal([]byte(one.text), &m) != nil {
		f.note("package.json is not the JSON that npm reads, and was not used")
		return file{}, manifest{}, false
	}
	return one, m, true
}

// direct is a script that is one program with plain words, which needs no npm between it
// and Referee.
var direct = regexp.MustCompile(`^node(?: [\w./@=:-]+)+$`)

// takingPort are programs that listen on PORT by themselves.
var takingPort = regexp.MustCompile(`(?:^|[\s&;])(?:next|nuxt|react-router-serve|remix-serve|strapi|functions-framework)\b`)

// built is a file that a build makes.
var built = regexp.MustCompile(`(?:^|\s)((?:\./)?(?:dist|build|out|lib)/[\w./-]+)`)

// nodeStart is the script by which a project in Node says how it is started.
func (f *folder) nodeStart(p *Project) bool {
	one, m, ok := f.packageJSON()
	if !ok {
		return false
	}
	for _, name := range []string{"start", "serve", "dev"} {
		script := strings.TrimSpace(m.Scripts[name])
		if script == "" {
			continue
		}
		command := "npm run " + name
		switch {
		case direct.MatchString(script) && plain(script):
			command = script
		case name == "start":
			command = "npm start"
		}
		f.takesPort = takingPort.MatchString(script)
		p.starts(command, one.atText(`"`+name+`"`)+", scripts."+name)
		f.nodeNeeds(m, script)
		return true
	}
	return false
}

// nodeMain is the main file of a project that says nothing else.
func (f *folder) nodeMain(p *Project) bool {
	one, m, ok := f.packageJSON()
	if ok && m.Main != "" {
		if main, there := f.named(strings.TrimPrefix(m.Main, "./")); there {
			f.nodeNeeds(m, "")
			return p.starts("node "+word(main.name), one.atText(`"main"`)+", main")
		}
	}
	main, found := f.main(func(one file) int { return listens(one.code) }, ".js", ".mjs", ".cjs")
	if !found {
		return false
	}
	f.nodeNeeds(m, "")
	return p.starts("node "+word(main.name), main.name+", which listens")
}

var listening = regexp.MustCompile(`\.listen\s*\(|createServer\s*\(`)

// listens weighs source by whether it opens a port.
func listens(code string) int {
	if listening.MatchString(code) {
		return 2
	}
	return 0
}

// nodeNeeds notes what has to be done before a project in Node can start.
func (f *folder) nodeNeeds(m manifest, script string) {
	if len(m.Dependencies)+len(m.DevDependencies) > 0 && !f.exists("node_modules") {
		install := "npm install"
		switch {
		case f.exists("pnpm-lock.yaml"):
			install = "pnpm install"
		case f.exists("yarn.lock"):
			install = "yarn install"
		}
		f.note("its packages are not installed: there is no node_modules; run `%s` first", install)
	}
	made := built.FindStringSubmatch(script)
	if made == nil || f.exists(strings.TrimPrefix(made[1], "./")) {
		return
	}
	if _, ok := m.Scripts["build"]; ok {
		f.note("%s is not there yet; run `npm run build` first", made[1])
	} else {
		f.note("%s is not there yet; build it first", made[1])
	}
}
