package recorder

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"
)

// Loops reports whether what comes to a listener would be passed on to that listener
// itself, without end. A name that cannot be looked up now is no loop yet.
func (p *Proxy) Loops(ctx context.Context, listener net.Addr) bool {
	host, port, err := net.SplitHostPort(p.address)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	ips, _ := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	number, _ := net.DefaultResolver.LookupPort(ctx, "tcp", port)
	return slices.ContainsFunc(ips, func(ip netip.Addr) bool {
		return reaches(netip.AddrPortFrom(ip, uint16(number)), listener)
	})
}

// refuseItself keeps a proxy from connecting to itself: a name may lead there that led
// elsewhere when the proxy began, and the port of a receiver that has ended may be its own.
func (p *Proxy) refuseItself(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for listener := range p.listeners {
		if reaches(to, listener.Addr()) {
			return fmt.Errorf("%s is the recorder itself", address)
		}
	}
	return nil
}

// reaches reports whether who connects to an address reaches a listener.
func reaches(to netip.AddrPort, listener net.Addr) bool {
	at, err := netip.ParseAddrPort(listener.String())
	if err != nil || at.Port() != to.Port() {
		return false
	}
	ip, own := to.Addr().Unmap(), at.Addr().Unmap()
	switch {
	case ip.IsUnspecified(): // a connection there goes to this machine's loopback address
		return own.IsUnspecified() || own.IsLoopback()
	case own.IsUnspecified():
		return isOfThisMachine(ip)
	}
	return ip.WithZone("") == own.WithZone("")
}

func isOfThisMachine(ip netip.Addr) bool {
	if ip.IsLoopback() {
		return true
	}
	all, _ := net.InterfaceAddrs()
	return slices.ContainsFunc(all, func(a net.Addr) bool {
		of, err := netip.ParsePrefix(a.String())
		return err == nil && of.Addr() == ip.WithZone("")
	})
}
