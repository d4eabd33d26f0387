package sut

import (
	"fmt"
	"slices"

	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// endedEarly is the error of a receiver that ended as soon as it was started.
// After it, nothing is left of the receiver.
func (k *keeper) endedEarly() error {
	p := k.now
	if err := p.end(); err != nil {
		return err
	}
	if p.background() {
		return k.failed(
			fmt.Sprintf("went on in the background (%s) after its command had ended (%s), where Referee cannot look after it", join(p.left), p.how),
			"start it in the foreground, without & or an option such as --daemon")
	}
	do := advice(p.code)
	if do == "" {
		do = "a receiver runs until it is stopped; find the cause in its output"
	}
	return k.failed(fmt.Sprintf("ended before it was ready (%s)", p.how), do)
}

// notReady is the error of a receiver whose time is up. ports are those on which
// it listens, as far as known.
func (k *keeper) notReady(missing error, ports []int) error {
	c := k.command
	if what, do := c.Terms().Lacking(missing); what != "" {
		return k.failed(what, do)
	}
	switch {
	case len(ports) > 0 && !slices.Contains(ports, c.Port):
		return k.failed(
			fmt.Sprintf("listens on %s, and not on port %d as the variable PORT says", life.Ports(ports), c.Port),
			fmt.Sprintf("let it read PORT, or tell Referee its port with --port %d", ports[0]))
	case slices.Contains(ports, c.Port):
		return k.failed(
			fmt.Sprintf("listens on port %d, but not on a loopback address", c.Port),
			"let it listen on all addresses, or on 127.0.0.1")
	}
	return k.failed(
		fmt.Sprintf("does not listen on port %d, which the variable PORT names, after %s", c.Port, c.ReadyTimeout),
		"let it read PORT, tell Referee its port with --port, or give it more time with --ready-timeout")
}

func (k *keeper) failed(what, do string) error {
	return k.command.Terms().Failed(what, do, k.LastOutput())
}
