package discover_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/seed-11445fa1/referee/runner/discover"
)

// write writes files into a folder, by their names.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNoValueIsKept holds that what stands behind a variable is in nothing that is found.
func TestNoValueIsKept(t *testing.T) {
	values := map[string][]string{
		"express":         {"0c8f4d1e77aa", "spring-flowers", "EAAGzzzz", "never-to-be-seen"},
		"express-mounted": {"abcdef0123"},
		"image":           {"topsecretvalue", "another-secret"},
		"docker-python":   {"change-me"},
		"rails":           {"database-password"},
	}
	for name, secrets := range values {
		a, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		all := string(txtar.Format(a))
		found := fmt.Sprintf("%+v", read(t, unpack(t, name)))
		for _, secret := range secrets {
			if !strings.Contains(all, secret) {
				t.Errorf("%s has no %q; this test looks for nothing", name, secret)
			}
			if strings.Contains(found, secret) {
				t.Errorf("%s tells %q: %s", name, secret, found)
			}
		}
	}

	dir := t.TempDir()
	write(t, dir, map[string]string{
		"Procfile":    "web: PAGE_TOKEN=EAAGsecret node bot.js\n",
		"bot.js":      "require('http').createServer().listen(process.env.PORT)",
		".env":        "export FB_GRAPH_URL=https://graph.facebook.com/v20.0/hush\nAPP_SECRET = hush\n",
		"compose.yml": "services: {bot: {build: ., environment: {APP_SECRET: hush}}}\n",
	})
	p := read(t, dir)
	if found := fmt.Sprintf("%+v", p); strings.Contains(found, "EAAGsecret") || strings.Contains(found, "hush") {
		t.Errorf("it tells a value: %s", found)
	}
	for script, want := range map[string]string{
		"node bot.js --page-token=EAAGsecret": "npm start", "node bot.js --db=redis://u:EAAGsecret@h": "npm start", "node bot.js --port=3000": "node bot.js --port=3000",
	} {
		other := t.TempDir()
		write(t, other, map[string]string{"package.json": fmt.Sprintf(`{"scripts": {"start": %q}}`, script)})
		if got := read(t, other).Command.Value; got != want {
			t.Errorf("%s is started by %q, expected %q", script, got, want)
		}
	}
	if p.Command.Value != "node bot.js" || p.Command.Evidence != "bot.js, which listens" {
		t.Errorf("the command is %v", p.Command)
	}
	if !slices.ContainsFunc(p.Notes, func(n string) bool { return strings.HasPrefix(n, "Procfile:1 has a command with values") }) {
		t.Errorf("nothing says that the Procfile was not used: %q", p.Notes)
	}
	if urls := p.Named(discover.GraphURL); len(urls) != 1 || urls[0].Suffix != "/v20.0" {
		t.Errorf("the address of the Graph API is in %v", urls)
	}
}

// TestNothingOutsideIsRead has links lead out of the project, to what would be found.
func TestNothingOutsideIsRead(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	write(t, outside, map[string]string{"bot/server.js": "app.post('/webhook'); process.env.APP_SECRET; app.listen(3000)", "package.json": `{"scripts": {"start": "node x.js"}}`})
	for name, to := range map[string]string{
		"package.json": filepath.Join(outside, "package.json"), "bot": filepath.Join(outside, "bot"),
		"server.js": "../" + filepath.Base(outside) + "/bot/server.js", "self": ".",
	} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	if got := described(read(t, dir)); len(got) > 0 {
		t.Errorf("it finds %q", got)
	}
	// The folder itself may be a link: that is what its user named.
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(outside, link); err != nil {
		t.Fatal(err)
	}
	if p := read(t, link); p.Command.Value != "node x.js" {
		t.Errorf("of a folder behind a link it finds %v", p.Command)
	}
}

// TestBounds reads what no project should be.
func TestBounds(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{
		"huge.js":            "app.post('/huge/webhook')\n" + strings.Repeat("x", 256<<10),
		"binary.py":          "import os\nos.environ['APP_SECRET']\x00",
		"package.json":       "{",
		"compose.yml":        "services: [",
		"node_modules/a.js":  "process.env.APP_SECRET",
		"a/b/c/d/e/f/g/h.js": "process.env.APP_SECRET",
	}
	for i := range 600 {
		files[fmt.Sprintf("many/%03d.js", i)] = "//"
	}
	write(t, dir, files)
	if mkfifo, err := exec.LookPath("mkfifo"); err == nil {
		// Whoever opened it would wait for ever.
		if out, err := exec.Command(mkfifo, filepath.Join(dir, "bot.js")).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	got := described(read(t, dir))
	want := []string{
		"note: huge.js is longer than 256 KiB, and was not read",
		"note: the folder is large, and not all of it was read",
		"note: package.json is not the JSON that npm reads, and was not used",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("it finds %q, expected %q", got, want)
	}
}

// TestRepetition holds that a file in which all is repeated takes no longer than others: one
// that does would take until the tests are ended for it.
func TestRepetition(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out what is large")
	}
	dir := t.TempDir()
	files := map[string]string{}
	for i, text := range []string{
		"k = process.env.APP_SECRET; ", "hub.verify_token ", "app.post('/webhook')\n", "a.use('/x', y)\n", "import x ", "const { ", "env(\"A\") = ", "path('a', include('b'))\n",
	} {
		for _, ending := range []string{".js", ".py", ".java"} {
			files[fmt.Sprint("f", i, ending)] = strings.Repeat(text, 250<<10/len(text))
		}
	}
	write(t, dir, files)
	read(t, dir)
}

func TestFolderThatIsNone(t *testing.T) {
	if _, err := discover.Read(filepath.Join(t.TempDir(), "nowhere")); err == nil {
		t.Error("it reads a folder that is not there")
	}
	if got := described(read(t, t.TempDir())); len(got) > 0 {
		t.Errorf("in an empty folder it finds %q", got)
	}
}

// TestProjectsBelow says where a project is, if not in the folder.
func TestProjectsBelow(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"README.md": "", "web/package.json": "{}", "bot/package.json": `{"scripts": {"start": "node ."}}`, "bot/Dockerfile": "FROM x"})
	want := []string{"note: bot/Dockerfile is of a project of its own; if the bot is there, use --workdir bot", "note: web/package.json is of a project of its own; if the bot is there, use --workdir web"}
	if got := described(read(t, dir)); !slices.Equal(got, want) {
		t.Errorf("it finds %q, expected %q", got, want)
	}
}

// TestBotsOfTheField reads receivers that were written for other tests, each alone in its
// folder.
func TestBotsOfTheField(t *testing.T) {
	for file, want := range map[string][]string{
		"dies-on-standby.mjs": {"node dies-on-standby.mjs", "", "APP_SECRET", "VERIFY_TOKEN", "PAGE_ACCESS_TOKEN"},
		"typing.mjs":          {"node typing.mjs", "", "MESSENGER_APP_SECRET", "MESSENGER_VALIDATION_TOKEN", "MESSENGER_PAGE_ACCESS_TOKEN"},
		"text-only.py":        {"python3 text-only.py", "", "APP_SECRET", "VERIFY_TOKEN", "PAGE_ACCESS_TOKEN"},
		"profile-first.py":    {"python3 profile-first.py", "", "FACEBOOK_APP_SECRET", "FACEBOOK_VERIFY_TOKEN", "FACEBOOK_PAGE_TOKEN"},
		"written-in.go":       {"go run .", "/webhook", "FB_APP_SECRET", "FB_VERIFY_TOKEN", "FB_PAGE_TOKEN"},
		"slow-start.go":       {"go run .", "/messenger", "APP_SECRET", "WEBHOOK_VERIFY_TOKEN", "PAGE_TOKEN"},
	} {
		text, err := os.ReadFile(filepath.Join("..", "sut", "testdata", "receivers", file))
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		write(t, dir, map[string]string{file: string(text)})
		if filepath.Ext(file) == ".go" {
			write(t, dir, map[string]string{"go.mod": "module bot\n"})
		}
		p := read(t, dir)
		got := []string{p.Command.Value, p.Path.Value}
		for _, m := range []discover.Meaning{discover.AppSecret, discover.VerifyToken, discover.PageToken} {
			for _, v := range p.Named(m) {
				got = append(got, v.Name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("of %s it finds %q, expected %q", file, got, want)
		}
		if p.Port.Found() {
			t.Errorf("of %s, which reads PORT, it finds the port %v", file, p.Port)
		}
	}
}

// FuzzSource holds that no text brings the reading down, and that each place that it
// names is one of the file.
func FuzzSource(f *testing.F) {
	for _, name := range []string{"express", "flask", "spring", "rails", "image"} {
		a, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
		if err != nil {
			f.Fatal(err)
		}
		for _, one := range a.Files {
			f.Add(one.Name, string(one.Data))
		}
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		if !filepath.IsLocal(name) || strings.ContainsAny(name, "\x00\\") || strings.Count(name, "/") > 4 || len(name) > 100 {
			t.Skip()
		}
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		if os.MkdirAll(filepath.Dir(path), 0o755) != nil || os.WriteFile(path, []byte(text), 0o644) != nil {
			t.Skip()
		}
		read(t, dir)
	})
}
