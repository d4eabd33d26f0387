package command_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What the console records of a talk is what `referee run --expect` judges by: who plays
// with a bot and is content has a test of it.
func TestServeRecordsATalk(t *testing.T) {
	t.Parallel()
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.URL.Query().Get("hub.challenge"))
	}))
	defer bot.Close()
	where := serve(t, "--url", bot.URL)
	get := func() (int, string) {
		t.Helper()
		resp, err := http.Get(where.Console + "/api/v1/people/Ada/expectation")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(text)
	}
	post := func(path, body string) {
		t.Helper()
		resp, err := http.Post(where.Console+"/api/v1/"+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	post("people", `{"name": "Ada"}`)
	if status, text := get(); status != http.StatusConflict || !strings.Contains(text, "Ada has done nothing yet that a bot could answer") {
		t.Errorf("before anything was said: %d %s", status, text)
	}
	post("events", `{"variant":"postback.get-started"}`)
	status, text := get()
	var recorded struct{ Name, Text string }
	if err := json.Unmarshal([]byte(text), &recorded); err != nil || status != http.StatusOK {
		t.Fatalf("%v: %d %s", err, status, text)
	}
	file := filepath.Join(t.TempDir(), recorded.Name)
	if err := os.WriteFile(file, []byte(recorded.Text), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command("referee", "run", "--reference", "--only", "expect.ada", "--expect", file).CombinedOutput()
	if err == nil || !strings.Contains(string(said), "It does not answer as expected: postback.get-started") {
		t.Errorf("%v: the reference receiver answers, as this bot did not:\n%s\n%s", err, said, recorded.Text)
	}
}
