package discover

import (
	"path"
	"slices"
	"strings"
)

// workspaceFiles are files of a project that is made of several.
var workspaceFiles = []string{"pnpm-workspace.yaml", "turbo.json", "nx.json", "lerna.json", "rush.json"}

// workspace notes the project that has the bot, where what npm starts is all of several.
func (f *folder) workspace(p Project) {
	if !strings.HasPrefix(p.Command.Value, "npm ") {
		return
	}
	_, m, ok := f.packageJSON()
	if !ok || len(m.Workspaces) == 0 && !slices.ContainsFunc(workspaceFiles, f.exists) {
		return
	}
	name, _, _ := strings.Cut(p.Path.Evidence, ":")
	for dir := path.Dir(name); p.Path.Found() && dir != "."; dir = path.Dir(dir) {
		if _, own := f.named(dir + "/package.json"); own {
			f.note("%s has the webhook and is a project of its own, and %s is that of the whole workspace; use --workdir %[1]s to start it alone", dir, p.Command.Value)
			return
		}
	}
	if !p.Path.Found() {
		f.below("package.json")
	}
}
