package fault

import (
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// HTTP10 sends the request in HTTP/1.0, as some reverse proxies do to what
// stands behind them. Meta itself speaks HTTP/1.1 in every capture.
func HTTP10() Fault {
	return change{"in HTTP/1.0", func(r *delivery.Request) error {
		r.Proto = "HTTP/1.0"
		return nil
	}}
}

// Chunked sends the body in chunks of this many bytes and without a
// Content-Length, as a proxy may that passes a body on while it comes in. Meta
// itself sends a Content-Length in every capture.
func Chunked(size int) Fault {
	return change{"in chunks", func(r *delivery.Request) error {
		r.Chunk = size
		return nil
	}}
}

// ExpectContinue announces the body with Expect: 100-continue, and sends it
// after a moment whether or not the receiver asked for it, as RFC 9110 section
// 10.1.1 allows. curl announces large bodies in this way.
func ExpectContinue() Fault {
	const text = "announced with Expect: 100-continue"
	announce := headerChange(text, func(h *wire.Header) { h.Set("Expect", "100-continue") })
	return change{text, func(r *delivery.Request) error {
		if err := announce.Apply(r); err != nil {
			return err
		}
		return SplitHead().Apply(r)
	}}
}
