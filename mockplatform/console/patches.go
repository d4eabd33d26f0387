package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/drift"
	"github.com/seed-11445fa1/referee/schemas/overlay"
)

// unfitError is of an event that no patch lets a catalogue have.
type unfitError struct {
	huma.ErrorModel
	Command string `json:"command" doc:"A shell command that says what it differs in, and writes what can be written"`
}

// patched makes a variant that the schemas of the catalogue refuse fit for one with
// patches, as `referee drift --write` does: fits has it, and the files of the patches.
// refused is why it does not fit as it is.
func (s *Server) patched(v schemas.Variant, h happened, refused error) (fits schemas.Variant, patches []VariantFile, err error) {
	ev, err := event.Build(v, h.session, 1, h.at)
	if err != nil {
		return v, nil, err
	}
	body, err := event.Wrap(ev)
	if err != nil {
		return v, nil, err
	}
	c := drift.NewCollector(s.catalogue())
	c.Add(drift.Sample{Body: body})
	suggested, err := drift.Suggest(s.catalogue(), c.Report().Items)
	if err != nil {
		return v, nil, err
	}
	catalogue, err := with(s.catalogue(), suggested.Patches)
	if err != nil {
		return v, nil, err
	}
	// What has become another kind of event than the one that it began as has the schema of
	// that.
	for _, one := range append([]schemas.Variant{v}, suggested.Variants...) {
		v.Schema, v.Field = one.Schema, one.Field
		if overlay.Fits(catalogue, v) == nil {
			patches, err = patchFiles(suggested.Patches)
			return v, patches, err
		}
	}
	return v, nil, unfit(refused, body)
}

// with is a catalogue with patches of its schemas.
func with(c *schemas.Catalogue, patches map[string][]overlay.Operation) (*schemas.Catalogue, error) {
	files := map[string][]byte{}
	for name, operations := range patches {
		text, err := c.SchemaFile(name)
		for _, o := range operations {
			if err == nil {
				text, err = o.Apply(text)
			}
		}
		if err != nil {
			return nil, err
		}
		files[name] = text
	}
	return c.With(schemas.Additions{Files: files})
}

func patchFiles(patches map[string][]overlay.Operation) (files []VariantFile, err error) {
	for _, name := range slices.Sorted(maps.Keys(patches)) {
		text, err := fileText(patches[name])
		if err != nil {
			return nil, err
		}
		files = append(files, VariantFile{Name: overlay.PatchFile(name), Text: text})
	}
	return files, nil
}

// fileText is JSON for a file that people read.
func fileText(v any) (string, error) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return text.String(), err
}

// whatOf is what the schemas refuse, without advice.
func whatOf(refused error) string {
	what, _, _ := strings.Cut(refused.Error(), "; correct the event")
	return what
}

func unfit(refused error, body []byte) error {
	// A quoted here-document is taken as it is, but for a line that ends it.
	command := "referee drift --write ours - <<'EVENT'\n" + string(body) + "\nEVENT"
	return &unfitError{Command: command, ErrorModel: huma.ErrorModel{
		Title: http.StatusText(http.StatusUnprocessableEntity), Status: http.StatusUnprocessableEntity,
		Detail: "a catalogue cannot have this event, nor can one with a patch: " + whatOf(refused) + ". Correct the event",
	}}
}

// isUnfit reports whether an error is that of an event which no catalogue can have.
func isUnfit(err error) bool {
	var unfit *unfitError
	return errors.As(err, &unfit)
}
