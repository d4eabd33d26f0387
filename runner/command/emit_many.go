package command

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/series"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/schemas"
)

// Formats of many deliveries.
const (
	formatNDJSON = "ndjson"
	formatVegeta = "vegeta"
)

// many reports whether deliveries are written down for another program to send.
func (f *emitFlags) many(cmd *cobra.Command) bool {
	return cmd.Flags().Changed("count") || cmd.Flags().Changed("format")
}

// checkMany says what cannot be asked for together with many.
func (f *emitFlags) checkMany(cmd *cobra.Command) error {
	var problems []error
	for _, name := range []string{"dry-run", "curl", "person", "spaced"} {
		if cmd.Flags().Changed(name) {
			problems = append(problems, fmt.Errorf("--%s is about one delivery, and --count and --format are about many: leave one of them out", name))
		}
	}
	switch {
	case !cmd.Flags().Changed("count"):
		problems = append(problems, errors.New("how many? give --count, such as --count 1000"))
	case f.count < 1 || f.count > series.MaxEvents:
		problems = append(problems, fmt.Errorf("--count is %d; it has to be 1 or more, and %d at most", f.count, int64(series.MaxEvents)))
	}
	if f.format != formatNDJSON && f.format != formatVegeta {
		problems = append(problems, fmt.Errorf("--format is %q; it is %s or %s", f.format, formatNDJSON, formatVegeta))
	}
	if f.url == "" {
		problems = append(problems, errors.New("where to? give --url http://localhost:3000/webhook: the deliveries name it"))
	}
	return errors.Join(problems...)
}

// request is a delivery as a line of NDJSON.
type request struct {
	Method string            `json:"method"`
	URL    string            `json:"url"`
	Header map[string]string `json:"header"`
	Body   string            `json:"body"`
}

// target is a delivery as a line of the JSON format of vegeta's targets.
type target struct {
	Method string              `json:"method"`
	URL    string              `json:"url"`
	Header map[string][]string `json:"header"`
	Body   []byte              `json:"body"` // base64
}

// emitMany writes deliveries of a variant, each of another person, one a line.
func (f *emitFlags) emitMany(cmd *cobra.Command, h *Host, v schemas.Variant, at time.Time, o mockplatform.Options) (err error) {
	keys := o.Keys()
	many, err := series.New(series.Options{
		Seed: o.Seed, PageID: o.PageID, Secrets: keys, Start: at, Mix: []series.Weighted{{Variant: v, Weight: 1}},
	})
	if err != nil {
		return err
	}
	out := bufio.NewWriter(h.Stdout)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	filler := many.Filler()
	for n := range uint64(f.count) {
		if cmd.Context().Err() != nil {
			return errors.Join(trouble(out.Flush()), &exit{code: runner.ExitInterrupted, err: errors.New("interrupted")})
		}
		d := filler.Fill(n)
		header := wire.DeliveryHeader(wire.Heading{Style: d.Style, Secret: keys.For(d.Body), Version: o.GraphVersion, Day: o.Day}, d.Body)
		if err := lines.Encode(f.line(header, d.Body)); err != nil {
			return trouble(err)
		}
	}
	return trouble(out.Flush())
}

// line is a delivery in the format that was asked for.
func (f *emitFlags) line(header wire.Header, body []byte) any {
	if f.format == formatVegeta {
		t := target{Method: "POST", URL: f.url, Header: map[string][]string{}, Body: body}
		for _, field := range header {
			t.Header[field.Name] = []string{field.Value}
		}
		return t
	}
	r := request{Method: "POST", URL: f.url, Header: map[string]string{}, Body: string(body)}
	for _, field := range header {
		r.Header[field.Name] = field.Value
	}
	return r
}
