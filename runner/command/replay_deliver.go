package command

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/recorder/anonymise"
	"github.com/seed-11445fa1/referee/recorder/capture"
	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// deliver delivers the payloads and says how they were answered.
func (f *replayFlags) deliver(ctx context.Context, h *Host, sources []payload.Source) error {
	factor, err := speedOf(f.speed)
	switch {
	case err != nil:
		return err
	case f.url == "":
		return errors.New("where to? give --url http://localhost:3000/webhook")
	}
	if err := f.check(); err != nil {
		return err
	}
	meta, err := f.meta()
	if err != nil {
		return err
	}
	catalogue, err := h.catalogue(f.folder, f.asOf)
	if err != nil {
		return err
	}
	f.warnOfVersion(h, cmp.Or(catalogue.Day(), today(f.options())))
	newest, _ := schemas.NewestGraphVersion(catalogue.Day())
	r := replaying{
		ctx: ctx, host: h, url: f.url, keys: wire.Secrets{App: f.appSecret, Instagram: f.instagramSecret},
		version: f.graphVersion, newest: newest.Name, day: catalogue.Day(), pace: pace{factor: factor},
		client: delivery.New(delivery.Options{Timeout: f.ackDeadline, TLS: meta}), left: map[string]int{},
	}
	if err := payload.Check(ctx, sources); err != nil {
		return unlooked(ctx, err) // before anything is sent
	}
	if factor == 0 {
		r.all.SetLimit(1)
	} else {
		r.all.SetLimit(mostTogether)
	}
	ever := catalogue.Ever()
	err = payload.Each(ctx, sources, func(_ int, p payload.Payload) string {
		reading, err := ever.Read(p.Body)
		return report.NewPayload(p.Where, p.Instant(), reading, err).Names()
	}, r.take)
	err = errors.Join(err, r.all.Wait())
	if err != nil && !errors.Is(err, payload.ErrNone) {
		return unlooked(ctx, err)
	}
	return r.end()
}

// mostTogether is how many deliveries are under way at recorded speed.
const mostTogether = 64

// replaying is a replay on its way.
type replaying struct {
	ctx         context.Context
	host        *Host
	url         string
	keys        wire.Secrets
	version     string // that was asked for; empty: that of the record
	newest, day string // what the headers of what has no record follow from
	client      *delivery.Client
	pace        pace
	all         errgroup.Group
	left        map[string]int // out, by the reason

	mu                                sync.Mutex // for what follows
	delivered, acknowledged, unjoined int
	unreachable                       error
}

// take delivers a payload, which is names.
func (r *replaying) take(p payload.Payload, names string) error {
	if why := leftOut(p.Record); why != "" {
		r.left[why]++
		return nil
	}
	request := r.request(p)
	if err := r.pace.wait(r.ctx, p.At); err != nil {
		return err
	}
	r.all.Go(func() error {
		a := r.client.Do(r.ctx, request)
		if r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		return r.tell(p.Where, names, a)
	})
	return nil
}

// leftOut is why a record is not delivered again; empty if it is.
func leftOut(r *capture.Record) string {
	switch {
	case r == nil:
		return ""
	case r.Request.Cut > 0:
		return "not kept to the end"
	case r.Signature.SHA256 == capture.Wrong || r.Signature.SHA1 == capture.Wrong:
		return "signed wrongly when it came"
	}
	return ""
}

// tell counts a delivery and says how it was answered.
func (r *replaying) tell(where, names string, a delivery.Attempt) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.delivered++
	if names == "" {
		names = "no event"
	}
	outcome := ""
	if a.Answer != nil {
		outcome = fmt.Sprintf("status %d after %s", a.Answer.Status, a.Timing.FirstByte.Round(10*time.Microsecond))
	}
	if a.Err != nil {
		outcome = strings.TrimPrefix(outcome+"; "+a.Err.Error(), "; ")
		if unanswered(a.Err) != report.ExitNonconformant {
			r.unjoined++
			r.unreachable = a.Err
		}
	}
	mark := "✗"
	if a.Err == nil && a.Answer.Status/100 == 2 {
		mark = "✓"
		r.acknowledged++
	}
	_, err := fmt.Fprintln(r.host.Stdout, report.Clean(fmt.Sprintf("%s %s  %s: %s", mark, where, names, outcome)))
	return err
}

// end writes the sum.
func (r *replaying) end() error {
	text := fmt.Sprintf("%s: %d acknowledged, %d not", plural.Count(r.delivered, "delivery"), r.acknowledged, r.delivered-r.acknowledged)
	for _, why := range []string{"signed wrongly when it came", "not kept to the end"} {
		if n := r.left[why]; n > 0 {
			text += fmt.Sprintf("; left out: %d %s", n, why)
		}
	}
	if _, err := fmt.Fprintln(r.host.Stdout, text); err != nil {
		return trouble(err)
	}
	switch {
	case r.delivered == 0:
		return &exit{code: report.ExitEmpty, err: payload.ErrNone}
	case r.unjoined == r.delivered:
		return &exit{code: unanswered(r.unreachable), err: r.unreachable}
	case r.acknowledged < r.delivered:
		return &exit{code: report.ExitNonconformant}
	}
	return nil
}

// request is the one that delivers a payload again.
func (of *replaying) request(p payload.Payload) delivery.Request {
	secret := of.keys.For(p.Body)
	r := delivery.Request{Method: http.MethodPost, URL: of.url, Body: p.Body}
	style := wire.Messaging
	if spaced, err := wire.Encode(p.Body, wire.Generic); err == nil && bytes.Equal(spaced, p.Body) {
		style = wire.Generic // the other sender's bytes, so its headers
	}
	today := wire.DeliveryHeader(wire.Heading{Style: style, Secret: secret, Version: cmp.Or(of.version, of.newest), Day: of.day}, p.Body)
	if p.Record == nil {
		r.Header = today
		return r
	}
	signature := wire.Sign(secret, p.Body)
	signed := false
	for _, f := range p.Record.Request.Header {
		switch {
		case strings.EqualFold(f.Name, "X-Hub-Signature-256"):
			f.Value, signed = signature.SHA256, true
		case strings.EqualFold(f.Name, "X-Hub-Signature"):
			f.Value, signed = signature.SHA1, true
		case isOfTheConnection(f.Name):
			continue
		case anonymise.StaysAsSent(f.Name, f.Value):
		case strings.EqualFold(f.Name, "User-Agent"):
			f.Value = today.Get("User-Agent") // its stand-in is nobody's
		default:
			continue
		}
		r.Header = append(r.Header, f)
	}
	if of.version != "" {
		r.Header.Set("Facebook-API-Version", of.version)
	}
	if !signed {
		r.Header.Add("X-Hub-Signature", signature.SHA1)
		r.Header.Add("X-Hub-Signature-256", signature.SHA256)
	}
	return r
}

// isOfTheConnection reports whether a header field says something about the
// connection on which it came, or about the way in which the body was framed.
func isOfTheConnection(name string) bool {
	return slices.ContainsFunc([]string{
		"Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
	}, func(of string) bool { return strings.EqualFold(of, name) })
}
