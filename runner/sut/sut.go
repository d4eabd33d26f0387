// Package sut starts what is to be judged, or finds it running.
package sut

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/seed-11445fa1/referee/suites/reference"
)

// Environment is what a receiver has to know of the platform.
type Environment struct {
	AppSecret, VerifyToken, PageToken, PageID string
	// GraphURL is where the platform plays the Graph API, without a version.
	GraphURL string
	// ReceiptsURL is where receipts are posted to.
	ReceiptsURL string
}

// Receiver is a system under test.
type Receiver interface {
	// Start makes the receiver ready to be judged. An error says what to do.
	Start(context.Context, Environment) (Running, error)
}

// Running is a receiver that can be judged.
type Running struct {
	// URL is its webhook.
	URL string
	// Stop ends what Start began, and nothing else.
	Stop func() error
}

// URL is a receiver that the user runs. It has to know the platform already:
// its secrets, and the address of the Graph API.
type URL string

// reachable is how long Start looks for a listener behind a URL.
const reachable = 5 * time.Second

// Start checks that something listens at the URL.
func (u URL) Start(ctx context.Context, _ Environment) (Running, error) {
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

// Reference is the built-in reference receiver, or one of its mutants.
type Reference struct {
	// Mutant names the defect that it has. Default: none.
	Mutant string
}

// Start serves the reference receiver on a free port of the loopback interface.
func (r Reference) Start(_ context.Context, env Environment) (Running, error) {
	config := reference.Config{
		AppSecret: env.AppSecret, VerifyToken: env.VerifyToken, PageToken: env.PageToken,
		GraphURL: env.GraphURL, ReceiptsURL: env.ReceiptsURL,
	}
	receiver := reference.New(config)
	if r.Mutant != "" {
		m, ok := reference.MutantByName(r.Mutant)
		if !ok {
			return Running{}, fmt.Errorf("there is no mutant %q; `referee reference --list` names them", r.Mutant)
		}
		receiver = reference.NewMutant(config, m)
	}
	server, err := reference.Listen("127.0.0.1:0", receiver)
	if err != nil {
		return Running{}, fmt.Errorf("start the reference receiver: %w", err)
	}
	return Running{URL: server.URL(), Stop: server.Close}, nil
}
