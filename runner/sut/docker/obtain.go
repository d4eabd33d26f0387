package docker

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/authconfig"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// known is what the engine knows of an image.
type known struct {
	name string

	environ []string // as NAME=value
	ports   []int    // that it says it listens on, in order
}

// obtain makes sure that the engine has the image: it builds it, or pulls it
// where it is not there.
func (e engine) obtain(ctx context.Context, i Image) (known, error) {
	if i.BuildContext != "" {
		name, err := e.build(ctx, i.BuildContext)
		if err != nil {
			return known{}, err
		}
		return e.look(ctx, name)
	}
	p, err := e.look(ctx, i.Name)
	if !errdefs.IsNotFound(err) {
		return p, err
	}
	if err := e.pull(ctx, i.Name); err != nil {
		return known{}, fmt.Errorf("the image %s is not on this machine, and cannot be pulled: %w\ncheck its name, make it with `docker build -t %s .`, or see what `docker pull %s` says", i.Name, err, i.Name, i.Name)
	}
	return e.look(ctx, i.Name)
}

// look asks the engine for an image.
func (e engine) look(ctx context.Context, name string) (known, error) {
	found, err := e.Client().ImageInspect(ctx, name)
	if err != nil {
		return known{}, fmt.Errorf("look for the image %s: %w", name, err)
	}
	p := known{name: name}
	if found.Config == nil {
		return p, nil
	}
	p.environ = found.Config.Env
	for exposed := range found.Config.ExposedPorts { // such as 8080/tcp
		number, protocol, _ := strings.Cut(exposed, "/")
		if n, err := strconv.Atoi(number); err == nil && protocol != "udp" {
			p.ports = append(p.ports, n)
		}
	}
	slices.Sort(p.ports)
	return p, nil
}

// pull gets an image from its registry, with the credentials that `docker login`
// has stored. Not by testcontainers, which drops the reason of a failure.
func (e engine) pull(ctx context.Context, name string) error {
	var options client.ImagePullOptions
	if _, login, err := testcontainers.DockerImageAuth(ctx, name); err == nil {
		if options.RegistryAuth, err = authconfig.Encode(login); err != nil {
			return err
		}
	}
	progress, err := e.Client().ImagePull(ctx, name, options)
	if err != nil {
		return err
	}
	return progress.Wait(ctx)
}

// build builds the folder's Dockerfile and returns the name of the image. It
// stays when the run is over, as after `docker build`: the next build is quick.
func (e engine) build(ctx context.Context, folder string) (string, error) {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return "", fmt.Errorf("the build context: %w", err)
	}
	// A name of its own for each folder, so that a new build takes it over.
	sum := sha256.Sum256([]byte(absolute))
	var log bytes.Buffer
	name, err := e.BuildImage(ctx, &testcontainers.ContainerRequest{FromDockerfile: testcontainers.FromDockerfile{
		Context: absolute, Repo: "referee-build", Tag: hex.EncodeToString(sum[:6]),
		KeepImage: true, BuildLogWriter: &log,
	}})
	if err != nil {
		return "", fmt.Errorf("build the image of %s: %w; correct its Dockerfile, or, if it needs BuildKit, use `docker build -t my/bot %s` and --image my/bot\n%s",
			folder, err, folder, life.Quoted("The last of the build", "The build said nothing.", life.Last(log.String())))
	}
	return name, nil
}
