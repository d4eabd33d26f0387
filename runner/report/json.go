package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/seed-11445fa1/referee/suites/diagnosis"
)

// WriteJSON writes the result in its published form (schema format.result):
// indented, causes by weight, requirements by topic and id, the same bytes for the same result.
func WriteJSON(w io.Writer, r Result) error {
	r = cleaned(r)
	r.Requirements = append([]Requirement{}, ordered(r.Requirements)...) // [] and not null
	r.Causes = append([]Cause{}, diagnosis.Weighed(r.Causes)...)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false) // for people: "<" and not its escape
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("encode the result as JSON: %w", err)
	}
	return nil
}
