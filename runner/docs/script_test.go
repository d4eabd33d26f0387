package docs_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/seed-11445fa1/referee/runner/command"
	"github.com/seed-11445fa1/referee/runner/internal/suttest"
)

// TestMain makes this test binary stand in for the program, as in package command.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"referee": func() {
			os.Exit(command.Main(os.Args[1:], command.Host{
				Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, LookupEnv: os.LookupEnv, Environ: os.Environ,
			}))
		},
	})
}

// TestBlocks checks every block of code of every page, in its order, by the script of the
// page in testdata, which begins in a copy of the folder bot. A block that the script
// leaves out fails it; so does a page without a script.
//
// A script says what becomes of the next block:
//
//	shell [WORD...]    it is console: each command that stands behind a $ is run, and
//	                   what is shown below it is all that it prints; a line … stands for
//	                   any lines. A word for each command says how it ends, see shell.
//	same               it is text: these lines stand in what the last command printed
//	file KIND FILE     it is written to FILE, for the script to use
//	part KIND FILE     it stands in this file of the project, which other tests run
//	steps FILE         runs the commands of a CI file, and looks for what it keeps
//	says FROM TO       what stands in the page as FROM is TO here
//	as KIND PAGE       its lines stand in a block of this page, too
//	client FILE TOOL ARGUMENTS
//	                   starts the server of a client's configuration, and calls a tool
//	tools FILE         this page has every tool of that server
//	without PROGRAM    it needs a program that is missing on this machine, as the log says
//	differ PATTERN     what fits this is another one in each run
//	stop NAME          ends what was started in the background
//	end                all blocks have been checked
func TestBlocks(t *testing.T) {
	all := pages(t)
	for name, p := range all {
		for _, line := range p.unfenced {
			t.Errorf("%s:%d: this code is in no fence that names its kind", p.path, line)
		}
		script, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
		if err != nil && len(p.blocks) > 0 {
			t.Fatalf("%s has code that nobody checks: %v", p.path, err)
		}
		if err == nil && !strings.HasSuffix(strings.TrimSpace(string(script.Comment)), "\nend") {
			t.Errorf("testdata/%s.txtar does not stop with end, which looks whether all blocks were checked", name)
		}
	}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell on this machine")
	}
	testscript.Run(t, scripts("testdata", all))
}

// scripts are those of a folder, about these pages.
func scripts(folder string, all map[string]page) testscript.Params {
	return testscript.Params{
		Dir:                 folder,
		RequireExplicitExec: true,
		Setup:               func(env *testscript.Env) error { return begin(env, folder, all) },
		Condition:           suttest.Present,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"shell": shell, "same": same, "file": file, "part": part, "steps": steps, "says": says, "differ": differ, "stop": stop, "end": end,
			"as": as, "without": without, "image": image, "described": described, "client": client, "tools": tools, "valid": valid, "site": site, "ends": ends, "listening": suttest.Listening,
		},
	}
}

// reading is how far a script has come with its page.
type reading struct {
	page
	all     map[string]page
	script  string
	next    int
	says    []string // pairs, for strings.NewReplacer
	differs []*regexp.Regexp
	started map[string]*background
	// variables are those of what is started in the background.
	variables []string
}

// begin copies the bot to where the script runs, and names addresses where nothing
// listens: $FREE, $FREE2 and $FREE3. What a reader has made in the folder stays there.
func begin(env *testscript.Env, folder string, all map[string]page) error {
	name := strings.TrimPrefix(filepath.Base(env.WorkDir), "script-")
	p, found := all[name]
	if !found {
		return fmt.Errorf("testdata/%s.txtar is the script of no page", name)
	}
	script, err := os.ReadFile(filepath.Join(folder, name+".txtar"))
	if err != nil {
		return err
	}
	r := &reading{page: p, all: all, script: string(script), started: map[string]*background{}}
	env.Values["reading"] = r
	env.Defer(func() {
		for _, b := range r.started {
			b.kill()
		}
	})
	env.Setenv("GORACE", "atexit_sleep_ms=0")
	for _, variable := range []string{"FREE", "FREE2", "FREE3"} {
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer free.Close()
		env.Setenv(variable, free.Addr().String())
		env.Setenv(variable+"_PORT", fmt.Sprint(free.Addr().(*net.TCPAddr).Port))
	}
	absolute, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	env.Setenv("ROOT", absolute)
	r.variables = slices.Clone(env.Vars)
	for _, name := range []string{"package.json", "server.js"} {
		text, err := os.ReadFile(filepath.Join("bot", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(env.WorkDir, name), text, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// of is how far this script has come.
func of(ts *testscript.TestScript) *reading { return ts.Value("reading").(*reading) }

// take is the next block, which has to be of this kind, with what it says here.
func (r *reading) take(ts *testscript.TestScript, kind string) block {
	if r.next == len(r.blocks) {
		ts.Fatalf("%s has no further block of code", r.path)
	}
	b := r.blocks[r.next]
	r.next++
	if b.kind != kind {
		ts.Fatalf("%s:%d: the block is %q, and the script wants %q", r.path, b.line, b.kind, kind)
	}
	b.text = strings.NewReplacer(r.says...).Replace(b.text)
	return b
}

// says: FROM TO.
func says(ts *testscript.TestScript, neg bool, args []string) {
	r := of(ts)
	if neg || len(args) != 2 {
		ts.Fatalf("usage: says FROM TO")
	}
	if !slices.ContainsFunc(r.blocks[r.next:], func(b block) bool { return strings.Contains(b.text, args[0]) }) {
		ts.Fatalf("no further block of %s has %q", r.path, args[0])
	}
	r.says = append(r.says, args...)
}

// as: as KIND PAGE.
func as(ts *testscript.TestScript, neg bool, args []string) {
	r := of(ts)
	if neg || len(args) != 2 || r.all[args[1]].path == "" {
		ts.Fatalf("usage: as KIND PAGE")
	}
	b := r.take(ts, args[0])
	for _, other := range r.all[args[1]].blocks {
		if r.fits(lines(b.text), lines(other.text), true) {
			return
		}
	}
	ts.Fatalf("%s:%d: %s does not have these lines", r.path, b.line, args[1])
}

// without: without PROGRAM.
func without(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: without PROGRAM")
	}
	r := of(ts)
	b := r.take(ts, "console")
	ts.Logf("SKIPPED: %s:%d needs %s, which is missing on this machine", r.path, b.line, args[0])
}

func end(ts *testscript.TestScript, neg bool, args []string) {
	r := of(ts)
	if neg || len(args) != 0 {
		ts.Fatalf("usage: end")
	}
	if r.next < len(r.blocks) {
		ts.Fatalf("%s:%d: nobody checks this block, nor %d after it", r.path, r.blocks[r.next].line, len(r.blocks)-r.next-1)
	}
}
