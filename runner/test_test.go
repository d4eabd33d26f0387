package runner_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/sut"
)

func TestTest(t *testing.T) {
	runner.Test(t, runner.Config{Only: []string{"handshake", "signature.genuine"}})
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
	case "flags":
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
		{"nothing", "", true, []string{"nothing.like-it"}},
		{"not applicable", "", true, []string{"nothing was judged"}},
		{"flags", "-test.count=2", true, []string{"go test -count"}},
		{"flags", "-test.parallel=4", true, []string{"go test -parallel"}},
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
