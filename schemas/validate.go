package schemas

import (
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// ValidationError says where a document breaks its schema.
type ValidationError struct {
	// Schema is the name of the schema.
	Schema string
	// Problems are sorted by pointer, then by message; there is at least one.
	Problems []Problem
}

// Problem is one place where a document breaks its schema.
type Problem struct {
	// Breach says in one word what is wrong.
	Breach Breach
	// Pointer is the JSON Pointer (RFC 6901) of the value at fault, "" for the
	// whole document. For a missing member it is that of the object.
	Pointer string
	// Member is the name that a missing member would have, if it can have but one.
	Member string
	// Message is one short sentence without the pointer.
	Message string
	// Keyword is the keyword of JSON Schema that is broken, such as "maxItems".
	// Empty for a number that cannot be compared.
	Keyword string
	// Limit is the most that is allowed, for maxItems and maxLength; else 0.
	Limit int
	// Place is the schema that is broken: its file, "#", and a JSON Pointer.
	Place string
	// Referrer is the place of the schema that refers to Place, in whose stead it
	// stands there; empty if none does.
	Referrer string
}

// Breach is how a value breaks its schema.
type Breach string

const (
	// Unknown: the schema does not know the member that Pointer names.
	Unknown Breach = "unknown"
	// Missing: the object that Pointer names lacks Member, or one of several
	// members.
	Missing Breach = "missing"
	// Retyped: the value has another JSON type.
	Retyped Breach = "type"
	// NewValue: the value is none of a closed set.
	NewValue Breach = "value"
	// OtherForm: the event is wrapped in another way than the variant.
	OtherForm Breach = "wrapping"
	// OtherDay: the event has a shape that Meta does not send on the catalogue's day.
	OtherDay Breach = "day"
	// OtherObject: the event is of another object than the variant.
	OtherObject Breach = "object"
	// Malformed: anything else, such as a text that is too short.
	Malformed Breach = "form"
)

// Error lists every problem, one a line.
func (e *ValidationError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "does not satisfy the schema %s:", e.Schema)
	for _, p := range e.Problems {
		fmt.Fprintf(&b, "\n  %s", p)
	}
	return b.String()
}

// String is the problem on one line: "/referral/ref: is a number, must be a string".
func (p Problem) String() string {
	if p.Pointer == "" {
		return "the document: " + p.Message
	}
	return p.Pointer + ": " + p.Message
}

// Validate checks a JSON document against the schema of this name, one of
// SchemaNames, as it is with all that Meta ever sent. It returns nil, a
// *ValidationError, or another error if there is no such schema or the document
// is not JSON. Of a key that an object has twice, the last counts. Validate may
// be called from several goroutines.
func Validate(schema string, doc []byte) error { return Everything().Validate(schema, doc) }

// Validate is the function Validate for this catalogue.
func (c *Catalogue) Validate(schema string, doc []byte) error {
	if _, err := c.registry.get(schema); err != nil {
		return err
	}
	value, err := Decode(doc)
	if err != nil {
		return fmt.Errorf("validate against %s: %w", schema, err)
	}
	found, err := c.problems(schema, value)
	if err != nil {
		return fmt.Errorf("validate against %s: %w", schema, err)
	}
	if len(found) > 0 {
		return &ValidationError{Schema: schema, Problems: found}
	}
	return nil
}

// problems checks a decoded document. The error says why it cannot be checked.
func (c *Catalogue) problems(schema string, value any) ([]Problem, error) {
	s, err := c.registry.get(schema)
	if err != nil {
		return nil, err
	}
	if found := unusableNumbers(value); len(found) > 0 {
		return found, nil
	}
	err = s.root.Validate(value)
	if err == nil {
		return nil, nil
	}
	var broken *jsonschema.ValidationError
	if !errors.As(err, &broken) {
		return nil, err
	}
	return s.problems(broken, value), nil
}
