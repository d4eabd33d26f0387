package mockplatform_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// Somebody clicks on an ad, and the bot replies.
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
	if err := platform.Subscribe(ctx, mockplatform.Subscription{URL: bot.URL}); err != nil {
		log.Fatal(err)
	}

	click, err := platform.Emit(ctx, mockplatform.Emission{Variant: "referral.ads", Person: "Ada"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("acknowledged with status", click.Attempt.Answer.Status)
	reply, err := platform.WaitReply(ctx, click)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the bot says", reply.Text)
	// Output:
	// acknowledged with status 200
	// the bot says Hello.
}

// The event that a variant describes is edited before it is sent.
func ExamplePlatform_Emit() {
	ctx := context.Background()
	platform, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer platform.Close()
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Println("it has the text:", strings.Contains(string(body), `"text":"50\u0025 off?"`))
	}))
	defer bot.Close()
	if err := platform.SetReceiver(bot.URL); err != nil {
		log.Fatal(err)
	}

	message, err := platform.Emit(ctx, mockplatform.Emission{
		Variant: "message.text",
		Edits:   []event.Edit{event.Set("/message/text", `"50% off?"`)},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("acknowledged with status", message.Attempt.Answer.Status)
	// Output:
	// it has the text: true
	// acknowledged with status 200
}

// The bot's first call fails, as Meta's API does at times. This bot tries again.
func ExamplePlatform_Script() {
	ctx := context.Background()
	platform, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		log.Fatal(err)
	}
	if err := platform.Start(ctx); err != nil {
		log.Fatal(err)
	}
	defer platform.Close()
	bot := httptest.NewServer(greeter(platform.GraphURL()))
	defer bot.Close()
	if err := platform.SetReceiver(bot.URL); err != nil {
		log.Fatal(err)
	}
	person, err := platform.Person("Ada")
	if err != nil {
		log.Fatal(err)
	}
	platform.Script(person.ID(), fault.RateLimited())

	message, err := platform.Emit(ctx, mockplatform.Emission{Variant: "message.text", Person: "Ada"})
	if err != nil {
		log.Fatal(err)
	}
	reply, err := platform.WaitReply(ctx, message)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the bot says", reply.Text)
	// Output:
	// the bot says Hello.
}

// A bot is down for an hour, and Meta disables its subscription: an hour on a
// virtual clock, which takes no time.
func ExamplePlatform_Advance() {
	ctx := context.Background()
	platform, err := mockplatform.New(mockplatform.Options{
		Clock: clock.NewVirtual(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)),
	})
	if err != nil {
		log.Fatal(err)
	}
	defer platform.Close()
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "out of order", http.StatusServiceUnavailable)
	}))
	defer bot.Close()
	if err := platform.SetReceiver(bot.URL); err != nil {
		log.Fatal(err)
	}
	if _, err := platform.Emit(ctx, mockplatform.Emission{Variant: "postback.get-started"}); err != nil {
		log.Fatal(err)
	}
	for range 4 {
		if err := platform.Advance(ctx, 15*time.Minute); err != nil {
			log.Fatal(err)
		}
		fmt.Println(platform.Now().Format(time.TimeOnly), platform.Receiver().Health)
	}
	// Output:
	// 12:15:00 alert
	// 12:30:00 alert
	// 12:45:00 alert
	// 13:00:00 disabled
}

// greeter is a bot that greets whoever sends it something, and tries it twice.
func greeter(graphURL string) http.Handler {
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
			for range 2 {
				message := `{"recipient":` + sender + `},"messaging_type":"RESPONSE","message":{"text":"Hello."}}`
				resp, err := http.Post(messages, "application/json", strings.NewReader(message))
				if err != nil {
					return
				}
				resp.Body.Close()
				if resp.StatusCode == http.StatusOK {
					return
				}
			}
		}()
	})
}
