package sut

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"time"
)

// URL is a receiver that the user runs. It has to know the platform already:
// its secrets, and the address of the Graph API.
type URL string

// reachable is how long Start looks for a listener behind a URL.
const reachable = 5 * time.Second

// Start checks that something listens at the URL.
func (u URL) Start(ctx context.Context, env Environment) (Running, error) {
	if env.Line != nil {
		return Running{}, fmt.Errorf("Referee does not see what the receiver at %s writes; evidence from its log needs one that Referee starts, by --command or --image", u)
	}
	webhook, err := url.Parse(string(u))
	if err != nil || webhook.Scheme != "http" && webhook.Scheme != "https" || webhook.Hostname() == "" {
		return Running{}, fmt.Errorf("%q is not the URL of a webhook; write it like http://localhost:3000/webhook", string(u))
	}
	port := webhook.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[webhook.Scheme]
	}
	conn, err := (&net.Dialer{Timeout: reachable}).DialContext(ctx, "tcp", net.JoinHostPort(webhook.Hostname(), port))
	if err != nil {
		return Running{}, fmt.Errorf("nothing answers at %s: %w; start the receiver first", u, err)
	}
	return Running{URL: string(u), Stop: func() error { return nil }}, conn.Close()
}
