package suggest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/suggest"
)

func TestNames(t *testing.T) {
	known := []string{"url", "image", "command", "app-secret", "ack-deadline", "--ca", "--client-ca"}
	for name, want := range map[string][]string{
		"comand": {"command"}, "commnad": {"command"}, "Command": {"command"}, "COMMAND": {"command"},
		"appSecret": {"app-secret"}, "app_secert": {"app-secret"}, "deadline": {"ack-deadline"}, "images": {"image"},
		"uri": {"url"}, "ulr": {"url"}, "client-c": {"--client-ca"}, "": nil, "port": nil, "curling": nil, "webhook-url": {"url"}, strings.Repeat("x", 1<<20): nil,
	} {
		if got := suggest.Names(name, known); !slices.Equal(got, want) {
			t.Errorf("%.20q was meant to be %q, want %q", name, got, want)
		}
	}
	if got := suggest.Names("a", []string{"ab", "ac", "ad", "ae"}); len(got) != 3 {
		t.Errorf("there are too many: %q", got)
	}
}
