package command_test

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// TestServeInterceptsTheBot has a bot that knows Meta's own address alone started by serve.
func TestServeInterceptsTheBot(t *testing.T) {
	t.Parallel()
	suttest.Require(t, "node", func() error { _, err := exec.LookPath("node"); return err })
	suttest.Require(t, "isolation", sut.CanIsolate)
	bot, err := filepath.Abs(filepath.Join("..", "..", "suites", "reference", "receiver.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	where := serve(t, "--", "sh", "-c", "unset REFEREE_GRAPH_URL; exec node '"+bot+"'")
	request, err := http.Post(where.Console+"/api/v1/events", "application/json", strings.NewReader(`{"variant":"referral.ads"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer request.Body.Close()
	answer, err := http.Get(where.Console + "/api/v1/exchanges/wait?kind=send&timeout=30s")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var call struct {
		Status  int
		Request struct {
			Headers []struct{ Name, Value string }
		}
	}
	if err := json.NewDecoder(answer.Body).Decode(&call); err != nil {
		t.Fatal(err)
	}
	host := ""
	for _, h := range call.Request.Headers {
		if h.Name == "Host" {
			host = h.Value
		}
	}
	if call.Status != 200 || host != "graph.facebook.com" {
		t.Errorf("a call of the host %q was answered with %d", host, call.Status)
	}
}
