package runner_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/sut"
)

func TestTest(t *testing.T) {
	runner.Test(t, runner.Config{Reference: true, Only: []string{"handshake", "signature.genuine"}})
}

// inside names the variable that makes TestInside, which has to fail, run.
const inside = "REFEREE_TEST_INSIDE"

// TestInside is run by TestTestFails in a process of its own.
func TestInside(t *testing.T) {
	switch os.Getenv(inside) {
	case "":
		t.Skip("run by TestTestFails")
	case "mutant":
		runner.Test(t, runner.Config{
			Receiver: sut.Reference{Mutant: "accepts-empty-token"}, Only: []string{"handshake"}, Skip: []string{"handshake.repeated"},
		})
	case "strict":
		runner.Test(t, runner.Config{Receiver: sut.Reference{Mutant: "appends-newline-to-challenge"}, Only: []string{"handshake"}, Strict: true})
	case "lenient":
		runner.Test(t, runner.Config{Receiver: sut.Reference{Mutant: "appends-newline-to-challenge"}, Only: []string{"handshake"}})
	case "several": // receivers at the same time
		for _, name := range []string{"a", "b"} {
			t.Run("several/"+name, func(t *testing.T) {
				t.Parallel()
				runner.Test(t, runner.Config{Reference: true, Only: []string{"handshake"}})
			})
		}
	case "no receiver":
		runner.Test(t, runner.Config{})
	case "nothing":
		runner.Test(t, runner.Config{Receiver: sut.URL(listen(t, hold).url()), Only: []string{"nothing.like-it"}})
	case "not applicable":
		c := impatient(listen(t, hold).url())
		c.Only = []string{"signature.missing"}
		runner.Test(t, c)
	}
}

func TestTestFails(t *testing.T) {
	for _, test := range []struct {
		inside, flag string
		fails        bool
		says         []string
	}{
		{"mutant", "", true, []string{"--- FAIL: TestInside/handshake.empty-token", "--- PASS: TestInside/handshake.challenge"}},
		{"strict", "", true, []string{"--- FAIL: TestInside/handshake.challenge-exact"}},
		{"lenient", "", false, []string{"--- PASS: TestInside/handshake.challenge-exact"}},
		{"no receiver", "", true, []string{"nothing says what is judged: set Config.Receiver, or Config.Reference"}},
		{"nothing", "", true, []string{"nothing.like-it"}},
		{"not applicable", "", true, []string{"nothing was judged"}},
		{"several", "-test.count=2", false, []string{"--- PASS: TestInside/several/a/handshake.challenge", "--- PASS: TestInside/several/b/handshake.challenge"}},
		{"several", "-test.parallel=4", false, []string{"--- PASS: TestInside/several/b/handshake.challenge"}},
	} {
		t.Run(test.inside+test.flag, func(t *testing.T) {
			program, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), program, "-test.run=^TestInside$", "-test.v", test.flag)
			cmd.Env = append(os.Environ(), inside+"="+test.inside)
			out, err := cmd.CombinedOutput()
			if (err != nil) != test.fails {
				t.Errorf("it ended with %v", err)
			}
			for _, text := range test.says {
				if !strings.Contains(string(out), text) {
					t.Errorf("it does not say %q:\n%s", text, out)
				}
			}
		})
	}
}

// A receiver is judged that was asked for, and one alone.
func TestOneReceiver(t *testing.T) {
	for name, tc := range map[string]struct {
		config runner.Config
		says   string // empty: nothing is wrong
	}{
		"none":                   {runner.Config{}, "nothing says what is judged"},
		"two":                    {runner.Config{Reference: true, Receiver: sut.URL("http://127.0.0.1:1/")}, "both say what is judged"},
		"the reference":          {runner.Config{Reference: true}, ""},
		"a mutant":               {runner.Config{Receiver: sut.Reference{Mutant: "accepts-any-signature"}}, ""},
		"one that runs already":  {runner.Config{Receiver: sut.URL("http://127.0.0.1:1/")}, ""},
		"none, and nothing else": {runner.Config{Only: []string{"nosuch"}}, "nosuch"},
	} {
		t.Run(name, func(t *testing.T) {
			err := tc.config.Check()
			var usage *runner.UsageError
			if tc.says == "" && err != nil || tc.says != "" && (!errors.As(err, &usage) || !strings.Contains(err.Error(), tc.says)) {
				t.Errorf("got %v, want %q", err, tc.says)
			}
		})
	}
}
