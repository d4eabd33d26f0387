// Package origin tells calls of programs, and of a server's own pages, from those
// that pages of other origins let a browser make. What listens on a developer's
// machine is within reach of every page that is open there.
package origin

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Policy says whose requests a server takes. Its methods return a sentence that says
// what to do about a request that is refused, and nothing for others.
type Policy struct {
	// Service is who refuses, in sentences: "the console".
	Service string
	// Takes is what it does take: "the console takes requests only from …".
	Takes string
	// HostFlag is the flag that allows a further name.
	HostFlag string
	// Hosts are the names of the server besides localhost and the addresses of this
	// machine's loopback, without a port.
	Hosts []string
	// Addresses lets the server be called by any address: it listens for others than
	// this machine, and which addresses lead here from there is not known.
	Addresses bool
}

// Unknown is about a Host header that is no name of the server. A page can let a name
// of its own lead to this machine; for the browser, what answers there is of the page's
// own origin, and only this header tells.
func (p Policy) Unknown(host string) string {
	if p.knows(host) {
		return ""
	}
	return fmt.Sprintf("%s is not called %.200q here, which protects it from pages that rebind their name; call it by its address, or allow the name with %s", p.Service, host, p.HostFlag)
}

func (p Policy) knows(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if name == localhost || slices.ContainsFunc(p.Hosts, func(h string) bool { return h != "" && strings.EqualFold(h, name) }) {
		return true
	}
	addr, err := netip.ParseAddr(name) // no name leads to an address that is written out
	return err == nil && (addr.Unmap().IsLoopback() || p.Addresses)
}

// Foreign is about a request that a page of another origin made. Every browser of
// today says so in Sec-Fetch-Site, where the server is on this machine or speaks
// https; elsewhere Origin has to do, which browsers send with what a page could read
// or change. "none" is what a person has typed. A program sends neither.
func (p Policy) Foreign(r *http.Request) string {
	from, by := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	switch {
	case from == "same-origin" || from == "none":
		return ""
	case from == "" && (by == "" || sameHost(by, r.Host)):
		return ""
	case from == "":
		return fmt.Sprintf("%s: this one comes from a page of %.200q", p.Takes, by)
	case by == "":
		return fmt.Sprintf("%s: this one is %.20s", p.Takes, from)
	}
	return fmt.Sprintf("%s: this one is %.20s, from a page of %.200q", p.Takes, from, by)
}

// sameHost reports whether an Origin header names the host of a Host header.
func sameHost(origin, host string) bool {
	_, name, found := strings.Cut(origin, "://")
	return found && strings.EqualFold(name, host)
}

const localhost = "localhost"

// Loopback reports whether a host to listen on, without a port, is only reached from
// this machine.
func Loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, localhost) || err == nil && addr.Unmap().IsLoopback()
}
