package reference

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

const (
	maxConnections = 128                    // to one host; further calls wait
	maxResponse    = 64 << 10               // bytes of an answer that are read
	retryDelay     = 100 * time.Millisecond // between a lost connection and the second try
)

// response is the answer to a call. Its body may be anything: the Graph API
// and what stands in front of it also answer with HTML.
type response struct {
	status int
	body   []byte // at most maxResponse bytes
}

func newClient(dial func(ctx context.Context, network, address string) (net.Conn, error)) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:         dial,
			MaxConnsPerHost:     maxConnections,
			MaxIdleConnsPerHost: maxConnections,
			IdleConnTimeout:     30 * time.Second,
		},
		// Neither a token nor an event goes anywhere but where it was sent.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// post sends a payload as JSON. If the connection fails it tries a second time
// and no more; an answer of any status ends it, and so does a timeout, because
// the call may have had its effect.
func (r *Receiver) post(ctx context.Context, url, token string, payload any) (response, error) {
	body, err := json.Marshal(payload)
	if err != nil {
		return response{}, fmt.Errorf("encode the call: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, r.config.CallTimeout)
	defer cancel()
	resp, err := r.try(ctx, url, token, body)
	if err == nil || !pause(ctx, retryDelay) {
		return resp, err
	}
	return r.try(ctx, url, token, body)
}

// try makes one request. Its error means that there was no answer.
func (r *Receiver) try(ctx context.Context, url, token string, body []byte) (response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return response{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return response{}, err
	}
	defer resp.Body.Close()
	// The status has come; an answer that breaks off later is still an answer.
	text, _ := io.ReadAll(io.LimitReader(resp.Body, maxResponse))
	return response{status: resp.StatusCode, body: text}, nil
}

// pause waits and tells whether it is still worth going on.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
