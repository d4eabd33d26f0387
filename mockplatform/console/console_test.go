package console_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop"))
}

// desk is a platform with its console and a bot that has subscribed.
type desk struct {
	t        *testing.T
	platform *mockplatform.Platform
	console  *console.Server
	bot      *bot
}

// recorded writes down how much of a talk there is, in the place of who knows the form.
func recorded(who mockplatform.Person, exchanges []journal.Exchange) (string, error) {
	calls := 0
	for _, x := range exchanges {
		if x.Kind == journal.Send {
			calls++
		}
	}
	if calls == 0 {
		return "", errors.New(who.Name + " has done nothing yet that a bot could answer")
	}
	return fmt.Sprintf("# %d calls to %s\n", calls, who.Name), nil
}

// open starts a platform, its console and a bot. change may be nil.
func open(t *testing.T, change func(*mockplatform.Options, *console.Options)) *desk {
	t.Helper()
	var po mockplatform.Options
	co := console.Options{Version: "test", Record: recorded}
	if change != nil {
		change(&po, &co)
	}
	platform, err := mockplatform.New(po)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { platform.Close() })
	if err := platform.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	co.Platform = platform
	server, err := console.New(co)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, platform: platform, console: server, bot: newBot(t, platform.GraphURL())}
	if err := platform.Subscribe(t.Context(), mockplatform.Subscription{URL: d.bot.url}); err != nil {
		t.Fatal(err)
	}
	return d
}

// call calls the control API and reads its answer into out, which may be nil.
func (d *desk) call(method, path string, body any, out any) int {
	d.t.Helper()
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			d.t.Fatal(err)
		}
	}
	status, answer := d.raw(method, path, text, nil)
	if out != nil && status/100 == 2 {
		if err := json.Unmarshal(answer, out); err != nil {
			d.t.Fatalf("%s %s: %v in %s", method, path, err, answer)
		}
	} else if status/100 != 2 {
		d.t.Logf("%s %s: %d %s", method, path, status, answer)
	}
	return status
}

// raw makes one request of the console.
func (d *desk) raw(method, path string, body []byte, header http.Header) (int, []byte) {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), method, d.console.URL()+path, bytes.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, values := range header {
		r.Header[name] = values
	}
	if host := header.Get("Host"); host != "" {
		r.Host = host
	}
	answer, err := client().Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return answer.StatusCode, text
}

// client keeps no connections and follows no redirects.
func client() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// wait waits for an exchange by the API's own means.
func (d *desk) wait(query string) console.Detail {
	d.t.Helper()
	var found console.Detail
	if status := d.call("GET", "api/v1/exchanges/wait?timeout=20s&"+query, nil, &found); status != 200 {
		d.t.Fatalf("no exchange with %s", query)
	}
	return found
}

// person makes somebody known.
func (d *desk) person(name, kind string) {
	d.t.Helper()
	if status := d.call("POST", "api/v1/people", map[string]string{"name": name, "kind": kind}, nil); status != 201 {
		d.t.Fatalf("adding %s: status %d", name, status)
	}
}

func number(seq uint64) string { return strconv.FormatUint(seq, 10) }

// exchange is an exchange with everything about it.
func (d *desk) exchange(seq uint64) (x console.Detail) {
	d.t.Helper()
	if status := d.call("GET", "api/v1/exchanges/"+number(seq), nil, &x); status != 200 {
		d.t.Fatalf("exchange %d: status %d", seq, status)
	}
	return x
}
