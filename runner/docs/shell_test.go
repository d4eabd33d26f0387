package docs_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// prompt is a command of a block, with what is shown below it.
type prompt struct {
	command string
	shown   []string
}

// prompts are the commands of a block of kind console. A line that ends with \ goes on in
// the next one.
func prompts(text string) (all []prompt) {
	goesOn := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		command, found := strings.CutPrefix(line, "$ ")
		switch {
		case found:
			all = append(all, prompt{command: command})
		case len(all) == 0:
			return nil
		case goesOn:
			all[len(all)-1].command += "\n" + line
		default:
			all[len(all)-1].shown = append(all[len(all)-1].shown, line)
		}
		goesOn = strings.HasSuffix(line, `\`) && (found || goesOn)
	}
	return all
}

// shell runs the commands of a block: shell [WORD…]. The words say how each one ends: an
// exit code, which is 0 where there is no word; &NAME for one that goes on until the
// script says stop NAME; dry for make, which then says what it would do, and for go doc;
// and made for a target of make, whose last line is run.
func shell(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: shell [WORD...]")
	}
	r := of(ts)
	b := r.take(ts, "console")
	all := prompts(b.text)
	if len(all) == 0 || len(args) > len(all) {
		ts.Fatalf("%s:%d: a console begins with $, and has a command for each word", r.path, b.line)
	}
	before := "" // what changes the shell in which the rest of the block runs
	for i, p := range all {
		word := "0"
		if i < len(args) {
			word = args[i]
		}
		name, inBackground := strings.CutPrefix(word, "&")
		switch {
		case inBackground:
			r.started[name] = r.start(ts, p)
			continue
		case word == "dry":
			inProject(ts, p.command)
			continue
		case word == "made":
			planned := lines(inProject(ts, p.command))
			p.command, word = strings.Replace(planned[len(planned)-1], "bin/referee", "referee", 1), "0"
		}
		if code := status(ts, ts.Exec("sh", "-c", before+p.command)); strconv.Itoa(code) != word {
			ts.Fatalf("%s:%d: the exit code of %q is %d, expected %s", r.path, b.line, p.command, code, word)
		}
		if len(p.shown) > 0 {
			if printed := ts.ReadFile("stdout"); !r.fits(p.shown, lines(printed), false) {
				ts.Fatalf("%s:%d: %q prints\n%s", r.path, b.line, p.command, printed)
			}
		}
		if strings.HasPrefix(p.command, "cd ") || strings.HasPrefix(p.command, "export ") {
			before += p.command + "\n"
		}
	}
}

// inProject runs a command in the folder of the project: go doc, or make, which only says
// what it would do.
func inProject(ts *testscript.TestScript, command string) string {
	if rest, found := strings.CutPrefix(command, "make "); found {
		command = "make -n " + rest
	} else if !strings.HasPrefix(command, "go doc ") {
		ts.Fatalf("%q is no command of make or go doc", command)
	}
	cmd := exec.Command("sh", "-c", command)
	cmd.Dir = root
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "MAKE") && !strings.HasPrefix(variable, "MFLAGS=") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		ts.Fatalf("%s: %v: %s", command, err, out)
	}
	return string(out)
}

// status is the exit code of a program.
func status(ts *testscript.TestScript, err error) int {
	var exited *exec.ExitError
	if errors.As(err, &exited) {
		return exited.ExitCode()
	}
	ts.Check(err)
	return 0
}

// ends runs a program that has to end with an exit code: ends CODE PROGRAM ARGS….
func ends(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: ends CODE PROGRAM ARGS...")
	}
	if code := status(ts, ts.Exec(args[1], args[2:]...)); strconv.Itoa(code) != args[0] {
		ts.Fatalf("the exit code is %d, expected %s", code, args[0])
	}
}

// background is a command that goes on while others run.
type background struct {
	cmd     *exec.Cmd
	printed bytes.Buffer
	shown   []string
	ended   chan error
}

func (r *reading) start(ts *testscript.TestScript, p prompt) *background {
	b := &background{cmd: exec.Command("sh", "-c", "exec "+p.command), shown: p.shown, ended: make(chan error, 1)}
	b.cmd.Dir, b.cmd.Env = ts.MkAbs("."), r.variables
	for _, set := range setInScript.FindAllStringSubmatch(r.script, -1) {
		if value := ts.Getenv(set[1]); value != "" {
			b.cmd.Env = append(b.cmd.Env, set[1]+"="+value)
		}
	}
	b.cmd.Stdout, b.cmd.Stderr = &b.printed, &b.printed
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	ts.Check(b.cmd.Start())
	go func() { b.ended <- b.cmd.Wait() }()
	return b
}

// setInScript finds the variables that a script sets.
var setInScript = regexp.MustCompile(`(?m)^(?:\[.*\] )?env (\w+)=`)

// kill ends what the script has not stopped.
func (b *background) kill() {
	_ = syscall.Kill(-b.cmd.Process.Pid, syscall.SIGKILL)
	<-b.ended
}

// stop interrupts what was started, as Ctrl-C does: stop NAME [CODE]. What the page shows
// of it stands in what it printed.
func stop(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: stop NAME [CODE]")
	}
	r := of(ts)
	b, found := r.started[args[0]]
	if !found {
		ts.Fatalf("nothing was started as %s", args[0])
	}
	delete(r.started, args[0])
	_ = syscall.Kill(b.cmd.Process.Pid, syscall.SIGINT) // it may have ended: then its exit code says so
	code, expected := status(ts, <-b.ended), "0"
	if len(args) == 2 {
		expected = args[1]
	}
	if strconv.Itoa(code) != expected || !r.fits(b.shown, lines(b.printed.String()), true) {
		ts.Fatalf("%s ended with exit code %d, and printed\n%s", args[0], code, b.printed.String())
	}
}

// same compares a block of kind text with what the last command printed.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: same")
	}
	r := of(ts)
	b := r.take(ts, "text")
	if printed := ts.ReadFile("stdout"); !r.fits(lines(b.text), lines(printed), true) {
		ts.Fatalf("%s:%d: these lines are not in\n%s", r.path, b.line, printed)
	}
}

func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

// differs is what is another one in each run: how long something took, when, and ports.
var differs = regexp.MustCompile(`\b\d+m\d+(?:\.\d+)?s\b|\b\d+(?:\.\d+)?(?:ns|µs|ms|s)\b|127\.0\.0\.1:\d+|\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*Z?`)

// compared are lines without what differs in each run, and without what the script says
// that does.
func (r *reading) compared(all []string) []string {
	masked := make([]string, len(all))
	for i, line := range all {
		for _, pattern := range append(r.differs[:len(r.differs):len(r.differs)], differs) {
			line = pattern.ReplaceAllString(line, "(differs)")
		}
		masked[i] = strings.TrimRight(line, " ")
	}
	return masked
}

// differ: differ PATTERN.
func differ(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: differ PATTERN")
	}
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	r := of(ts)
	if !slices.ContainsFunc(r.blocks[r.next:], func(b block) bool {
		return slices.ContainsFunc(lines(b.text), pattern.MatchString)
	}) {
		ts.Fatalf("no further block of %s has a line like %s", r.path, pattern)
	}
	r.differs = append(r.differs, pattern)
}

// fits reports whether lines that are shown are those that were printed, or within them
// some that follow each other. A line … stands for any.
func (r *reading) fits(shown, printed []string, within bool) bool {
	shown, printed = r.compared(shown), r.compared(printed)
	if !within {
		return fitsFrom(shown, printed, false)
	}
	for at := range len(printed) + 1 {
		if fitsFrom(shown, printed[at:], true) {
			return true
		}
	}
	return false
}

func fitsFrom(shown, printed []string, open bool) bool {
	if len(shown) == 0 {
		return open || len(printed) == 0
	}
	if shown[0] == "…" {
		for at := range len(printed) + 1 {
			if fitsFrom(shown[1:], printed[at:], open) {
				return true
			}
		}
		return false
	}
	return len(printed) > 0 && shown[0] == printed[0] && fitsFrom(shown[1:], printed[1:], open)
}
