// Package suttest has what the tests of receivers share: of package sut, of those that
// are containers, and of whole runs.
package suttest

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/sut"
)

// Require skips the test where something is missing on the machine, and fails it where
// REFEREE_TEST_REQUIRE says that it must be there.
func Require(t *testing.T, what string, check func() error) {
	t.Helper()
	if testing.Short() {
		t.Skipf("-short leaves out what needs %s", what)
	}
	err := check()
	if err == nil {
		return
	}
	if required(what) {
		t.Fatalf("REFEREE_TEST_REQUIRE names %s: %v", what, err)
	}
	t.Skipf("%s is missing on this machine: %v", what, err)
}

// Environment is what receivers are told in tests.
func Environment() sut.Environment {
	return sut.Environment{
		AppSecret: "app secret", InstagramSecret: "instagram secret", VerifyToken: "verify token", PageToken: "page token", AppID: "5678", PageID: "1234", InstagramID: "17845678",
		GraphURL: "http://127.0.0.1:1/graph", ReceiptsURL: "http://127.0.0.1:1/receipts",
	}
}

// Get asks the receiver for a path, and returns what it answers before it ends
// or answers no more.
func Get(t *testing.T, running sut.Running, path string) string {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get(strings.TrimSuffix(running.URL, "/webhook") + path)
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// NotStarted checks the error of a receiver that cannot be started: it says each of
// these, and no secret.
func NotStarted(t *testing.T, err error, says ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("it starts")
	}
	for _, text := range says {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("the error does not say %q: %v", text, err)
		}
	}
	if strings.Contains(err.Error(), Environment().VerifyToken) {
		t.Errorf("the error tells the verify token: %v", err)
	}
}
