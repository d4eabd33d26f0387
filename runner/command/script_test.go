package command_test

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/seed-11445fa1/referee/runner/command"
	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/schemas"
)

// TestMain makes this test binary stand in for the program: "referee" in a
// script, or on the PATH, runs command.Main in a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"referee": func() {
			os.Exit(command.Main(os.Args[1:], command.Host{
				Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, LookupEnv: os.LookupEnv, Environ: os.Environ,
			}))
		},
		"uneven": uneven,
		"post":   post,
	})
}

// TestScripts runs the command line as its users do. Each script in testdata is
// about one command, or one topic. $FREE, $FREE2 and $FREE3 are addresses where nothing
// listens, $FREE_PORT and $FREE_PORT2 are their ports; at $SILENT a receiver listens and
// never answers.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Condition:           suttest.Present,
		Setup: func(env *testscript.Env) error {
			free, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else each program sleeps a second before it ends
			env.Setenv("FREE", free.Addr().String())
			free2, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Setenv("FREE2", free2.Addr().String())
			free3, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Setenv("FREE3", free3.Addr().String())
			env.Setenv("FREE_PORT", strconv.Itoa(free.Addr().(*net.TCPAddr).Port))
			env.Setenv("FREE_PORT2", strconv.Itoa(free2.Addr().(*net.TCPAddr).Port))
			silent, err := net.Listen("tcp", "127.0.0.1:0") // the kernel accepts, nobody answers
			if err != nil {
				return err
			}
			env.Defer(func() { silent.Close() })
			env.Setenv("SILENT", silent.Addr().String())
			return errors.Join(free.Close(), free2.Close(), free3.Close())
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ends": ends, "plain": plain, "valid": valid, "capture": capture, "listening": suttest.Listening, "tear": tear, "site": site, "project": project,
		},
	})
}

// discovered are the projects of package discover's tests.
var discovered = filepath.Join("..", "discover", "testdata")

// ends runs a program that has to end with an exit code: ends CODE PROGRAM ARGS….
func ends(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: ends CODE PROGRAM ARGS...")
	}
	code := 0
	err := ts.Exec(args[1], args[2:]...)
	var exited *exec.ExitError
	switch {
	case errors.As(err, &exited):
		code = exited.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("the exit code is %d, expected %s", code, args[0])
	}
}

// plain checks that files have no control characters: plain FILE….
func plain(ts *testscript.TestScript, neg bool, args []string) {
	control := regexp.MustCompile(`[\x00-\x08\x0b-\x1f\x7f\x{80}-\x{9f}]`)
	for _, file := range args {
		if at := control.FindString(ts.ReadFile(file)); (at != "") != neg {
			ts.Fatalf("%s: control character %q, unexpected or missing", file, at)
		}
	}
}

// valid checks a file against a schema: valid SCHEMA FILE.
func valid(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: valid SCHEMA FILE")
	}
	ts.Check(schemas.Validate(args[0], []byte(ts.ReadFile(args[1]))))
}

// project writes a project of package discover's tests into a folder of its name: project
// NAME.
func project(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: project NAME")
	}
	files, err := txtar.ParseFile(filepath.Join(discovered, args[0]+".txtar"))
	ts.Check(err)
	ts.Check(os.MkdirAll(ts.MkAbs(args[0]), 0o700))
	ts.Check(txtar.Write(files, ts.MkAbs(args[0])))
}

// tear takes the second half of the last line from a file: tear FILE.
func tear(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: tear FILE")
	}
	text := ts.ReadFile(args[0])
	last := strings.LastIndexByte(strings.TrimSuffix(text, "\n"), '\n') + 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text[:last+(len(text)-last)/2]), 0o600))
}

// capture sets a variable to what the group of a pattern fits: capture NAME
// PATTERN FILE.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: capture NAME PATTERN FILE")
	}
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile(args[2]))
	if len(found) < 2 {
		ts.Fatalf("%s has nothing like %s", args[2], args[1])
	}
	ts.Setenv(args[0], found[1])
}
