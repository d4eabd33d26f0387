package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"

	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// notStarted is the error of a container that the engine does not start.
func (k *keeper) notStarted(err error) error {
	do := "see what `docker run` says of the image"
	switch text := err.Error(); {
	case strings.Contains(text, "executable file not found"), strings.Contains(text, "no such file or directory"):
		do = "the image has no such program; correct the ENTRYPOINT or CMD of its Dockerfile"
	case strings.Contains(text, "cannot assign requested address"):
		do = fmt.Sprintf("the machine of the Docker Engine is not %s; say at which of its addresses it has to publish ports in %s", k.host, hostOverride)
	case strings.Contains(text, "permission denied"):
		do = "the image's program is not executable; correct that in its Dockerfile"
	}
	return k.failed(fmt.Sprintf("could not be started (%v)", err), do)
}

// endedEarly is the error of a container that ended before it was ready.
func (k *keeper) endedEarly() error {
	do := "a receiver runs until it is stopped; find the cause in its output"
	if strings.Contains(k.LastOutput(), "exec format error") {
		do = "the image is for machines of another architecture; build it for this one"
	}
	return k.failed(fmt.Sprintf("ended before it was ready (%s)", k.now.how), do)
}

// notReady is the error of a container whose time is up.
func (k *keeper) notReady(missing error) error {
	i := k.image
	if errors.Is(missing, errTaken) {
		return k.failed(fmt.Sprintf("is ready again, but another program took its address meanwhile (%v)", missing), "run again")
	}
	// The last try may have ended with the time, and not with what it met; what is known
	// of the one before may be from when it did not listen yet.
	heard := !unheard(missing)
	if k.target != "" {
		heard = listens(context.Background(), k.target)
	}
	if heard {
		if what, do := i.Terms().Lacking(missing); what != "" {
			return k.failed(what, do)
		}
	}
	do := "let it read PORT and listen on 0.0.0.0, not on localhost alone; tell Referee its port with --port; or give it more time with --ready-timeout"
	if ports := k.known.ports; len(ports) > 0 && !slices.Contains(ports, i.Port) {
		do = fmt.Sprintf("its image exposes %s: let it read PORT, or tell Referee its port with --port %d", life.Ports(ports), ports[0])
	}
	return k.failed(fmt.Sprintf("does not listen on port %d of its container, which the variable PORT names, after %s", i.Port, i.ReadyTimeout), do)
}

// unheard reports whether Docker's proxy closed a connection that nobody took
// from it.
func unheard(missing error) bool {
	return errors.Is(missing, io.EOF) || errors.Is(missing, io.ErrUnexpectedEOF) || errors.Is(missing, syscall.ECONNRESET)
}

func (k *keeper) failed(what, do string) error {
	return k.image.Terms().Failed(what, do, k.LastOutput())
}
