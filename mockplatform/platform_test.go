package mockplatform_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// started returns a platform that listens, and is closed after the test.
func started(t *testing.T, o mockplatform.Options) *mockplatform.Platform {
	t.Helper()
	p, err := mockplatform.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// dial opens a connection to the platform and writes text to it.
func dial(t *testing.T, p *mockplatform.Platform, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.GraphURL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// sendCall is a Send API call as it stands on the wire.
func sendCall(person string) string {
	body := fmt.Sprintf(`{"recipient":{"id":%q},"message":{"text":"a"}}`, person)
	return fmt.Sprintf("POST /me/messages?access_token=%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
		mockplatform.DefaultPageToken, len(body), body)
}

func TestOptions(t *testing.T) {
	p, err := mockplatform.New(mockplatform.Options{AppSecret: "another"})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	o := p.Options()
	if o.AppSecret != "another" || o.PageID != mockplatform.DefaultPageID || o.Timeout != 5*time.Second || o.Addr != "127.0.0.1:0" {
		t.Errorf("got %+v", o)
	}
	if s := p.Session("a"); s.PageID != mockplatform.DefaultPageID || fmt.Sprint(s.AppID) != mockplatform.DefaultAppID {
		t.Errorf("got %+v", s)
	}
	if p.GraphURL() != "" || p.ReceiptsURL() != "" {
		t.Errorf("addresses before the start: %q, %q", p.GraphURL(), p.ReceiptsURL())
	}
}

func TestWrongOptions(t *testing.T) {
	for want, o := range map[string]mockplatform.Options{
		`the address "8080"`:     {Addr: "8080"},
		`the page id "my page"`:  {PageID: "my page"},
		`the page id "007"`:      {PageID: "007"},
		`the app id "-1"`:        {AppID: "-1"},
		"cannot keep -1":         {JournalLimit: -1},
		"deadline -1s":           {Timeout: -time.Second},
		"\nthe journal cannot":   {PageID: "x", JournalLimit: -1},
		"99999999999999999999\"": {AppID: "99999999999999999999"},
	} {
		if _, err := mockplatform.New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want …%s…", o, err, want)
		}
	}
}

func TestStart(t *testing.T) {
	p := started(t, mockplatform.Options{})
	if !strings.HasPrefix(p.GraphURL(), "http://127.0.0.1:") || p.ReceiptsURL() != p.GraphURL()+"/_referee/receipts" {
		t.Errorf("addresses %q, %q", p.GraphURL(), p.ReceiptsURL())
	}
	if err := p.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "listens already") {
		t.Errorf("a second start: error %v", err)
	}

	other, err := mockplatform.New(mockplatform.Options{Addr: strings.TrimPrefix(p.GraphURL(), "http://")})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "another program listens on 127.0.0.1:") {
		t.Errorf("a taken address: error %v", err)
	}

	p.Close()
	if err := p.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("a start after the end: error %v", err)
	}
}

func TestAllAddresses(t *testing.T) {
	p := started(t, mockplatform.Options{Addr: "0.0.0.0:0", AppSecret: "a", VerifyToken: "b", PageToken: "c"})
	if !strings.HasPrefix(p.GraphURL(), "http://127.0.0.1:") {
		t.Errorf("got %q", p.GraphURL())
	}
}

func TestAReceiptIsRecorded(t *testing.T) {
	p := started(t, mockplatform.Options{})
	resp, err := http.Post(p.ReceiptsURL(), "application/json", strings.NewReader(`{"kind":"other","sender":{"id":"1"}}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	x, err := p.Journal().Wait(t.Context(), func(x journal.Exchange) bool { return x.Kind == journal.Receipt && x.Settled() })
	if err != nil || resp.StatusCode != 204 || x.Response.Status != 204 || x.Person != "1" {
		t.Errorf("status %d, recorded %+v, error %v", resp.StatusCode, x, err)
	}
}

func TestScriptedAnswers(t *testing.T) {
	p := started(t, mockplatform.Options{})
	p.Script("1", fault.RateLimited(), fault.ServerError())
	for _, want := range []int{400, 200} {
		resp, err := http.ReadResponse(bufio.NewReader(dial(t, p, sendCall("1"))), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("status %d, want %d", resp.StatusCode, want)
		}
		p.Unscript("1")
	}
}

// One common client fails when the platform keeps a connection open that it
// asked to be closed.
func TestConnectionCloseIsHonoured(t *testing.T) {
	p := started(t, mockplatform.Options{})
	conn := dial(t, p, sendCall("1"))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 200 || !resp.Close {
		t.Errorf("status %d, close %v, body %s, error %v", resp.StatusCode, resp.Close, body, err)
	}
	if _, err := conn.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the connection is still open: %v", err)
	}
}

// Close ends whatever is under way, and goleak sees what it left.
func TestClose(t *testing.T) {
	p := started(t, mockplatform.Options{Timeout: time.Minute})
	p.Hold("held")
	held := dial(t, p, sendCall("held"))
	silent := dial(t, p, "")
	slow := dial(t, p, "POST /me/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")

	hung, err := net.Listen("tcp", "127.0.0.1:0") // accepts by itself and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer hung.Close()
	delivered := make(chan error, 1)
	go func() {
		a, err := p.Deliver(context.Background(), mockplatform.Delivery{URL: "http://" + hung.Addr().String(), Raw: []byte("{}"), Person: "hung"})
		if err != nil {
			t.Error(err)
		}
		delivered <- a.Err
	}()
	for _, person := range []string{"held", "hung"} {
		if _, err := p.Journal().Wait(t.Context(), func(x journal.Exchange) bool { return x.Person == person }); err != nil {
			t.Fatal(err)
		}
	}

	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := <-delivered; err == nil || !strings.Contains(err.Error(), "the platform was closed") {
		t.Errorf("the delivery ended with %v", err)
	}
	for _, conn := range []net.Conn{held, silent, slow} {
		if _, err := io.Copy(io.Discard, conn); err != nil {
			t.Logf("the connection ended with %v", err) // reset or closed, both will do
		}
	}
	if err := p.Close(); err != nil {
		t.Error("a second time:", err)
	}
	a, err := p.Deliver(t.Context(), mockplatform.Delivery{URL: "http://127.0.0.1:1", Raw: []byte("{}")})
	if err != nil || a.Err == nil || !strings.Contains(a.Err.Error(), "the platform was closed") {
		t.Errorf("a delivery after the end: %v, %v", err, a.Err)
	}
}

// A platform is printed by its name: what is in it is not for who has no lock.
func TestPlatformIsPrintedByItsName(t *testing.T) {
	p := started(t, mockplatform.Options{})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, p); text != "the platform "+p.GraphURL() {
			t.Errorf("%s prints %.100q", verb, text)
		}
	}
}
