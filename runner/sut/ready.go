package sut

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

const (
	// pollPause is the pause between two looks whether a receiver is ready.
	pollPause = 20 * time.Millisecond
	// answerTime is how long one look waits for an answer: long enough for a
	// first one that takes seconds, short enough to ask again.
	answerTime = 5 * time.Second
)

// readiness is what shows that a receiver is ready.
type readiness struct {
	hosts []string // where it may listen
	port  int
	// target is what GET has to be answered on. If empty, an accepted connection
	// is enough.
	target string
	tls    *tls.Config    // how https is spoken; nil for http
	log    *regexp.Regexp // a line that comes first; nil for none
}

// readiness derives from the command what shows that it is ready.
func (c Command) readiness(env Environment) readiness {
	r := readiness{hosts: loopback[:], port: c.Port, target: c.ReadyPath}
	if c.HTTPS {
		r.tls = env.TLS
	}
	switch {
	case c.ReadyLog != "":
		r.log = regexp.MustCompile(c.ReadyLog) // Check has compiled it
	case c.ReadyPath == "":
		// Several receivers never answer a GET without parameters.
		r.target = c.Path + "?" + url.Values{
			"hub.mode": {"subscribe"}, "hub.verify_token": {env.VerifyToken}, "hub.challenge": {"1158201444"},
		}.Encode()
	}
	return r
}

// What was missing when the time of a receiver was up.
var (
	errUnlogged = errors.New("no line matched")
	errUnopened = errors.New("no connection was accepted")
	errSilent   = errors.New("no answer")
)

// await returns the host where the receiver is ready. After ctx it returns what
// was missing.
func (r readiness) await(ctx context.Context, logged <-chan struct{}) (host string, missing error) {
	if r.log != nil {
		select {
		case <-logged:
		case <-ctx.Done():
			return "", errUnlogged
		}
	}
	tick := time.NewTicker(pollPause)
	defer tick.Stop()
	missing = errUnopened
	for {
		for _, host := range r.hosts {
			opened, err := r.ask(ctx, host)
			switch {
			case err == nil:
				return host, nil
			case opened && ctx.Err() != nil && errors.Is(missing, errSilent): // an earlier try says more
			case opened && (ctx.Err() != nil || errors.Is(err, net.ErrClosed)): // time was up
				missing = errSilent
			case opened:
				missing = fmt.Errorf("%w: %w", errSilent, err)
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
func (r readiness) ask(ctx context.Context, host string) (opened bool, err error) {
	address := net.JoinHostPort(host, strconv.Itoa(r.port))
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	if r.target == "" {
		return true, nil
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if r.tls != nil {
		config := r.tls.Clone()
		config.ServerName = cmp.Or(config.ServerName, host)
		conn = tls.Client(conn, config)
	}
	// Not by an http.Client: it would log what a receiver says unasked.
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+r.target, nil)
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
