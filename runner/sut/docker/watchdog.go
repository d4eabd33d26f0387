package docker

import (
	"os"

	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// removing removes a container after the end of its input, unless it reads a
// line first. Without the program docker, that is left to the next start.
const removing = `
trap '' HUP INT TERM
read -r done && exit
exec docker rm --force --volumes "$1"
`

// newWatchdog starts a watchdog for the container of this name, before it is
// there. host is where the engine is.
func newWatchdog(name, host string) (*life.Watchdog, error) {
	environ := []string{"DOCKER_HOST=" + host}
	for _, variable := range []string{"PATH", "HOME", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"} {
		environ = append(environ, variable+"="+os.Getenv(variable))
	}
	return life.NewWatchdog(removing, name, environ...)
}
