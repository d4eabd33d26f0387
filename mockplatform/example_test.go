package mockplatform_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
)

// The platform delivers a referral to a bot, and waits for the bot's reply.
func Example() {
	ctx := context.Background()
	platform, err := mockplatform.New(mockplatform.Options{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	if err := platform.Start(ctx); err != nil {
		log.Fatal(err)
	}
	defer platform.Close()
	bot := httptest.NewServer(greeter(platform.GraphURL()))
	defer bot.Close()

	// Somebody clicks on an ad.
	person := platform.Session("Ada")
	variant, _ := schemas.ByID("referral.ads")
	click, err := event.Build(variant, person, 1, platform.Now())
	if err != nil {
		log.Fatal(err)
	}
	doc, err := event.Wrap(click)
	if err != nil {
		log.Fatal(err)
	}
	attempt, err := platform.Deliver(ctx, mockplatform.Delivery{URL: bot.URL, Doc: doc})
	if err != nil {
		log.Fatal(err)
	}
	if attempt.Err != nil {
		log.Fatal(attempt.Err)
	}
	fmt.Println("acknowledged with status", attempt.Answer.Status)

	reply, err := platform.Journal().Wait(ctx, func(x journal.Exchange) bool {
		return x.Kind == journal.Send && x.Person == person.PSID
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the bot replied with a token that is", reply.Token)
	// Output:
	// acknowledged with status 200
	// the bot replied with a token that is right
}

// greeter is a bot that greets whoever sends it something.
func greeter(graphURL string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, after, _ := strings.Cut(string(body), `"sender":`)
		sender, _, _ := strings.Cut(after, "}")
		go func() {
			message := `{"recipient":` + sender + `},"messaging_type":"RESPONSE","message":{"text":"Hello."}}`
			resp, err := http.Post(graphURL+"/v23.0/me/messages?access_token="+mockplatform.DefaultPageToken,
				"application/json", strings.NewReader(message))
			if err == nil {
				resp.Body.Close()
			}
		}()
	})
}
