package docker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// create makes the container, which does not run yet.
func (i Image) create(ctx context.Context, e engine, p known, w *upstream) (*keeper, error) {
	host, err := e.published(ctx)
	if err != nil {
		return nil, err
	}
	name := "referee-" + strings.ToLower(rand.Text())
	guard, err := newWatchdog(name, e.Client().DaemonHost())
	if err != nil {
		return nil, err
	}
	c, err := e.CreateContainer(ctx, i.request(name, host, p, w))
	if err != nil {
		err = fmt.Errorf("make a container of %s: %w", i.what(), errors.Join(err, e.remove(context.WithoutCancel(ctx), name)))
		guard.Release()
		return nil, err
	}
	return &keeper{
		image: i, known: p, engine: e, container: c, upstream: w, watchdog: guard, host: host, gate: newGate(),
		Lives: life.NewLives(ctx),
	}, nil
}

// request describes the container.
func (i Image) request(name, host string, p known, w *upstream) testcontainers.ContainerRequest {
	port := strconv.Itoa(i.Port) + "/tcp"
	r := testcontainers.ContainerRequest{
		Name: name, Image: p.name, Env: map[string]string{}, ExposedPorts: []string{port},
		Labels: map[string]string{ownerLabel: owner()}, Files: w.files,
		HostConfigModifier: func(c *container.HostConfig) {
			c.ExtraHosts = w.hosts
			c.PortBindings = network.PortMap{network.MustParsePort(port): {{HostIP: publishedAt(host)}}}
			if w.network != "" {
				c.NetworkMode = container.NetworkMode(w.network)
			}
		},
	}
	if w.network != "" {
		r.Networks = []string{w.network}
	}
	for _, v := range w.environ {
		name, value, _ := strings.Cut(v, "=")
		r.Env[name] = value // of two, the later one
	}
	return r
}

// publishedAt is the address at which the port is to be published, so that no
// one else reaches the receiver; none, and thus all, where the engine's host is
// known by a name only.
func publishedAt(host string) netip.Addr {
	if host == "localhost" {
		host = loopback
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return ip
}

// remove removes a container that may not be there.
func (e engine) remove(ctx context.Context, name string) error {
	_, err := e.Client().ContainerRemove(ctx, name, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	if errdefs.IsNotFound(err) {
		return nil
	}
	return err
}
