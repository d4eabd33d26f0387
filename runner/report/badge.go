package report

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io"
)

// badgeOf is what a badge says, and its colour.
func badgeOf(r Result) (message, colour string) {
	c := Count(r.Requirements)
	switch r.Verdict {
	case Conformant:
		return fmt.Sprintf("conformant, %d passed", c.Passed), "#2b7a0b"
	case Accepted:
		return fmt.Sprintf("accepted for now, %d passed", c.Passed), "#8a5a00"
	case Outdated:
		return "baseline outdated", "#b3261e"
	case Nonconformant:
		open, _ := r.withoutAccepted(r.Requirements)
		if n := len(open.Causes); n == 1 {
			return "nonconformant, 1 cause", "#b3261e"
		} else if n > 1 {
			return fmt.Sprintf("nonconformant, %d causes", n), "#b3261e"
		}
		return "nonconformant", "#b3261e"
	case Partial:
		return "partial", "#8a5a00"
	case Inconclusive:
		return "inconclusive", "#5f5f5f"
	}
	return "no verdict", "#5f5f5f"
}

const badgeLabel = "messenger webhook"

// badgeSVG is a badge in the manner of shields.io. Six pixels and a half are what a
// character of 11 pixels takes in Verdana, and textLength holds other fonts to that.
var badgeSVG = template.Must(template.New("badge").Parse(`<svg xmlns="http://www.w3.org/2000/svg" width="{{.Width}}" height="20" role="img" aria-label="{{.Label}}: {{.Message}}">
<title>{{.Label}}: {{.Message}}</title>
<clipPath id="r"><rect width="{{.Width}}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{{.LabelWidth}}" height="20" fill="#444"/><rect x="{{.LabelWidth}}" width="{{.MessageWidth}}" height="20" fill="{{.Colour}}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
<text x="6" y="14" textLength="{{.LabelText}}">{{.Label}}</text>
<text x="{{.MessageX}}" y="14" textLength="{{.MessageText}}">{{.Message}}</text>
</g>
</svg>
`))

// WriteBadge writes the verdict as a picture for a README, in SVG.
func WriteBadge(w io.Writer, r Result, _ Options) error {
	message, colour := badgeOf(r)
	text := func(s string) int { return len(s) * 13 / 2 }
	label := text(badgeLabel) + 12
	err := badgeSVG.Execute(w, struct {
		Label, Message, Colour                                            string
		Width, LabelWidth, LabelText, MessageWidth, MessageText, MessageX int
	}{badgeLabel, message, colour, label + text(message) + 12, label, text(badgeLabel), text(message) + 12, text(message), label + 6})
	if err != nil {
		return fmt.Errorf("write the badge: %w", err)
	}
	return nil
}

// WriteBadgeEndpoint writes the verdict as JSON from which shields.io makes a badge, see
// https://shields.io/badges/endpoint-badge.
func WriteBadgeEndpoint(w io.Writer, r Result, _ Options) error {
	message, colour := badgeOf(r)
	err := json.NewEncoder(w).Encode(struct {
		Version int    `json:"schemaVersion"`
		Label   string `json:"label"`
		Message string `json:"message"`
		Colour  string `json:"color"`
		IsError bool   `json:"isError"`
	}{1, badgeLabel, message, colour, r.Verdict == NoVerdict})
	if err != nil {
		return fmt.Errorf("write the badge: %w", err)
	}
	return nil
}
