package forecast_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/drift"
)

const base = "https://github.com/seed-11445fa1/referee/schemas/"

// patched validates a body against the envelope's schema after the schema files
// were patched.
func patched(t testing.TB, patches map[string][]drift.Operation, doc []byte) error {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	c.LoadURL = func(url string) (io.ReadCloser, error) {
		file := strings.TrimPrefix(url, base)
		text, err := schemas.SchemaFile(file)
		if err != nil {
			return nil, err
		}
		var root any
		if err := json.Unmarshal(text, &root); err != nil {
			return nil, err
		}
		for _, op := range patches[file] {
			if root, err = apply(root, strings.Split(op.Path, "/")[1:], op); err != nil {
				return nil, fmt.Errorf("%s %s: %w", op.Op, op.Path, err)
			}
		}
		text, err = json.Marshal(root)
		return io.NopCloser(bytes.NewReader(text)), err
	}
	s, err := c.Compile(base + "meta/envelope.schema.json")
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(doc))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	return s.Validate(value)
}

// apply carries out one step of a JSON Patch and returns the changed value.
func apply(value any, tokens []string, op drift.Operation) (any, error) {
	token := schemas.UnescapeToken(tokens[0])
	switch v := value.(type) {
	case map[string]any:
		if len(tokens) > 1 {
			inner, err := apply(v[token], tokens[1:], op)
			v[token] = inner
			return v, err
		}
		if op.Op == "remove" {
			delete(v, token)
		} else {
			v[token] = op.Value
		}
		return v, nil
	case []any:
		if token == "-" {
			return append(v, op.Value), nil
		}
		i, err := strconv.Atoi(token)
		if err != nil || i >= len(v) {
			return v, fmt.Errorf("there is no element %s", token)
		}
		if len(tokens) > 1 {
			v[i], err = apply(v[i], tokens[1:], op)
			return v, err
		}
		if op.Op == "remove" {
			return append(v[:i], v[i+1:]...), nil
		}
		v[i] = op.Value
		return v, nil
	}
	return value, fmt.Errorf("%T has nothing below it", value)
}

// What drift suggests for a new member, a new value or a new kind of event makes
// the schemas take the event, and the variant that it writes is one.
func TestSuggestionsHold(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := draw(r)
		doc := body(t, f)
		for _, i := range drifts(doc) {
			if v, ok := i.Variant(); ok {
				text, err := json.Marshal(v)
				if err != nil {
					r.Fatal(err)
				}
				if err := schemas.Validate("format.variant", text); err != nil {
					r.Errorf("%s: the variant %s: %v", f, text, err)
				}
			} else if i.Event != "" {
				r.Errorf("%s: no variant is written for %+v", f, i)
			}
			switch i.What {
			case drift.NewMember, drift.NewValue, drift.ChangedType:
			default:
				continue // not everything can be mended by a patch
			}
			patches := drift.Patches([]drift.Item{i})
			if len(patches) == 0 {
				if i.What == drift.NewMember {
					r.Errorf("%s: no patch for %+v", f, i)
				}
				continue
			}
			if err := patched(t, patches, doc); err != nil {
				r.Errorf("%s: after %+v: %v", f, patches, err)
			}
		}
	})
}
