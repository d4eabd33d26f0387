package runner_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// In a package of yours it is func TestWebhook(t *testing.T), and go test has a subtest
// for each requirement: go test -run TestWebhook/signature.missing
func ExampleTest() {
	testWebhook := func(t *testing.T) {
		runner.Test(t, runner.Config{
			Receiver: sut.Command{Line: "node bot.js"},
			Features: []string{"replies"},
		})
	}
	_ = testWebhook
}

// Without go test, and one topic of the reference receiver.
func ExampleRun() {
	result, err := runner.Run(context.Background(), runner.Config{Reference: true, Only: []string{"handshake"}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Counts.Failed, "failed:", result.Verdict)
	// Output:
	// 0 failed: partial
}

// A webhook that echoes the challenge to whoever asks, and what is wrong with it.
func ExampleRun_causes() {
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.URL.Query().Get("hub.challenge"))
	}))
	defer bot.Close()

	result, err := runner.Run(context.Background(), runner.Config{Receiver: sut.URL(bot.URL), Only: []string{"handshake"}})
	if err != nil {
		log.Fatal(err)
	}
	for _, cause := range result.Causes {
		fmt.Println(cause.Level, cause.Title)
	}
	fmt.Println(result.Verdict)
	// Output:
	// MUST It does not look at hub.verify_token
	// SHOULD It does not look at hub.mode
	// nonconformant
}
