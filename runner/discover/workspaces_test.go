package discover_test

import (
	"slices"
	"strings"
	"testing"
)

// TestWorkspaces says which project has the bot, where what is started is all of several.
func TestWorkspaces(t *testing.T) {
	const turbo = `"scripts": {"start": "turbo run start"}`
	hook := "app.post('/webhook', (req, res) => res.send(req.query['hub.challenge']))"
	has := "note: packages/bot has the webhook and is a project of its own, and npm start is that of the whole workspace; use --workdir packages/bot to start it alone"
	for name, test := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"npm":    {map[string]string{"package.json": `{"workspaces": ["packages/*"], ` + turbo + `}`, "packages/bot/src/index.js": hook}, []string{has}},
		"object": {map[string]string{"package.json": `{"workspaces": {"packages": ["packages/*"]}, ` + turbo + `}`, "packages/bot/src/index.js": hook}, []string{has}},
		"pnpm":   {map[string]string{"package.json": `{` + turbo + `}`, "pnpm-workspace.yaml": "packages: ['packages/*']", "packages/bot/src/index.js": hook}, []string{has}},
		"no webhook is found": {map[string]string{"package.json": `{"workspaces": ["packages/*"], ` + turbo + `}`}, []string{
			"note: packages/admin/package.json is of a project of its own; if the bot is there, use --workdir packages/admin",
			"note: packages/bot/package.json is of a project of its own; if the bot is there, use --workdir packages/bot",
		}},
		"the webhook is at the top": {map[string]string{"package.json": `{"workspaces": ["packages/*"], ` + turbo + `}`, "index.js": hook}, nil},
		"the bot is started":        {map[string]string{"package.json": `{"workspaces": ["packages/*"], "scripts": {"start": "node packages/bot/index.js"}}`, "packages/bot/index.js": hook}, nil},
		"no workspace":              {map[string]string{"package.json": `{` + turbo + `}`, "packages/bot/index.js": hook}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, map[string]string{"packages/bot/package.json": "{}", "packages/admin/package.json": "{}"})
			write(t, dir, test.files)
			got := slices.DeleteFunc(described(read(t, dir)), func(line string) bool { return !strings.HasPrefix(line, "note: ") })
			if !slices.Equal(got, test.want) {
				t.Errorf("it notes %q, expected %q", got, test.want)
			}
		})
	}
}
