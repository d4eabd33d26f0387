//go:build unix

package docker_test

import (
	"net"
	"net/netip"
	"testing"

	"github.com/moby/moby/client"

	"github.com/seed-11445fa1/referee/runner/sut/docker"
)

// TestIsPublishedOnLoopback has an engine on this machine, whatever the
// machine looks like: see the file /.dockerenv.
func TestIsPublishedOnLoopback(t *testing.T) {
	d := newEngine(t)
	_, gateway := d.network()
	if l, err := net.Listen("tcp", netip.AddrPortFrom(gateway, 0).String()); err != nil {
		t.Skipf("the engine is not on this machine: %v", err)
	} else if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	begin(t, docker.Image{Name: d.receiver()}, environment)
	names := d.containers()
	if len(names) != 1 {
		t.Fatalf("the containers are %q", names)
	}
	found, err := d.ContainerInspect(t.Context(), names[0], client.ContainerInspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for port, bindings := range found.Container.NetworkSettings.Ports {
		for _, b := range bindings {
			if !b.HostIP.IsLoopback() {
				t.Errorf("%s is published at %s, where others reach it", port, b.HostIP)
			}
		}
	}
}
