// Package polite fetches public pages as a guest who wants to be let in again: one
// request at a time, a pause between two to the same host, only what has changed
// since the last time, and no further request to a host that asks to wait.
//
// Answers are bounded in size and time. A redirect is followed on the same host
// only: what another host says is not what was asked for.
//
// It imports the standard library only.
package polite

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Options are what a Client may do. Everything has a default.
type Options struct {
	// UserAgent names the program, and where to read about it.
	UserAgent string
	// Pause is the time between two requests to one host; none by default.
	Pause time.Duration
	// Timeout bounds each request with its answer; default 30 s.
	Timeout time.Duration
	// MostBytes bounds an answer; default 4 MiB.
	MostBytes int64
	// Now and Wait are the clock; default that of this machine.
	Now  func() time.Time
	Wait func(context.Context, time.Duration) error
}

const (
	defaultTimeout = 30 * time.Second
	defaultMost    = 4 << 20
	// mostRedirects is more than any page needs.
	mostRedirects = 5
	// mostWait bounds what a host can ask for.
	mostWait = 24 * time.Hour
	// mostSilence is how often in a row a host may give no answer at all, before it
	// is asked nothing more.
	mostSilence = 3
)

// Client fetches pages. It is not safe for concurrent use, which is its point.
type Client struct {
	o     Options
	http  *http.Client
	asked map[string]time.Time // by host: when the last request ended
	busy  map[string]time.Time // by host: until when it wants to be left alone
	mute  map[string]int       // by host: how often in a row it gave no answer
}

// New returns a client that has asked nobody yet. busy are the hosts that asked an
// earlier client to wait, and until when.
func New(o Options, busy map[string]time.Time) *Client {
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.MostBytes == 0 {
		o.MostBytes = defaultMost
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wait == nil {
		o.Wait = wait
	}
	c := &Client{o: o, asked: map[string]time.Time{}, busy: map[string]time.Time{}, mute: map[string]int{}}
	for host, until := range busy {
		c.busy[host] = until
	}
	c.http = &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true, MaxIdleConns: 1,
		},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			first := via[0].URL
			if len(via) > mostRedirects || next.URL.Host != first.Host || next.URL.Scheme != first.Scheme && next.URL.Scheme != "https" {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
	return c
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Close lets go of connections that are still open.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Busy are the hosts that asked to wait, and until when.
func (c *Client) Busy() map[string]time.Time {
	busy := map[string]time.Time{}
	for host, until := range c.busy {
		if until.After(c.o.Now()) {
			busy[host] = until
		}
	}
	return busy
}

// Validators are what an answer said of its version, to ask whether there is a newer
// one.
type Validators struct {
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
}

// Answer is a page.
type Answer struct {
	// NotModified is true where the page is the one of the validators; then there
	// is no body.
	NotModified bool
	// Gone is true where the host says that there is no such page.
	Gone bool
	// Address is where the page was found: that of the request, or another one of
	// the same host.
	Address     string
	ContentType string
	Validators  Validators
	Body        []byte
}

// Get fetches the page at an address. The error says what to do; that of a context
// which has ended is its own.
func (c *Client) Get(ctx context.Context, address string, known Validators) (Answer, error) {
	u, err := url.Parse(address)
	if err != nil {
		return Answer{}, err
	}
	if until := c.busy[u.Host]; until.After(c.o.Now()) {
		return Answer{}, fmt.Errorf("%s was not asked: it wants to be left alone until %s", u.Host, until.UTC().Format(time.RFC3339))
	}
	if c.mute[u.Host] >= mostSilence {
		return Answer{}, fmt.Errorf("%s was not asked: it gave no answer %d times in a row", u.Host, mostSilence)
	}
	if err := c.pause(ctx, u.Host); err != nil {
		return Answer{}, err
	}
	limited, stop := context.WithTimeout(ctx, c.o.Timeout)
	defer stop()
	answer, err := c.get(limited, u, known)
	c.asked[u.Host] = c.o.Now()
	switch {
	case ctx.Err() != nil:
		return Answer{}, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return Answer{}, fmt.Errorf("it did not come within %s", c.o.Timeout)
	}
	return answer, err
}

func (c *Client) pause(ctx context.Context, host string) error {
	last, asked := c.asked[host]
	left := c.o.Pause - c.o.Now().Sub(last)
	if !asked || left <= 0 {
		return ctx.Err()
	}
	return c.o.Wait(ctx, left)
}

func (c *Client) get(ctx context.Context, u *url.URL, known Validators) (a Answer, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Answer{}, err
	}
	request.Header.Set("User-Agent", c.o.UserAgent)
	request.Header.Set("Accept", "text/markdown, text/plain;q=0.9, application/rss+xml, application/xml;q=0.9, */*;q=0.1")
	if known.ETag != "" {
		request.Header.Set("If-None-Match", known.ETag)
	}
	if known.LastModified != "" {
		request.Header.Set("If-Modified-Since", known.LastModified)
	}
	response, err := c.http.Do(request)
	c.mute[u.Host]++
	if err != nil {
		if inner := (*url.Error)(nil); errors.As(err, &inner) {
			err = inner.Err // the address is said by who asked
		}
		return Answer{}, err
	}
	c.mute[u.Host] = 0
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	switch status := response.StatusCode; {
	case status == http.StatusNotModified && known != Validators{}:
		return Answer{NotModified: true}, nil
	case status == http.StatusNotFound || status == http.StatusGone:
		return Answer{Gone: true}, nil
	case status == http.StatusTooManyRequests, response.Header.Get("Retry-After") != "" && status >= 500:
		until := c.until(response.Header.Get("Retry-After"))
		c.busy[u.Host] = until
		return Answer{}, fmt.Errorf("the answer is %s: %s wants to be left alone until %s", response.Status, u.Host, until.UTC().Format(time.RFC3339))
	case status >= 300 && status < 400 && response.Header.Get("Location") != "":
		return Answer{}, fmt.Errorf("it leads to %s, which was not followed: if the page has moved, put the new address into the file of pages", response.Header.Get("Location"))
	case status != http.StatusOK:
		return Answer{}, fmt.Errorf("the answer is %s", response.Status)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, c.o.MostBytes+1))
	if err != nil {
		return Answer{}, fmt.Errorf("it did not come whole: %w", err)
	}
	if int64(len(body)) > c.o.MostBytes {
		return Answer{}, fmt.Errorf("it is longer than %d bytes, and was not read", c.o.MostBytes)
	}
	return Answer{
		Address: response.Request.URL.String(), ContentType: response.Header.Get("Content-Type"), Body: body,
		Validators: Validators{ETag: response.Header.Get("ETag"), LastModified: response.Header.Get("Last-Modified")},
	}, nil
}

// until reads a Retry-After; without one an hour is enough.
func (c *Client) until(after string) time.Time {
	now := c.o.Now()
	until := now.Add(time.Hour)
	if seconds, err := strconv.Atoi(after); err == nil && seconds >= 0 {
		until = now.Add(time.Duration(min(seconds, int(mostWait/time.Second))) * time.Second)
	} else if at, err := http.ParseTime(after); err == nil {
		until = at
	}
	if latest := now.Add(mostWait); until.After(latest) {
		return latest
	}
	return until
}
