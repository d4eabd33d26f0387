package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/internal/origin"
)

// fetchTime is how long a file of this machine may take.
const fetchTime = 10 * time.Second

// content is the bytes of what was uploaded, came with a call, or is on this machine, of
// which so many are fetched at most.
func (s *Server) content(ctx context.Context, source string, exchange uint64, most int) ([]byte, error) {
	var f graph.File
	known := false
	switch {
	case exchange != 0:
		f, known = s.platform.FileOf(exchange)
	case strings.Contains(source, ":"):
		f, known = graph.File{URL: source}, true
	default:
		f, known = s.platform.File(source)
	}
	own := s.platform.OwnFile(f.URL)
	switch {
	case own != nil: // which is no call of the receiver's
		return own, nil
	case !known:
		return nil, errors.New("nothing is known of that file; the oldest are dropped, and without --data all are at the end of the platform")
	case f.URL != "":
		return fetchLocal(ctx, f.URL, most)
	case f.Data == nil:
		return nil, errors.New("the file is not there any more: so many came after it")
	}
	return f.Data, nil
}

// fetchLocal fetches from this machine's loopback alone, wherever an address leads to: that
// is looked at where a connection is made.
func fetchLocal(ctx context.Context, address string, most int) ([]byte, error) {
	client := &http.Client{
		Timeout: fetchTime,
		Transport: &http.Transport{DisableKeepAlives: true, Proxy: nil, DialContext: func(ctx context.Context, network, to string) (net.Conn, error) {
			host, port, err := net.SplitHostPort(to)
			if err != nil || !origin.Loopback(host) {
				return nil, fmt.Errorf("%q is not on this machine's loopback, and nothing else is fetched", host)
			}
			var d net.Dialer
			if host == "localhost" { // whatever the resolver makes of it
				if conn, err := d.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port)); err == nil {
					return conn, nil
				}
				host = "::1"
			}
			return d.DialContext(ctx, network, net.JoinHostPort(host, port))
		}},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	answer, err := client.Do(r)
	var failed *url.Error
	if errors.As(err, &failed) { // which names Go's method and the address, of the last redirect
		err = failed.Err
	}
	var refused *net.OpError
	if errors.As(err, &refused) {
		err = refused.Err
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be fetched: %w", address, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %d", address, answer.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, int64(most)+1))
	if err == nil && len(data) > most {
		err = fmt.Errorf("%s has more than %s", address, megabytes(most))
	}
	return data, err
}
