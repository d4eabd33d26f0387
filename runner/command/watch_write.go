package command

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/seed-11445fa1/referee/runner/watch"
	"github.com/seed-11445fa1/referee/schemas"
)

// propose writes what a watch proposes into a folder, in the form that `referee drift
// --write` has. What an earlier run proposed stays there.
func (h *Host) propose(folder string, r watch.Report) error {
	p, err := r.Propose()
	if err != nil {
		return err
	}
	for _, v := range p.Variants {
		if err := writeVariant(folder, v); err != nil {
			return err
		}
	}
	if err := writePatches(folder, p.Patches); err != nil {
		return err
	}
	if err := writeChanges(filepath.Join(folder, "changes.json"), p.Changes); err != nil {
		return err
	}
	for _, missing := range p.Missing {
		h.warn("--write: there is no variant or patch of %s", missing)
	}
	if p.GraphVersions == nil {
		return nil
	}
	return writeJSONFile(filepath.Join(folder, "history", "graph-versions.json"), map[string]any{"versions": p.GraphVersions})
}

// writeVariant writes a variant file. Another one with its ID stays, and the new one
// gets the next ID.
func writeVariant(folder string, v schemas.Variant) error {
	id := v.ID
	for n := 2; ; n++ {
		file := filepath.Join(folder, v.ID+".json")
		there, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			return writeJSONFile(file, v)
		}
		if err != nil {
			return err
		}
		var text bytes.Buffer
		if err := writeJSON(&text, v); err != nil {
			return err
		}
		if bytes.Equal(there, text.Bytes()) {
			return nil
		}
		v.ID = fmt.Sprintf("%s-%d", id, n)
	}
}

// writeChanges writes changes of the history after those that are in the file already.
func writeChanges(file string, changes []schemas.Change) error {
	if len(changes) == 0 {
		return nil
	}
	var all []schemas.Change
	switch text, err := os.ReadFile(file); {
	case err == nil:
		if all, err = schemas.ParseChanges(text); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	for _, c := range changes {
		if !slices.ContainsFunc(all, func(there schemas.Change) bool { return reflect.DeepEqual(there, c) }) {
			all = append(all, c)
		}
	}
	return writeJSONFile(file, all)
}
