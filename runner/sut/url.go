package sut

import (
	"context"
	"fmt"
	"net"
	"net/url"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// URL is a receiver that the user runs. It has to know the platform already:
// its secrets, and the address of the Graph API.
type URL string

// Check reports what Start would refuse because of the URL itself.
func (u URL) Check() error {
	_, err := u.address()
	return err
}

// address is the host and port behind the URL.
func (u URL) address() (string, error) {
	webhook, err := url.Parse(string(u))
	if err != nil || webhook.Scheme != "http" && webhook.Scheme != "https" || webhook.Hostname() == "" {
		return "", fmt.Errorf("%q is not the URL of a webhook; write it like http://localhost:3000/webhook", string(u))
	}
	return delivery.Address(webhook), nil
}

// Start checks that something listens at the URL.
func (u URL) Start(ctx context.Context, env Environment) (Running, error) {
	if env.Line != nil {
		return Running{}, fmt.Errorf("what the receiver at %s writes cannot be seen; evidence from its log needs a receiver that --command or --image starts", u)
	}
	address, err := u.address()
	if err != nil {
		return Running{}, err
	}
	conn, err := (&net.Dialer{Timeout: life.Reachable}).DialContext(ctx, "tcp", address)
	if err != nil {
		return Running{}, fmt.Errorf("nothing answers at %s: %w; start the receiver first", u, err)
	}
	return Running{URL: string(u), Stop: func() error { return nil }}, conn.Close()
}
