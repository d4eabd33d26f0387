package sut

import (
	"cmp"
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
	if what, do := c.lacking(missing); what != "" {
		return k.failed(what, do)
	}
	switch {
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

// lacking says of a receiver that listens what was missing, and what to do; empty
// for one that does not listen.
func (c Command) lacking(missing error) (what, do string) {
	switch {
	case errors.Is(missing, errUnlogged):
		return fmt.Sprintf("wrote no line within %s that matches %q", c.ReadyTimeout, c.ReadyLog),
			"correct --ready-log, or give it more time with --ready-timeout"
	case errors.Is(missing, errSilent):
		return fmt.Sprintf("listens on port %d, but GET %s failed for %s: %v", c.Port, cmp.Or(c.ReadyPath, c.Path), c.ReadyTimeout, missing),
			"name a path that it answers with --ready-path, or a line of its output with --ready-log"
	}
	return "", ""
}

func (k *keeper) failed(what, do string) error { return k.command.failed(what, do, k.lastOutput()) }

// failed words an error of a start: what happened, what to do, and the evidence.
func (c Command) failed(what, do, output string) error {
	return fmt.Errorf("the receiver %q %s: %s\n%s", c.Line, what, do, quoted("Its last output", "It wrote nothing.", output))
}

// quoted is a text below a line that says what it is, or what it means where
// there is none.
func quoted(title, none, text string) string {
	if text == "" {
		return none
	}
	return title + ":\n  " + strings.ReplaceAll(text, "\n", "\n  ")
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
