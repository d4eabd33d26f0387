package docker

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// meeting is where a container reaches this machine.
type meeting struct {
	listen netip.Addr
	// entry is the address for the container's hosts file, or the word by which
	// the engine fills it in.
	entry string
}

// network returns the network that a container is to join.
func (e engine) network(ctx context.Context, name string) (network.Inspect, error) {
	inspected, err := e.Client().NetworkInspect(ctx, name, client.NetworkInspectOptions{})
	found := inspected.Network
	switch {
	case errdefs.IsNotFound(err):
		return found, fmt.Errorf("there is no network %q; `docker network ls` lists them, and `docker network create %[1]s` makes it", name)
	case err != nil:
		return found, fmt.Errorf("look for the network %s: %w", name, err)
	case found.Driver == "host" || found.Driver == "null":
		return found, fmt.Errorf("a receiver on the network %q has no port of its own that could be published; name a network made with `docker network create`", name)
	case found.Internal:
		return found, fmt.Errorf("the network %q is internal, and Docker publishes no port from it; make one without --internal", name)
	}
	return found, nil
}

// meet chooses the narrowest address of this machine that a container on these
// networks, or else on Docker's own, reaches: on all addresses, whoever shares a
// wireless network with this machine would be let in.
func (e engine) meet(ctx context.Context, networks []network.Inspect) (meeting, error) {
	// Another machine's engine: it gets back by the address from which it is
	// reached, and by no narrower one.
	if host, err := url.Parse(e.Client().DaemonHost()); err == nil && host.Scheme == "tcp" {
		if ip := net.ParseIP(host.Hostname()); host.Hostname() != "localhost" && !ip.IsLoopback() {
			return outward(ctx, host.Host)
		}
	}
	// The bridge's own address, which only its containers reach; or, where
	// Referee is in a container itself, its address in the same network.
	if bridge, err := e.network(ctx, testcontainers.Bridge); err == nil {
		networks = append(networks, bridge)
	}
	for _, n := range networks {
		if ip, ok := insideOf(n); ok {
			return meeting{listen: ip, entry: ip.String()}, nil
		}
	}
	// The engine has a virtual machine of its own, as Docker Desktop has, which
	// leads its gateway to this machine's loopback interface.
	return meeting{listen: netip.MustParseAddr(loopback), entry: "host-gateway"}, nil
}

// outward is the address of this machine on the way to another one.
func outward(ctx context.Context, address string) (meeting, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "udp", address) // sends nothing
	if err != nil {
		return meeting{}, fmt.Errorf("find this machine's address on the way to the Docker Engine at %s: %w", address, err)
	}
	defer conn.Close()
	ip := conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
	return meeting{listen: ip, entry: ip.String()}, nil
}

// insideOf returns the address of this machine in a network: the gateway's if it
// is this machine's.
func insideOf(n network.Inspect) (found netip.Addr, ok bool) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return found, false
	}
	for _, a := range addresses {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil {
			continue
		}
		ip := prefix.Addr()
		for _, c := range n.IPAM.Config {
			if ip == c.Gateway {
				return ip, true
			}
			if ip.Is4() && c.Subnet.Contains(ip) {
				found, ok = ip, true
			}
		}
	}
	return found, ok
}
