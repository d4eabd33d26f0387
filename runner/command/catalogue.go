package command

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/overlay"
)

// catalogueFlag adds the flag that names the folder with a team's own catalogue.
func catalogueFlag(flags *pflag.FlagSet, folder *string) {
	config.MustDeclare(flags, "catalogue", folder)
}

// catalogue is what Meta sends, as of a day if one is given, with what is in a folder
// if that is.
func (h *Host) catalogue(folder, asOf string) (*schemas.Catalogue, error) {
	c, err := h.asOf("--as-of", asOf)
	if err != nil {
		return nil, err
	}
	return h.lay(folder, c)
}

// lay lays what is in a folder over a catalogue, and tells what is left out.
func (h *Host) lay(folder string, c *schemas.Catalogue) (*schemas.Catalogue, error) {
	if folder == "" {
		return c, nil
	}
	own, err := readOverlay(folder)
	if err != nil {
		return nil, ofFolder(folder, err)
	}
	laid, notes, err := own.On(c)
	if err != nil {
		return nil, ofFolder(folder, err)
	}
	for _, note := range notes {
		h.warn("--catalogue %s: %s", folder, note)
	}
	return laid, nil
}

func readOverlay(folder string) (*overlay.Overlay, error) {
	switch info, err := os.Stat(folder); {
	case err != nil:
		return nil, errors.New("there is no such folder; `referee drift --write` makes one")
	case !info.IsDir():
		return nil, errors.New("it is a file; name the folder that it is in")
	}
	return overlay.Read(os.DirFS(folder))
}

// ofFolder says of which folder an error is, whose lines are one problem each.
func ofFolder(folder string, err error) error {
	if text := err.Error(); strings.Contains(text, "\n") {
		return fmt.Errorf("--catalogue %s:\n  %s", folder, strings.ReplaceAll(text, "\n", "\n  "))
	}
	return fmt.Errorf("--catalogue %s: %w", folder, err)
}

// note tells what was done beside the output.
func (h *Host) note(format string, args ...any) {
	fmt.Fprintf(h.Stderr, "referee: %s\n", report.Clean(fmt.Sprintf(format, args...)))
}

// warn tells of what is no reason to end.
func (h *Host) warn(format string, args ...any) {
	fmt.Fprintf(h.Stderr, "referee: warning: %s\n", report.Clean(fmt.Sprintf(format, args...)))
}
