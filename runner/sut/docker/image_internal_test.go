package docker

import (
	"net/netip"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
)

func TestMannerOf(t *testing.T) {
	for want, state := range map[string]container.State{
		"exit status 0":                     {},
		"exit status 7":                     {ExitCode: 7},
		"exit status 139, as after SIGSEGV": {ExitCode: 139},
		"exit status 137, as after SIGKILL, for it needed more memory than it may have": {ExitCode: 137, OOMKilled: true},
		"exit status 255": {ExitCode: 255},
	} {
		if got := mannerOf(state); got != want {
			t.Errorf("%+v is %q, want %q", state, got, want)
		}
	}
}

func TestPublishedAt(t *testing.T) {
	for host, want := range map[string]netip.Addr{
		"localhost":            netip.MustParseAddr("127.0.0.1"),
		"127.0.0.1":            netip.MustParseAddr("127.0.0.1"),
		"172.17.0.1":           netip.MustParseAddr("172.17.0.1"),
		"host.docker.internal": {},
	} {
		if got := publishedAt(host); got != want {
			t.Errorf("%s is published at %s, want %s", host, got, want)
		}
	}
}

func TestDirect(t *testing.T) {
	before := []string{"A=1", "NO_PROXY=127.0.0.1,localhost", "JAVA_TOOL_OPTIONS=-Da=b"}
	want := []string{
		"A=1", "NO_PROXY=127.0.0.1,localhost,host.docker.internal",
		"JAVA_TOOL_OPTIONS=-Da=b -Dhttp.nonProxyHosts=localhost|127.*|[::1]|host.docker.internal",
	}
	if got := direct(before); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestInsideOf(t *testing.T) {
	within := func(subnet, gateway string) network.Inspect {
		config := network.IPAMConfig{Subnet: netip.MustParsePrefix(subnet)}
		if gateway != "" {
			config.Gateway = netip.MustParseAddr(gateway)
		}
		return network.Inspect{Network: network.Network{IPAM: network.IPAM{Config: []network.IPAMConfig{config}}}}
	}
	self := netip.MustParseAddr("127.0.0.1") // which every machine has
	for name, c := range map[string]struct {
		network network.Inspect
		want    netip.Addr
	}{
		"gateway":   {within("127.0.0.0/8", "127.0.0.1"), self},
		"inside":    {within("127.0.0.0/8", "127.0.0.254"), self},
		"elsewhere": {within("203.0.113.0/24", "203.0.113.1"), netip.Addr{}},
		"unknown":   {network.Inspect{}, netip.Addr{}},
	} {
		if got, ok := insideOf(c.network); got != c.want || ok != c.want.IsValid() {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestAbandoned(t *testing.T) {
	self := "here/1"
	for label, want := range map[string]bool{
		"here/" + strconv.Itoa(os.Getpid()): false,
		"here/" + strconv.Itoa(1<<22+1):     true, // beyond what Linux gives by default
		"there/" + strconv.Itoa(1<<22+1):    false,
		"here/":                             false,
		"":                                  false,
	} {
		if got := abandoned(label, self); got != want {
			t.Errorf("%q is abandoned: %t, want %t", label, got, want)
		}
	}
}
