//go:build unix

package docker_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut/docker"
)

// network makes a network of its own for a test, and with it an address whose
// port 443 is free.
func (d engine) network() (name string, gateway netip.Addr) {
	d.t.Helper()
	name = unique()
	if _, err := d.NetworkCreate(d.t.Context(), name, client.NetworkCreateOptions{Driver: "bridge"}); err != nil {
		d.t.Fatal(err)
	}
	d.removeNetwork(name)
	found, err := d.NetworkInspect(d.t.Context(), name, client.NetworkInspectOptions{})
	if err != nil {
		d.t.Fatal(err)
	}
	return name, found.Network.IPAM.Config[0].Gateway
}

// TestNetwork has a receiver that needs another container of the user's.
func TestNetwork(t *testing.T) {
	d := newEngine(t)
	name, _ := d.network()
	image := d.receiver()
	database, err := d.ContainerCreate(t.Context(), client.ContainerCreateOptions{
		Config:           &container.Config{Image: image, Env: []string{"PORT=5432"}},
		HostConfig:       &container.HostConfig{NetworkMode: container.NetworkMode(name)},
		NetworkingConfig: &network.NetworkingConfig{EndpointsConfig: map[string]*network.EndpointSettings{name: {Aliases: []string{"database"}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := d.ContainerRemove(context.Background(), database.ID, client.ContainerRemoveOptions{Force: true}); err != nil {
			t.Error(err)
		}
	})
	if _, err := d.ContainerStart(t.Context(), database.ID, client.ContainerStartOptions{}); err != nil {
		t.Fatal(err)
	}
	running := begin(t, docker.Image{Name: image, Network: name}, platform())
	graph := value(strings.Split(suttest.Get(t, running, "/environ"), "\n"), "REFEREE_GRAPH_URL")
	for address, want := range map[string]string{"http://database:5432/": "forbidden\n", graph: "platform: "} {
		if got := suttest.Get(t, running, "/get?"+address); !strings.HasPrefix(got, want) {
			t.Errorf("%s answers %q, want %q", address, got, want)
		}
	}
}
