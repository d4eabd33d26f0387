package docker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"

	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/runner/sut/internal/interception"
	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// upstream is how a container's calls reach the platform.
type upstream struct {
	network string   // that the container joins; empty: Docker's own
	hosts   []string // for its hosts file, as name:address
	environ []string // what is set for it, as NAME=value
	files   []testcontainers.ContainerFile

	api          *http.Server // nil where the receiver gets the platform's own address
	serving      sync.WaitGroup
	interception *interception.Server // nil where nothing is intercepted
}

// lead finds and opens the upstream for a container of this image.
func (i Image) lead(ctx context.Context, e engine, p known, env sut.Environment) (*upstream, error) {
	var joined []network.Inspect
	if i.Network != "" {
		n, err := e.network(ctx, i.Network)
		if err != nil {
			return nil, err
		}
		joined = append(joined, n)
	}
	at, err := e.meet(ctx, joined)
	if err != nil {
		return nil, err
	}
	w := &upstream{network: i.Network, hosts: []string{sut.ContainerHost + ":" + at.entry}}
	var added []string
	if env.GraphAPI != nil {
		added, err = w.open(i, at, p, &env)
	}
	if len(env.ClientCA) > 0 {
		env.ClientCAFile = clientCA
		w.files = append(w.files, readable(clientCA, env.ClientCA))
	}
	if err == nil {
		w.environ, err = i.Terms().Environ(env, append([]string{life.Unbuffered}, added...))
	}
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// open begins to listen where the container reaches this machine, and puts the
// address into the environment. It returns what interception adds to that.
func (w *upstream) open(i Image, at meeting, p known, env *sut.Environment) ([]string, error) {
	ln, err := net.Listen("tcp", netip.AddrPortFrom(at.listen, 0).String())
	if err != nil {
		return nil, fmt.Errorf("open the platform to the container: %w", err)
	}
	w.api = &http.Server{
		Handler: env.GraphAPI, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
	w.serving.Go(func() { _ = w.api.Serve(ln) }) // it says that it was closed
	for _, address := range []*string{&env.GraphURL, &env.ReceiptsURL} {
		if *address, err = moved(*address, ln.Addr()); err != nil {
			return nil, err
		}
	}
	if !i.Intercept {
		return nil, nil
	}
	return w.intercept(env.GraphAPI, i.AllowNetwork, at, p.environ)
}

// moved is an address of the platform as the container reaches it.
func moved(address string, to net.Addr) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("the platform's address: %w", err)
	}
	u.Scheme, u.Host = "http", fmt.Sprintf("%s:%d", sut.ContainerHost, to.(*net.TCPAddr).Port)
	return u.String(), nil
}

// close stops listening.
func (w *upstream) close() error {
	var err error
	if w.api != nil {
		err = w.api.Close()
		w.serving.Wait()
	}
	return errors.Join(err, w.interception.Close())
}
