package docker

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"

	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
)

// hostOverride is the variable by which a user says where the engine publishes
// ports.
const hostOverride = "TESTCONTAINERS_HOST_OVERRIDE"

// published is where the engine publishes ports, as an address or a name.
//
// Testcontainers takes every machine that has a file /.dockerenv for a container
// beside the engine's others, and then looks for the engine behind the gateway
// of its bridge. That file is on machines made from an image, too, and those
// that run an engine themselves are their own gateway. Worse, an engine before
// version 23 does not tell the gateway of a bridge that it has just made; then
// testcontainers takes the machine's way to the internet, where nothing can be
// published.
func (e engine) published(ctx context.Context) (string, error) {
	if os.Getenv(hostOverride) == "" && e.here(ctx) {
		return loopback, nil
	}
	host, err := e.DaemonHost(ctx)
	if err != nil {
		return "", fmt.Errorf("find out where the Docker Engine publishes ports: %w; say so in %s", err, hostOverride)
	}
	return host, nil
}

// here reports whether the engine is known to run on this machine: its bridge
// is one of this machine's interfaces. Where it does not know, it says no.
func (e engine) here(ctx context.Context) bool {
	// One that is reached by the network may have a bridge just like ours.
	if u, err := url.Parse(e.Client().DaemonHost()); err != nil || u.Scheme != "unix" {
		return false
	}
	found, err := e.Client().NetworkList(ctx, client.NetworkListOptions{})
	if err != nil {
		return false
	}
	addresses := ownAddresses()
	return slices.ContainsFunc(found.Items, func(n network.Summary) bool { return bridgedHere(n.Network, addresses) })
}

// bridgedHere reports whether one of these addresses, by interface, is that of
// the network's bridge. A container on the network has an address in it too, but
// on an interface of another name.
func bridgedHere(n network.Network, addresses map[string][]netip.Addr) bool {
	if n.Driver != "bridge" {
		return false
	}
	name := n.Options["com.docker.network.bridge.name"]
	if name == "" {
		name = "br-" + n.ID[:min(12, len(n.ID))]
	}
	return slices.ContainsFunc(addresses[name], func(ip netip.Addr) bool {
		return slices.ContainsFunc(n.IPAM.Config, func(c network.IPAMConfig) bool { return c.Subnet.Contains(ip) })
	})
}

// ownAddresses are this machine's, by the name of their interface.
func ownAddresses() map[string][]netip.Addr {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil
	}
	own := map[string][]netip.Addr{}
	for _, i := range interfaces {
		found, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, a := range found {
			if prefix, err := netip.ParsePrefix(a.String()); err == nil {
				own[i.Name] = append(own[i.Name], prefix.Addr())
			}
		}
	}
	return own
}
