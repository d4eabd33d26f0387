package command_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/intercept"
	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// clients are scripts that call every method for messaging which a client of Meta's
// Graph API has, and say which one does not answer as at Meta.
var clients = map[string]string{
	"messaging-api-messenger":      "messenger.mjs",
	"facebook-nodejs-business-sdk": "business.mjs",
}

// TestClients has clients from npm call the platform in two ways: at the address of
// `referee serve`, which they are told, and at graph.facebook.com, which they know.
func TestClients(t *testing.T) {
	t.Parallel()
	var installed string
	suttest.Require(t, "node", func() (err error) {
		installed, err = suttest.Install(t.Context(), "clients")
		return err
	})
	for name, script := range clients {
		script, err := filepath.Abs(filepath.Join("testdata", "clients", script))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("serve", func(t *testing.T) {
				t.Parallel()
				c := client{script: script, installed: installed, receiver: bot(t)}
				c.atServe(t)
			})
			t.Run("interception", func(t *testing.T) {
				t.Parallel()
				suttest.Require(t, "isolation", sut.CanIsolate)
				c := client{script: script, installed: installed, receiver: bot(t)}
				c.intercepted(t)
			})
		})
	}
}

// client is a script, and what it has to be told.
type client struct{ script, installed, receiver string }

// environment is what the script is told: who wrote to the page, and where the Graph
// API is, if it has to be told that.
func (c client) environment(person, graphURL string) map[string]string {
	return map[string]string{
		"CLIENTS": c.installed, "CALLBACK_URL": c.receiver, "GRAPH": graphURL, "PSID": person,
		"APP_ID": mockplatform.DefaultAppID, "APP_SECRET": mockplatform.DefaultAppSecret, "VERIFY_TOKEN": mockplatform.DefaultVerifyToken,
		"PAGE_ID": mockplatform.DefaultPageID, "PAGE_TOKEN": mockplatform.DefaultPageToken,
	}
}

func (c client) atServe(t *testing.T) {
	where := serve(t, "--url", c.receiver)
	answer, err := http.Post(where.Console+"/api/v1/events", "application/json", bytes.NewReader([]byte(`{"variant":"message.text"}`)))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var emitted struct {
		Events []struct{ Sender struct{ ID string } }
	}
	if err := json.NewDecoder(answer.Body).Decode(&emitted); err != nil || len(emitted.Events) != 1 {
		t.Fatalf("somebody writes to the page: %s, %+v, %v", answer.Status, emitted, err)
	}
	cmd := exec.CommandContext(t.Context(), "node", c.script)
	cmd.Env = os.Environ()
	for name, value := range c.environment(emitted.Events[0].Sender.ID, where.Platform) {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}

func (c client) intercepted(t *testing.T) {
	platform, err := mockplatform.New(mockplatform.Options{StrictGraph: true, Hosts: sut.PlatformHosts()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := platform.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := platform.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := platform.SetReceiver(c.receiver); err != nil {
		t.Fatal(err)
	}
	person, err := platform.Person("Ada")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := platform.Emit(t.Context(), mockplatform.Emission{Variant: "message.text", Person: "Ada"}); err != nil {
		t.Fatal(err)
	}

	// It becomes a receiver when all calls are over, for that is what is awaited.
	log := filepath.Join(t.TempDir(), "log")
	command := sut.Command{
		Line:      fmt.Sprintf("node '%s' >'%s' 2>&1 && echo passed >>'%[2]s'; exec referee reference", c.script, log),
		Env:       c.environment(person.PSID, ""),
		Intercept: true,
	}
	env := suttest.Environment()
	env.GraphAPI = platform.GraphAPI()
	running, err := command.Start(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	if err := running.Stop(); err != nil {
		t.Error(err)
	}
	for _, call := range running.Interception().Calls {
		if call.Outcome != intercept.Answered {
			t.Errorf("a call that did not get through: %+v", call)
		}
	}
	out, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(out, []byte("passed\n")) {
		t.Errorf("the script failed:\n%s", out)
	}
}

// bot is a receiver that shakes hands, and acknowledges everything.
func bot(t *testing.T) (url string) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A client that has gone away is its own concern.
		_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/webhook"
}

// addresses are what serve writes to the file of --addr-file.
type addresses struct{ Platform, Console string }

// serve starts `referee serve`, and ends it after the test.
func serve(t *testing.T, args ...string) (where addresses) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "addresses.json")
	cmd := exec.Command("referee", append([]string{"serve", "--addr-file", file}, args...)...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it says what is wrong
		close(ended)
	}()
	t.Cleanup(func() {
		if runtime.GOOS == "windows" || cmd.Process.Signal(os.Interrupt) != nil {
			_ = cmd.Process.Kill() // it may have ended
		}
		<-ended
	})
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		text, err := os.ReadFile(file)
		if err == nil {
			if err := json.Unmarshal(text, &where); err != nil {
				t.Fatal(err)
			}
			return where
		}
		if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		select {
		case <-tick.C:
		case <-ended:
			t.Fatalf("serve ended: %s", &said)
		}
	}
}
