package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/seed-11445fa1/referee/schemas"
)

// WriteVariant writes one variant for someone who wants to know what Meta sends:
// what it rests on, what is special about it, and its payload with placeholders.
// It uses Width and Color.
func WriteVariant(w io.Writer, v schemas.Variant, o Options) error {
	var payload bytes.Buffer
	if err := json.Indent(&payload, v.Event, "", "  "); err != nil {
		return fmt.Errorf("the payload of %s: %w", v.ID, err)
	}
	p := newPage(o)
	p.line(p.painted(bold, v.ID))
	p.indented(2, v.Title)
	p.line("")
	p.labelled("Field", v.Field)
	p.labelled("Object", v.Object)
	p.labelled("Form", string(v.Form))
	p.labelled("Status", string(v.Status))
	p.labelled("Since", v.Since)
	p.labelled("Until", v.Until)
	p.labelled("Schema", v.Schema)
	p.labelled("Read", v.Source.URL)
	if v.Source.Quote != "" {
		p.labelled("Quote", "“"+v.Source.Quote+"”")
	}
	p.labelled("Notes", v.Notes)
	p.line("")
	p.line(payload.String())
	return p.writeTo(w, "the variant "+v.ID)
}
