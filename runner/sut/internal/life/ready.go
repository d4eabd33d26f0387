package life

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// answerTime is how long one look waits for an answer: long enough for a first
// one that takes seconds, short enough to ask again.
const answerTime = 5 * time.Second

// Readiness is what shows that a receiver is ready.
type Readiness struct {
	Hosts []string // where it may listen
	Port  int
	// Target is what GET has to be answered on. If empty, an accepted connection
	// is enough.
	Target string
	TLS    *tls.Config    // how https is spoken; nil for http
	Log    *regexp.Regexp // a line that comes first; nil for none
}

// What was missing when the time of a receiver was up.
var (
	ErrUnlogged = errors.New("no line matched")
	ErrUnopened = errors.New("no connection was accepted")
	ErrSilent   = errors.New("no answer")
)

// ErrTimeIsUp is why the wait for readiness ends too late.
var ErrTimeIsUp = errors.New("the time to become ready is up")

// Await returns the host where the receiver is ready. After ctx it returns what
// was missing.
func (r Readiness) Await(ctx context.Context, logged <-chan struct{}) (host string, missing error) {
	if r.Log != nil {
		select {
		case <-logged:
		case <-ctx.Done():
			return "", ErrUnlogged
		}
	}
	tick := time.NewTicker(PollPause)
	defer tick.Stop()
	missing = ErrUnopened
	for {
		for _, host := range r.Hosts {
			opened, err := r.ask(ctx, host)
			switch {
			case err == nil:
				return host, nil
			case opened && ctx.Err() != nil && errors.Is(missing, ErrSilent): // an earlier try says more
			case opened && (ctx.Err() != nil || errors.Is(err, net.ErrClosed)): // time was up
				missing = ErrSilent
			case opened:
				missing = fmt.Errorf("%w: %w", ErrSilent, err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return "", missing
		}
	}
}

// ask looks once whether the receiver is ready at this host, and says whether
// it accepted the connection at least.
func (r Readiness) ask(ctx context.Context, host string) (opened bool, err error) {
	address := net.JoinHostPort(host, strconv.Itoa(r.Port))
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	if r.Target == "" {
		return true, nil
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if r.TLS != nil {
		config := r.TLS.Clone()
		config.ServerName = cmp.Or(config.ServerName, host)
		conn = tls.Client(conn, config)
	}
	// Not by an http.Client: it would log what a receiver says unasked.
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+r.Target, nil)
	if err != nil {
		return true, err
	}
	request.Close = true
	if err := request.Write(conn); err != nil {
		return true, err
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), request)
	if err != nil {
		return true, err
	}
	return true, answer.Body.Close()
}
