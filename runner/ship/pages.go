package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/command"
	"github.com/seed-11445fa1/referee/runner/report"
)

// pages writes the manual pages of all commands into the folder man inside folder, and
// completion for each shell into completion, in the place of what is there. They are the
// same bytes for the same version and date.
func pages(folder, version, date string) error {
	written, err := time.Parse(time.RFC3339, date)
	if err != nil {
		return fmt.Errorf("the date of the pages has to be one like 2026-01-31T12:00:00Z: %w", err)
	}
	// A release takes all that is there: the page of a command that is gone as well.
	if err := errors.Join(os.RemoveAll(filepath.Join(folder, "man")), os.RemoveAll(filepath.Join(folder, "completion"))); err != nil {
		return err
	}
	root := command.Tree()
	m := manual{version: version, date: written}
	for _, cmd := range append(below(root), root) {
		path := filepath.Join(folder, "man", manName(cmd)+"."+section)
		if err := report.WriteFile(path, func(w io.Writer) error { return m.write(w, cmd) }); err != nil {
			return err
		}
	}
	for _, c := range []struct {
		file  string
		write func(io.Writer) error
	}{
		{"referee.bash", func(w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
		{"_referee", root.GenZshCompletion},
		{"referee.fish", func(w io.Writer) error { return root.GenFishCompletion(w, true) }},
		{"referee.ps1", root.GenPowerShellCompletionWithDesc},
	} {
		if err := report.WriteFile(filepath.Join(folder, "completion", c.file), c.write); err != nil {
			return err
		}
	}
	return nil
}

// commandsOf are the commands of a command that a reader may call.
func commandsOf(cmd *cobra.Command) (all []*cobra.Command) {
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() && sub.Name() != "help" {
			all = append(all, sub)
		}
	}
	return all
}

// below are all commands below one.
func below(cmd *cobra.Command) (all []*cobra.Command) {
	for _, sub := range commandsOf(cmd) {
		all = append(append(all, sub), below(sub)...)
	}
	return all
}
