package sut

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
	switch {
	case errors.Is(missing, errUnlogged):
		return k.failed(
			fmt.Sprintf("wrote no line within %s that matches %q", c.ReadyTimeout, c.ReadyLog),
			"correct --ready-log, or give it more time with --ready-timeout")
	case errors.Is(missing, errSilent):
		path := c.ReadyPath
		if path == "" {
			path = c.Path
		}
		return k.failed(
			fmt.Sprintf("listens on port %d, but GET %s failed for %s: %v", c.Port, path, c.ReadyTimeout, missing),
			"name a path that it answers with --ready-path, or a line of its output with --ready-log")
	case len(ports) > 0 && !slices.Contains(ports, c.Port):
		return k.failed(
			fmt.Sprintf("listens on %s, and not on port %d as the variable PORT says", list(ports), c.Port),
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

// failed words an error of a start: what happened, what to do, and the evidence.
func (k *keeper) failed(what, do string) error {
	wrote := "It wrote nothing."
	if text := k.lastOutput(); text != "" {
		wrote = "Its last output:\n  " + strings.ReplaceAll(text, "\n", "\n  ")
	}
	return fmt.Errorf("the receiver %q %s: %s\n%s", k.command.Line, what, do, wrote)
}

func list(ports []int) string {
	words := make([]string, len(ports))
	for i, p := range ports {
		words[i] = strconv.Itoa(p)
	}
	noun := "port "
	if len(ports) > 1 {
		noun = "ports "
	}
	return noun + strings.Join(words, ", ")
}
