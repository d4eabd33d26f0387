package overlay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"github.com/seed-11445fa1/referee/schemas"
)

// Operation is one step of a JSON Patch (RFC 6902).
type Operation struct {
	Op   string `json:"op"`
	Path string `json:"path"`
	// From is where a move or a copy takes its value.
	From string `json:"from,omitempty"`
	// Value is JSON; nil for an operation that has none.
	Value json.RawMessage `json:"value,omitempty"`
}

// String names the operation: "add /properties/x".
func (o Operation) String() string { return o.Op + " " + o.Path }

// Apply does one operation to a text. The error says why it does not fit.
func (o Operation) Apply(text []byte) ([]byte, error) {
	encoded, err := json.Marshal([]Operation{o})
	if err != nil {
		return nil, err
	}
	patch, err := jsonpatch.DecodePatch(encoded)
	if err != nil {
		return nil, err
	}
	// Whatever is wrong is an error: by default the library counts an index of -1 from
	// the end.
	options := jsonpatch.NewApplyOptions()
	options.SupportNegativeIndices = false
	options.EscapeHTML = false
	return patch.ApplyWithOptions(text, options)
}

// check says what is wrong with an operation, whatever it is applied to.
func (o Operation) check() error {
	needs, known := map[string]string{"add": "value", "replace": "value", "test": "value", "remove": "", "move": "from", "copy": "from"}[o.Op]
	switch {
	case !known:
		return fmt.Errorf("/op: there is no operation %q; there are add, remove, replace, move, copy and test", o.Op)
	case !strings.HasPrefix(o.Path, "/"):
		return fmt.Errorf("/path: %q is no JSON Pointer to a part of the schema, such as /properties/x", o.Path)
	case needs == "value" && o.Value == nil:
		return fmt.Errorf("/value: %s needs one", o.Op)
	case needs == "from" && !strings.HasPrefix(o.From, "/"):
		return fmt.Errorf("/from: %q is no JSON Pointer to a part of the schema, such as /properties/x", o.From)
	}
	return nil
}

// ParsePatch reads a patch file. The error says what is wrong with it, and where.
func ParsePatch(text []byte) ([]Operation, error) {
	if _, err := schemas.Decode(text); err != nil {
		return nil, err
	}
	var list []json.RawMessage
	if json.Unmarshal(text, &list) != nil || len(list) == 0 {
		return nil, errors.New(`it has to be a JSON Patch (RFC 6902): [{"op": "add", "path": "/properties/x", "value": {"type": "string"}}]`)
	}
	operations := make([]Operation, len(list))
	for i, item := range list {
		dec := json.NewDecoder(bytes.NewReader(item))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&operations[i]); err != nil {
			return nil, fmt.Errorf("/%d: %w", i, err)
		}
		if err := operations[i].check(); err != nil {
			return nil, fmt.Errorf("/%d%w", i, err)
		}
	}
	return operations, nil
}

// patch is a patch file.
type patch struct {
	name       string // of the file
	schema     string // the schema file that it is for
	operations []Operation
}

// apply patches the schema of a catalogue. What is already as the patch wants it is
// noted, and so is, for a catalogue of a day, what does not fit that day; for one of
// all days what does not fit is an error.
func (p patch) apply(c *schemas.Catalogue) (text []byte, notes []string, err error) {
	if text, err = c.SchemaFile(p.schema); err != nil {
		return nil, nil, err
	}
	guarded := false // by a test that failed
	for i, o := range p.operations {
		note := func(format string, args ...any) {
			notes = append(notes, fmt.Sprintf("%s: /%d (%s): %s", p.name, i, o, fmt.Sprintf(format, args...)))
		}
		if guarded {
			guarded = false
			note("left out with the test before it")
			continue
		}
		if has(text, o) {
			note("the catalogue has this already; take the operation out")
			continue
		}
		patched, err := o.Apply(text)
		switch {
		case err == nil:
			text = patched
		case c.Day() != "":
			guarded = o.Op == "test"
			note("it does not fit what Meta sent on %s, and is left out", c.Day())
		default:
			return nil, nil, fmt.Errorf("%s: /%d: %s does not fit %s: %s; correct it, take it out, or let `referee drift --write` make the patch anew", p.name, i, o, p.schema, reason(o, err))
		}
	}
	return text, notes, nil
}

// has reports whether a text has already what an operation adds or puts there. An
// addition never takes the place of what is there: a release that learns of a member
// knows more of it.
func has(text []byte, o Operation) bool {
	doc, err := schemas.Decode(text)
	if err != nil {
		return false
	}
	switch o.Op {
	case "replace":
		value, there := schemas.ValueAt(doc, o.Path)
		return there && equals(value, o.Value)
	case "add":
		last := strings.LastIndexByte(o.Path, '/')
		above, _ := schemas.ValueAt(doc, o.Path[:last])
		switch v := above.(type) {
		case map[string]any:
			_, there := v[schemas.UnescapeToken(o.Path[last+1:])]
			return there
		case []any:
			return slices.ContainsFunc(v, func(element any) bool { return equals(element, o.Value) })
		}
	}
	return false
}

func equals(value any, text []byte) bool {
	encoded, err := json.Marshal(value)
	return err == nil && jsonpatch.Equal(encoded, text)
}

// reason says why an operation does not fit, in words for whoever wrote it.
func reason(o Operation, err error) string {
	switch {
	case errors.Is(err, jsonpatch.ErrTestFailed):
		return "the schema has something else there"
	case errors.Is(err, jsonpatch.ErrMissing), errors.Is(err, jsonpatch.ErrUnknownType), errors.Is(err, jsonpatch.ErrInvalidIndex):
		return "there is no such place"
	}
	return err.Error()
}
