package suites_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Two receivers in one Ginkgo suite, each in a container of its own:
// ginkgo --label-filter 'topic:signature' judges both by that topic alone.
func ExampleRegister() {
	ginkgo.Describe("our webhooks", func() {
		suites.Register("orders", served("http://localhost:3000/webhook"))
		suites.Register("support", served("http://localhost:3001/webhook"))
	})
}

// served is a receiver that runs already, and calls the platform at an address that it
// was told.
func served(url string) func(context.Context) (suites.Env, error) {
	return func(ctx context.Context) (suites.Env, error) {
		platform, err := mockplatform.New(mockplatform.Options{Addr: "127.0.0.1:8091"})
		if err != nil {
			return suites.Env{}, err
		}
		ginkgo.DeferCleanup(platform.Close)
		if err := platform.Start(ctx); err != nil {
			return suites.Env{}, err
		}
		return suites.Env{Env: judge.Env{Platform: platform, URL: url}}, nil
	}
}

// What is required, why, and what to do: for a page of your own.
func ExampleByID() {
	r, found := suites.ByID("signature.missing")
	fmt.Println(found, r.Level)
	fmt.Println(r.Title)
	fmt.Println(r.Remedy)
	// Output:
	// true MUST
	// A delivery without a signature is not handled
	// Require X-Hub-Signature-256; compute HMAC-SHA256 of the raw body with the app secret and compare all 64 digits in constant time. Handle nothing when they differ.
}

// Without Ginkgo: a bot that looks at no signature is judged by two requirements, and has
// one cause.
func ExampleNew() {
	ctx := context.Background()
	platform, err := mockplatform.New(mockplatform.Options{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	if err := platform.Start(ctx); err != nil {
		log.Fatal(err)
	}
	defer platform.Close()
	bot := httptest.NewServer(credulous(platform.GraphURL()))
	defer bot.Close()

	run, err := suites.New(suites.Env{
		Env:    judge.Env{Platform: platform, URL: bot.URL},
		Select: []string{"handshake.challenge", "signature.missing"},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := run.Start(ctx); err != nil {
		log.Fatal(err)
	}
	for i := range run.Len() {
		outcome, _ := run.Wait(ctx, i)
		fmt.Println(outcome.Requirement.ID, outcome.Status)
	}
	run.Close() // after that, causes are known
	for _, cause := range run.Causes() {
		fmt.Println(cause.Title)
	}
	// Output:
	// handshake.challenge passed
	// signature.missing failed
	// It handles deliveries whatever their signature is
}

// credulous is a bot that answers whoever sends it something.
func credulous(graphURL string) http.Handler {
	messages := graphURL + "/v23.0/me/messages?access_token=" + mockplatform.DefaultPageToken
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); r.Method == http.MethodGet && q.Get("hub.verify_token") == mockplatform.DefaultVerifyToken {
			io.WriteString(w, q.Get("hub.challenge"))
			return
		}
		body, _ := io.ReadAll(r.Body)
		_, after, _ := strings.Cut(string(body), `"sender":`)
		sender, _, _ := strings.Cut(after, "}")
		go func() {
			message := `{"recipient":` + sender + `},"messaging_type":"RESPONSE","message":{"text":"Hello."}}`
			if resp, err := http.Post(messages, "application/json", strings.NewReader(message)); err == nil {
				resp.Body.Close()
			}
		}()
	})
}
