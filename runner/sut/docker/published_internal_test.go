package docker

import (
	"net/netip"
	"testing"

	"github.com/moby/moby/api/types/network"
)

func TestBridgedHere(t *testing.T) {
	const named = "com.docker.network.bridge.name"
	at := func(driver, subnet string, options map[string]string) network.Network {
		// Without a gateway, as an engine of version 20.10 tells of its first bridge.
		return network.Network{
			ID: "0123456789abcdef", Driver: driver, Options: options,
			IPAM: network.IPAM{Config: []network.IPAMConfig{{Subnet: netip.MustParsePrefix(subnet)}}},
		}
	}
	docker0 := map[string]string{named: "docker0"}
	own := func(name, ip string) map[string][]netip.Addr {
		return map[string][]netip.Addr{"lo": {netip.MustParseAddr("127.0.0.1")}, name: {netip.MustParseAddr("fe80::1"), netip.MustParseAddr(ip)}}
	}
	for name, test := range map[string]struct {
		network   network.Network
		addresses map[string][]netip.Addr
		want      bool
	}{
		"the bridge":                      {at("bridge", "172.17.0.0/16", docker0), own("docker0", "172.17.0.1"), true},
		"a bridge that the user made":     {at("bridge", "172.18.0.0/16", nil), own("br-0123456789ab", "172.18.0.1"), true},
		"from a container on the network": {at("bridge", "172.17.0.0/16", docker0), own("eth0", "172.17.0.2"), false},
		"from elsewhere":                  {at("bridge", "172.17.0.0/16", docker0), own("eth0", "192.0.2.2"), false},
		"another engine's bridge":         {at("bridge", "10.88.0.0/16", docker0), own("docker0", "172.17.0.1"), false},
		"no bridge":                       {at("overlay", "172.17.0.0/16", docker0), own("docker0", "172.17.0.1"), false},
		"no subnet":                       {network.Network{ID: "0", Driver: "bridge", Options: docker0}, own("docker0", "172.17.0.1"), false},
		"no interfaces":                   {at("bridge", "172.17.0.0/16", docker0), nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := bridgedHere(test.network, test.addresses); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}
