package watch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/runner/watch/document"
	"github.com/seed-11445fa1/referee/runner/watch/polite"
	"github.com/seed-11445fa1/referee/schemas"
)

// stateVersion is that of the form of the state.
const stateVersion = 1

// readingVersion changes when pages are read in another way. Pages that were read
// in an earlier one are fetched whether they have changed or not.
const readingVersion = 1

// State is what the last run saw.
type State struct {
	Version int `json:"version"`
	Reading int `json:"reading"`
	// Run is when that was.
	Run time.Time `json:"run"`
	// Busy are hosts that asked to wait, and until when.
	Busy map[string]time.Time `json:"busy,omitempty"`
	// Pages are by their URL.
	Pages map[string]*pageState `json:"pages"`
}

// pageState is what was seen of one page.
type pageState struct {
	// Fetched is the day on which it last came, Address where it was.
	Fetched    string            `json:"fetched"`
	Address    string            `json:"address"`
	Validators polite.Validators `json:"validators"`
	// Gone and HTML are the days from which on it is not there, or no Markdown.
	Gone string `json:"gone,omitempty"`
	HTML string `json:"html,omitempty"`
	// Updated is the day that the page names.
	Updated  string       `json:"updated,omitempty"`
	Samples  []sample     `json:"samples,omitempty"`
	Unread   []unread     `json:"unread,omitempty"`
	Text     []string     `json:"text,omitempty"`
	Versions []version    `json:"versions,omitempty"`
	Feed     []feedItem   `json:"feed,omitempty"`
	Drift    []difference `json:"drift,omitempty"`
}

// version is a row of the table of versions.
type version = document.Version

// feedItem is an announcement that was seen: its text is not kept.
type feedItem struct {
	ID  string `json:"id"`
	Sum string `json:"sum"`
}

// difference names something that the catalogue does not know.
type difference string

// ParseState reads a state. The error says what is wrong with it.
func ParseState(text []byte) (State, error) {
	if _, err := schemas.Decode(text); err != nil {
		return State{}, fmt.Errorf("it is damaged: %w", err)
	}
	var head struct{ Version int }
	if err := json.Unmarshal(text, &head); err != nil || head.Version < 1 {
		return State{}, errors.New("it is no state of `referee watch`")
	}
	if head.Version > stateVersion {
		return State{}, fmt.Errorf("it is of version %d, and this program knows version %d: a newer one wrote it", head.Version, stateVersion)
	}
	var s State
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return State{}, fmt.Errorf("it is damaged: %w", err)
	}
	for url, p := range s.Pages {
		if p == nil {
			return State{}, fmt.Errorf("it is damaged: there is nothing of %s", url)
		}
	}
	if s.Run.IsZero() || s.Pages == nil {
		return State{}, errors.New("it is damaged: it does not say when it was written, or of which pages")
	}
	return s, nil
}
