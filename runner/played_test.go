package runner_test

import (
	"fmt"
	"net/http"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/runner/sut"
)

// playing names the variable that makes the test's program a receiver: a process
// that a run can start, and that needs nothing but the tests.
const playing = "REFEREE_TEST_PLAYING"

// played are the receivers that the test's program can be. Each serves the webhook
// with what it returns.
var played = map[string]func() http.Handler{}

func TestMain(m *testing.M) {
	if name := os.Getenv(playing); name != "" {
		err := http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), played[name]())
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// Connections of receivers that tests play are closed when they have been idle.
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

// play is a command that starts one of these receivers, with further variables.
func play(t *testing.T, name string, env map[string]string) sut.Command {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if played[name] == nil {
		t.Fatalf("there is no receiver %q", name)
	}
	c := sut.Command{Line: "exec '" + program + "'", Env: map[string]string{playing: name}}
	for name, value := range env {
		c.Env[name] = value
	}
	return c
}
