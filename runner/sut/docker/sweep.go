package docker

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/moby/moby/client"
)

// ownerLabel says which process looks after a container: host name and process
// id.
const ownerLabel = "referee.owner"

func owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return host + "/" + strconv.Itoa(os.Getpid())
}

// sweep removes the containers of processes that ended without doing so. It does
// what it can: nothing of it is needed for what follows.
func (e engine) sweep(ctx context.Context) {
	found, err := e.Client().ContainerList(ctx, client.ContainerListOptions{
		All: true, Filters: client.Filters{}.Add("label", ownerLabel),
	})
	if err != nil {
		return
	}
	for _, c := range found.Items {
		if abandoned(c.Labels[ownerLabel], owner()) {
			_ = e.remove(ctx, c.ID)
		}
	}
}

// abandoned reports whether a container's owner is a process of this machine
// that is gone. Those of other machines on the same engine are not known here.
func abandoned(label, self string) bool {
	host, id, _ := strings.Cut(label, "/")
	here, _, _ := strings.Cut(self, "/")
	pid, err := strconv.Atoi(id)
	if host != here || err != nil {
		return false
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return true
	}
	defer p.Release()
	// Signal 0 only looks. Where it cannot, the process was found all the same.
	err = p.Signal(syscall.Signal(0))
	return errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.ESRCH)
}
