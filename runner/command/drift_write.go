package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/drift"
	"github.com/seed-11445fa1/referee/schemas/overlay"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// checkWrite says why --write cannot write where it should: what is there is known only
// with --catalogue, and patches follow on those that it has.
func checkWrite(write, folder string) error {
	if write == "" {
		return nil
	}
	there, err := os.Stat(write)
	switch {
	case err == nil && !there.IsDir():
		return fmt.Errorf("--write %s: it is a file; name a folder", write)
	case folder != "":
		if known, err := os.Stat(folder); err == nil && !(there != nil && os.SameFile(known, there)) {
			return fmt.Errorf("--write %s: with --catalogue %s what is new is added to that folder; give --write %s", write, folder, folder)
		}
	case err == nil && hasCatalogue(write):
		return fmt.Errorf("--write %s: there is a catalogue already; give --catalogue %s too, so that what is in it is not new", write, write)
	}
	return nil
}

// hasCatalogue reports whether a folder has files of a catalogue, right or not.
func hasCatalogue(folder string) bool {
	own, _ := overlay.Read(os.DirFS(folder))
	return own != nil
}

// suggest writes variant files and schema patches for what drifted from a catalogue,
// and tells what it wrote, and what it could not.
func (f *driftFlags) suggest(h *Host, c *schemas.Catalogue, r drift.Report) error {
	s, err := drift.Suggest(c, r.Items)
	if err != nil {
		return err
	}
	variants := 0
	for _, v := range s.Variants {
		file := filepath.Join(f.write, v.ID+".json")
		switch _, err := os.Stat(file); {
		case err == nil:
			h.warn("--write: %s is there already, and stays as it is", file)
			continue
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
		if err := writeJSONFile(file, v); err != nil {
			return err
		}
		variants++
	}
	if err := writePatches(f.write, s.Patches); err != nil {
		return err
	}
	for _, unfit := range s.Unfit {
		h.warn("--write: there is no variant of %s", unfit)
	}
	if len(f.against) == 0 {
		for _, i := range s.Left {
			h.warn("--write: no patch mends %s (%s); look into it, and give it to --accept", i.ID, i.Detail)
		}
	}
	if variants+len(s.Patches) > 0 {
		h.note("wrote %s, and patches of %s, to %s; look them through: --catalogue %s takes them for known",
			plural.Count(variants, "variant"), plural.Count(len(s.Patches), "schema"), f.write, f.write)
	}
	return nil
}

// writePatches writes patches of schemas after those that are in the folder already.
func writePatches(folder string, patches map[string][]overlay.Operation) error {
	for _, schema := range slices.Sorted(maps.Keys(patches)) {
		file := filepath.Join(folder, overlay.PatchFile(schema))
		before, err := readPatch(file)
		if err != nil {
			return err
		}
		if err := writeJSONFile(file, append(before, patches[schema]...)); err != nil {
			return err
		}
	}
	return nil
}

// readPatch reads a patch file; none if there is no such file.
func readPatch(file string) ([]overlay.Operation, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	operations, err := overlay.ParsePatch(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return operations, nil
}

func writeJSONFile(file string, v any) error {
	return report.WriteFile(file, func(w io.Writer) error { return writeJSON(w, v) })
}
