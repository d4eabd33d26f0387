package runner_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// webhook is a receiver that is right as far as the first requests of a run see.
func webhook(secret, token string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			if r.URL.Query().Get("hub.verify_token") != token {
				http.Error(w, "wrong verify token", http.StatusForbidden)
				return
			}
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		if r.Header.Get("X-Hub-Signature-256") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			http.Error(w, "<html><head><title>x</title></head><body><h1>Forbidden</h1><p>bad signature</p></body></html>", http.StatusForbidden)
		}
	}
}

// at serves a handler at one path, and 404 elsewhere.
func at(path string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path {
			http.Error(w, "<!DOCTYPE html><html><body><pre>Cannot "+r.Method+" "+r.URL.Path+"</pre></body></html>", http.StatusNotFound)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// deliveries serves deliveries with another handler.
func deliveries(with, rest http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			with(w, r)
			return
		}
		rest(w, r)
	})
}

const (
	theSecret = "the-secret-of-this-run"
	theToken  = "the-token-of-this-run"
)

func init() {
	played["other variables"] = func() http.Handler { return webhook(os.Getenv("FB_SECRET"), os.Getenv("FB_TOKEN")) }
	played["fails"] = func() http.Handler {
		return deliveries(func(w http.ResponseWriter, _ *http.Request) {
			for i := range 20 {
				fmt.Fprintf(os.Stderr, "    at frame %d %s%s\n", i, strings.Repeat("deep ", 10), os.Getenv("REFEREE_APP_SECRET"))
			}
			fmt.Fprintln(os.Stderr, "KeyError: 'PAGE_TOKEN'")
			w.WriteHeader(http.StatusInternalServerError)
		}, webhook(theSecret, theToken))
	}
	played["another path"] = func() http.Handler { return at("/messenger/webhook", webhook(theSecret, theToken)) }
}

// TestCannotBegin checks the one diagnosis of a run that would judge nothing.
func TestCannotBegin(t *testing.T) {
	t.Parallel()
	slow(t)
	right := webhook(theSecret, theToken)
	answer := func(status int, body string) http.Handler {
		return deliveries(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, body, status) }, right)
	}
	for _, test := range []struct {
		name string
		// served at a URL, or played by a process of its own with these variables.
		served http.Handler
		played string
		env    map[string]string
		says   []string
		never  string
	}{
		{name: "another path", served: at("/messenger/webhook", right), says: []string{
			`is answered with status 404 and "Cannot POST /webhook".`, "Probably the path is another one.",
			"The handshake is answered at /messenger/webhook: name that with --url.",
		}},
		{name: "another path of a command", played: "another path", says: []string{
			"is answered with status 404", "at /messenger/webhook: name that with --path.",
		}},
		{name: "no usual path", served: at("/a/path/of/its/own", right), says: []string{
			"None of the usual paths answers: name the right one with --url.",
		}},
		{name: "a path with another token", served: at("/bot", webhook(theSecret, "another")), says: []string{
			"Of the usual paths these answer: /bot (status 403). Name the right one with --url.",
		}},
		{name: "no handler for POST", served: answer(http.StatusMethodNotAllowed, "Method Not Allowed"), says: []string{
			`is answered with status 405 and "Method Not Allowed".`, "The path is right", "let the one for POST listen at the same path",
		}},
		{name: "another secret", served: webhook("another", theToken), says: []string{
			`is answered with status 403 and "Forbidden bad signature".`, "Probably its app secret is not this run's.",
			"Name the receiver's own with --app-secret",
		}, never: "--env"},
		{name: "unauthorized", served: answer(http.StatusUnauthorized, "who are you?"), says: []string{
			`is answered with status 401 and "who are you?".`, "app secret is not this run's",
		}},
		{name: "a secret in another variable", played: "other variables", env: map[string]string{"FB_TOKEN": "{{.VerifyToken}}"}, says: []string{
			"It was given as REFEREE_APP_SECRET. If the receiver reads it from another variable, name that one: --env 'FB_APP_SECRET={{.AppSecret}}'. If its own is written in its source, name that with --app-secret.",
		}},
		{name: "a secret in two variables", played: "other variables", env: map[string]string{"BOT_SECRET": "{{.AppSecret}}", "FB_TOKEN": "{{.VerifyToken}}"}, says: []string{
			"It was given as REFEREE_APP_SECRET and BOT_SECRET.",
		}},
		{name: "another verify token", served: webhook(theSecret, "another"), says: []string{
			"the verification request with the right token to http://", `is answered with status 403 and "wrong verify token".`,
			"Probably its verify token is not this run's. Name the receiver's own with --verify-token",
		}},
		{name: "a verify token in another variable", played: "other variables", env: map[string]string{"FB_SECRET": "{{.AppSecret}}"}, says: []string{
			"It was given as REFEREE_VERIFY_TOKEN. If", "--env 'FB_VERIFY_TOKEN={{.VerifyToken}}'", "If its own is written in its source, name that with --verify-token.",
		}},
		{name: "no challenge", served: deliveries(right, func(http.ResponseWriter, *http.Request) {}), says: []string{
			"is answered with status 200 and no text.", "It has to be answered with the hub.challenge that came.",
		}},
		{name: "no handler for GET", served: deliveries(right, http.NotFound), says: []string{
			"is answered with status 404", "Probably only POST has a handler",
		}},
		{name: "too large", served: answer(http.StatusRequestEntityTooLarge, "too large"), says: []string{
			"is answered with status 413", "limits bodies to less than 1 KiB",
		}},
		{name: "a failure", served: answer(http.StatusInternalServerError, "oops"), says: []string{
			`is answered with status 500 and "oops".`, "The receiver failed. Its log should say why.",
		}},
		{name: "a failure with output", played: "fails", says: []string{
			"is answered with status 500 and no text.", "The receiver failed. It wrote:", "\n    KeyError: 'PAGE_TOKEN'\n", "at frame 19 deep deep", "deep [redacte…",
		}, never: "at frame 12"},
		{name: "a redirect", served: deliveries(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/webhook/", http.StatusMovedPermanently)
		}, right), says: []string{
			"is answered with status 301 to /webhook/", "Meta follows no redirect of a delivery. Name the URL that it leads to with --url.",
		}},
		{name: "another program", served: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusOK)
			_, _ = io.WriteString(w, "<html><body>It works!</body></html>")
		}), says: []string{
			`the verification request with the right token to http://`, `is answered with status 200 and "It works!".`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := runner.Config{Platform: mockplatform.Options{AppSecret: theSecret, VerifyToken: theToken}, Patience: 0.05}
			if test.played != "" {
				c.Receiver = play(t, test.played, test.env)
			} else {
				s := httptest.NewServer(test.served)
				defer s.Close()
				c.Receiver = sut.URL(s.URL + "/webhook")
			}
			cannotBegin(t, c, test.says, test.never)
		})
	}
}

// cannotBegin checks that a run ends with a diagnosis that says this.
func cannotBegin(t *testing.T, c runner.Config, says []string, never string) {
	t.Helper()
	_, err := runner.Run(t.Context(), c)
	var diagnosis *runner.CannotBegin
	if !errors.As(err, &diagnosis) {
		t.Fatalf("the error is %v", err)
	}
	if code := runner.ExitCode(report.Result{}, c, err); code != runner.ExitTrouble {
		t.Errorf("the exit code is %d", code)
	}
	var page bytes.Buffer
	if err := report.WriteText(&page, "referee: "+err.Error(), report.Options{Width: 80}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(page.String(), "\n"); n > 12 {
		t.Errorf("it has %d lines:\n%s", n, &page)
	}
	for _, text := range append(says, "\n--keep-going judges all the same.") {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("it does not say %q:\n%v", text, err)
		}
	}
	if never != "" && strings.Contains(err.Error(), never) {
		t.Errorf("it says %q:\n%v", never, err)
	}
	for _, secret := range []string{"the-sec", "the-tok", "<"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("it shows %q:\n%v", secret, err)
		}
	}
}

// A receiver without an answer has one diagnosis too.
func TestCannotBeginWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, answer string
		says         []string
	}{
		{"closes", "", []string{"is not answered: the receiver closed the connection without an answer.", "Probably the receiver fails or hangs before it answers"}},
		{"a mail server", "220 mail.example.com ESMTP\r\n", []string{"is not answered: what the receiver sent is not an HTTP/1.1 answer", "Probably something else than a webhook listens there"}},
		{"half an answer", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello", []string{"is answered with status 200, but "}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := impatient(listen(t, answering(always(test.answer))).url())
			c.AckDeadline, c.KeepGoing = 0, false
			cannotBegin(t, c, test.says, "")
		})
	}
	t.Run("hangs", func(t *testing.T) {
		c := impatient(listen(t, hold).url())
		c.KeepGoing = false
		cannotBegin(t, c, []string{"is not answered: no answer within 300ms."}, "")
	})
}

// Who wants to can have such a receiver judged.
func TestKeepGoing(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(webhook("another", "another"))
	defer s.Close()
	c := runner.Config{Receiver: sut.URL(s.URL + "/webhook"), Patience: 0.05, KeepGoing: true, Only: []string{"handshake.challenge", "signature.genuine"}}
	r, err := runner.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	says(t, r, "handshake.challenge", "status 403")
	says(t, r, "signature.genuine", "status 403")
}

// A handshake that is led to a login page is told as that, and not as a wrong token.
func TestAHandshakeLedAway(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /webhook", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /webhook", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) })
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<p>Please log in</p>") })
	server := httptest.NewServer(mux)
	defer server.Close()
	_, err := runner.Run(t.Context(), runner.Config{Receiver: sut.URL(server.URL + "/webhook"), Patience: 0.2})
	if err == nil || !strings.Contains(err.Error(), "a redirect to /login, and there with status 200") || !strings.Contains(err.Error(), "without a login") {
		t.Errorf("%v", err)
	}
}
