package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/store"
)

const (
	// childEnv names the file of a process that is a platform, not a test.
	childEnv = "REFEREE_TEST_STORE"

	appSecret   = "8d1f6c0a97b24e53aa60d94e1c7b3f28"
	verifyToken = "a verify token that is a secret"
	pageToken   = "EAAGm0PX4ZCpsBAKZCw5gLZBxq7dN3RfT"
)

// child is a platform on a file, until its standard input ends. It tells its
// addresses on standard output: of the Graph API, and of what clients steer it
// with. False: this process is a test.
func child() bool {
	path := os.Getenv(childEnv)
	if path == "" {
		return false
	}
	must := func(err error) {
		if err != nil {
			log.Fatal(err)
		}
	}
	db, err := store.Open(path)
	must(err)
	p, err := mockplatform.New(mockplatform.Options{
		AppSecret: appSecret, VerifyToken: verifyToken, PageToken: pageToken,
		Policy: &delivery.Policy{Name: "impatient", Intervals: []time.Duration{0, 20 * time.Millisecond}, GiveUpAfter: time.Hour},
		Store:  db, JournalStore: db.Journal(),
	})
	must(err)
	must(p.Start(context.Background()))
	control := httptest.NewServer(steer(p))
	fmt.Println(p.GraphURL(), control.URL)
	_, err = io.Copy(io.Discard, os.Stdin)
	must(err)
	control.Close()
	must(p.Close())
	must(db.Close())
	return true
}

// state is all that a platform knows.
type state struct {
	Exchanges []journal.Exchange
	People    map[string]string // ids by name
	Receiver  mockplatform.ReceiverState
	Profile   string
	Problem   string
}

// steer lets clients subscribe and emit, and see what the platform knows.
func steer(p *mockplatform.Platform) http.Handler {
	mux := http.NewServeMux()
	answer := func(path string, f func(*http.Request) (any, error)) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			v, err := f(r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusConflict)
				return
			}
			if text, is := v.(string); is {
				_, _ = io.WriteString(w, text)
				return
			}
			_ = json.NewEncoder(w).Encode(v)
		})
	}
	answer("/subscribe", func(r *http.Request) (any, error) {
		return "", p.Subscribe(r.Context(), mockplatform.Subscription{URL: r.FormValue("url")})
	})
	answer("/emit", func(r *http.Request) (any, error) {
		e, err := p.Emit(r.Context(), mockplatform.Emission{Variant: "referral.ads", Person: r.FormValue("person"), Async: r.FormValue("async") != ""})
		if err != nil {
			return nil, err
		}
		return e.People[0].ID(), nil
	})
	answer("/delivered", func(r *http.Request) (any, error) {
		since, err := strconv.ParseUint(r.FormValue("since"), 10, 64)
		if err != nil {
			return nil, err
		}
		changes := p.Journal().Since(since, 100)
		delivered := map[uint64]string{}
		for _, x := range changes.Exchanges {
			if x.Kind == journal.Delivery && x.Response.Status == http.StatusOK {
				delivered[x.Seq] = x.DeliveryID
			}
		}
		return map[string]any{"Version": changes.Version, "Delivered": delivered}, nil
	})
	answer("/state", func(r *http.Request) (any, error) {
		profile := httptest.NewRecorder()
		p.GraphAPI().ServeHTTP(profile, httptest.NewRequest("GET", "http://localhost/v23.0/me/messenger_profile?fields=get_started&access_token="+pageToken, nil))
		s := state{Exchanges: p.Journal().Find(nil), People: map[string]string{}, Receiver: p.Receiver(), Profile: profile.Body.String()}
		for _, person := range p.People() {
			s.People[person.Name] = person.ID()
		}
		if err := p.Journal().Err(); err != nil {
			s.Problem = err.Error()
		}
		return s, nil
	})
	return mux
}
