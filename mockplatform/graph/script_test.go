package graph_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

func TestScript(t *testing.T) {
	s, j, send := listening(t)
	s.Script("1", fault.RateLimited(), fault.GraphAnswer{What: "nothing"})
	s.Script("1", fault.HTMLPage())
	s.Script("", fault.HTMLPage())

	for i, want := range []int{400, 200, 502, 200} {
		if status, err := send(t.Context(), "2"); status != 200 || err != nil {
			t.Errorf("another person's call: status %d, error %v", status, err)
		}
		if status, err := send(t.Context(), "1"); status != want || err != nil {
			t.Errorf("call %d: status %d, want %d, error %v", i, status, want, err)
		}
	}
	var faults []string
	for _, x := range j.Find(func(x journal.Exchange) bool { return x.Person == "1" }) {
		if len(x.Faults) > 0 != strings.HasPrefix(x.Err, "answered on purpose with ") || x.Kind != journal.Send || x.Token != journal.TokenRight {
			t.Errorf("recorded %+v", x)
		}
		faults = append(faults, strings.Join(x.Faults, ", "))
	}
	if want := []string{"error 613, the rate limit", "nothing", "status 502 with an HTML page", ""}; !slices.Equal(faults, want) {
		t.Errorf("recorded %q, want %q", faults, want)
	}
}

func TestUnscript(t *testing.T) {
	s, _, send := listening(t)
	s.Script("1", fault.ServerError(), fault.ServerError())
	if status, err := send(t.Context(), "1"); status != 500 || err != nil {
		t.Errorf("status %d, error %v", status, err)
	}
	s.Unscript("1")
	s.Unscript("nobody")
	if status, err := send(t.Context(), "1"); status != 200 || err != nil {
		t.Errorf("status %d, error %v", status, err)
	}
}

func TestScriptedReset(t *testing.T) {
	s, j, send := listening(t)
	s.Script("1", fault.ConnectionReset())
	if status, err := send(t.Context(), "1"); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("status %d, error %v", status, err)
	}
	x, err := j.Wait(t.Context(), call("1", true))
	if err != nil || x.Response.Status != 0 || !slices.Equal(x.Faults, []string{"a reset of the connection"}) {
		t.Errorf("recorded %+v, error %v", x, err)
	}
	if status, err := send(t.Context(), "1"); status != 200 || err != nil {
		t.Errorf("the next call: status %d, error %v", status, err)
	}
}

// Over TLS, and with HTTP/2, where a connection cannot be taken over.
func TestScriptedResetOfSecureConnections(t *testing.T) {
	for _, protocol := range []string{"http/1.1", "h2"} {
		t.Run(protocol, func(t *testing.T) {
			s, _ := server(t)
			front := httptest.NewUnstartedServer(s)
			front.EnableHTTP2 = protocol == "h2"
			front.StartTLS()
			defer front.Close()
			s.Script("1", fault.ConnectionReset())
			client := front.Client()
			defer client.CloseIdleConnections()
			client.Transport.(*http.Transport).TLSClientConfig.NextProtos = []string{protocol}
			post := func(ctx context.Context) (*http.Response, error) {
				r, err := http.NewRequestWithContext(ctx, "POST", front.URL+right, strings.NewReader(`{"recipient":{"id":"1"},"message":{"text":"a"}}`))
				if err != nil {
					return nil, err
				}
				return client.Do(r)
			}
			var alert tls.AlertError
			if resp, err := post(t.Context()); err == nil || errors.As(err, &alert) {
				t.Errorf("answer %v, error %v", resp, err)
			}
			resp, err := post(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != 200 || resp.ProtoMajor == 2 != (protocol == "h2") {
				t.Errorf("the next call: %s %s, error %v", resp.Proto, resp.Status, err)
			}
		})
	}
}

// Elements of a batch get scripted answers like calls by themselves; one whose
// connection breaks takes the batch with it.
func TestScriptInABatch(t *testing.T) {
	s, j := server(t)
	front := httptest.NewServer(s)
	defer front.Close()
	batch := url.Values{"access_token": {token}, "batch": {`[
		{"method":"POST","relative_url":"me/messages","body":"recipient={\"id\":\"1\"}&message={\"text\":\"a\"}"},
		{"method":"POST","relative_url":"me/messages","body":"recipient={\"id\":\"2\"}&message={\"text\":\"a\"}"}]`}}
	post := func() (string, error) {
		resp, err := http.PostForm(front.URL, batch)
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return string(body), err
	}
	s.Script("1", fault.TemporaryFailure(), fault.ConnectionReset())
	body, err := post()
	if err != nil || strings.Count(body, `"code":400`) != 1 || strings.Count(body, `"code":200`) != 1 || !strings.Contains(body, "1200") {
		t.Errorf("got %s, error %v", body, err)
	}
	if body, err := post(); err == nil {
		t.Errorf("got %s", body)
	}
	if x, err := j.Wait(t.Context(), call("2", true)); err != nil || len(x.Faults) > 0 {
		t.Errorf("recorded %+v, error %v", x, err)
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestReceiptsAreNotScripted(t *testing.T) {
	s, _ := server(t)
	s.Script("1234", fault.ServerError())
	w := httptest.NewRecorder()
	s.ServeHTTP(w, request("POST", graph.ReceiptsPath, "", `{"kind":"other","sender":{"id":"1234"}}`))
	if w.Code != 204 {
		t.Errorf("status %d", w.Code)
	}
}
