package docker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	quiet "github.com/testcontainers/testcontainers-go/log"
)

// loopback is where an engine on this machine publishes ports.
const loopback = "127.0.0.1"

// engine is the Docker Engine that runs a receiver's container.
type engine struct {
	*testcontainers.DockerProvider
}

// connecting guards the settings that testcontainers keeps for the whole process.
var connecting sync.Mutex

// connect finds the Docker Engine where testcontainers looks for it.
func connect(ctx context.Context) (engine, error) {
	// If this one did not answer, testcontainers would take another.
	if os.Getenv("DOCKER_HOST") != "" {
		if err := answers(ctx); err != nil {
			return engine{}, noEngine(err)
		}
	}
	connecting.Lock()
	defer connecting.Unlock()
	// It would tell on standard error which engine it found.
	usual := quiet.Default()
	quiet.SetDefault(quiet.NewNoopLogger())
	defer quiet.SetDefault(usual)
	// Ryuk, which removes what a killed process leaves, has to be pulled from a
	// registry and is given the engine's socket. The watchdog and the sweep do
	// without; who wants Ryuk sets the variable to false.
	const ryuk = "TESTCONTAINERS_RYUK_DISABLED"
	if _, decided := os.LookupEnv(ryuk); !decided {
		if err := os.Setenv(ryuk, "true"); err != nil {
			return engine{}, err
		}
		defer os.Unsetenv(ryuk) // testcontainers has read it; commands are not to inherit it
	}
	provider, err := testcontainers.ProviderDefault.GetProvider(testcontainers.WithLogger(quiet.NewNoopLogger()))
	if err != nil {
		return engine{}, noEngine(err)
	}
	docker, ok := provider.(*testcontainers.DockerProvider)
	if !ok {
		return engine{}, fmt.Errorf("connect to the Docker Engine: it is a %T", provider)
	}
	return engine{docker}, nil
}

// answers reports why the engine that the environment names does not answer.
func answers(ctx context.Context) error {
	c, err := client.New(client.FromEnv)
	if err != nil {
		return err
	}
	_, err = c.Ping(ctx, client.PingOptions{})
	return errors.Join(err, c.Close())
}

// noEngine is the error where no Docker Engine answers.
func noEngine(err error) error {
	do := "start Docker Desktop or the service docker, install one of them (Debian: apt-get install docker.io), or name the socket of another engine in DOCKER_HOST"
	if errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), "permission denied") {
		do = "this user may not use it; add the user to the group docker and log in again, or run Referee as root"
	}
	reason := strings.Join(strings.Split(err.Error(), "\n"), "; ")
	return fmt.Errorf("an image needs a Docker Engine, and none answers at %s: %s\n%s", strings.Join(engineSockets(), ", "), reason, do)
}

// engineSockets are where an engine is looked for.
func engineSockets() []string {
	if host := os.Getenv("DOCKER_HOST"); host != "" {
		return []string{"DOCKER_HOST=" + host}
	}
	if runtime.GOOS == "windows" {
		return []string{"//./pipe/docker_engine"}
	}
	places := []string{"/var/run/docker.sock"}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		places = append(places, filepath.Join(dir, "docker.sock"))
	}
	if home, err := os.UserHomeDir(); err == nil {
		places = append(places, filepath.Join(home, ".docker", "run", "docker.sock"))
	}
	return places
}
