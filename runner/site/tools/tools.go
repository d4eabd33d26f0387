package tools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/seed-11445fa1/referee/schemas"
)

// MaxQuestion is how many bytes a question may have: payloads of some days, pasted.
const MaxQuestion = 32 << 20

// Tools answers questions about what Meta sends. It may be used by several goroutines.
type Tools struct {
	// asOf returns the catalogue of a day or of a version of the Graph API; of all days
	// for "".
	asOf func(when string) (*schemas.Catalogue, error)
	// days are the catalogues of the days of the history that were looked at: schemas
	// that are compiled take longer than a payload.
	days struct {
		sync.Mutex
		of map[string]*schemas.Catalogue
	}
}

// New returns the tools of the catalogues that asOf returns: for a day, for a version of
// the Graph API, or for "", which is all that Meta ever sent.
func New(asOf func(when string) (*schemas.Catalogue, error)) *Tools {
	t := &Tools{asOf: asOf}
	t.days.of = map[string]*schemas.Catalogue{}
	return t
}

// onDay is the catalogue of a day of the history.
func (t *Tools) onDay(day string) (*schemas.Catalogue, error) {
	t.days.Lock()
	defer t.days.Unlock()
	if c := t.days.of[day]; c != nil {
		return c, nil
	}
	c, err := t.asOf(day)
	if err == nil {
		t.days.of[day] = c
	}
	return c, err
}

// Call answers the question of a tool: JSON for JSON. What cannot be answered is answered
// with {"error": "…"}, for people.
func (t *Tools) Call(tool string, question []byte) []byte {
	answer, err := t.answer(tool, question)
	if err != nil {
		answer = struct {
			Error string `json:"error"`
		}{err.Error()}
	}
	text, err := json.Marshal(answer)
	if err != nil {
		text = fmt.Appendf(nil, `{"error":%q}`, "the answer is not JSON: "+err.Error())
	}
	return text
}

func (t *Tools) answer(tool string, question []byte) (any, error) {
	tools := map[string]func([]byte) (any, error){
		"validate": asked(t.validate), "since": asked(t.since), "drift": asked(t.drift), "sign": asked(sign), "verify": asked(verify),
	}
	answer, known := tools[tool]
	switch {
	case !known:
		return nil, fmt.Errorf("there is no tool %q; there are %s", tool, strings.Join(slices.Sorted(maps.Keys(tools)), ", "))
	case len(question) > MaxQuestion:
		return nil, fmt.Errorf("that is more than %d MiB; `referee %s` takes files of any length", MaxQuestion>>20, tool)
	}
	return answer(question)
}

// asked reads the question of a tool.
func asked[Q, A any](tool func(Q) (A, error)) func([]byte) (any, error) {
	return func(question []byte) (any, error) {
		var q Q
		d := json.NewDecoder(bytes.NewReader(question))
		d.DisallowUnknownFields()
		if err := d.Decode(&q); err != nil {
			return nil, fmt.Errorf("the question is not one of this tool: %w", err)
		}
		return tool(q)
	}
}

// given is what somebody pasted, or the file that was chosen.
type given struct {
	Text string `json:"text,omitempty"`
	// Bytes are those of a file, exactly, in Base64. They count where there are any.
	Bytes []byte `json:"bytes,omitempty"`
}

func (g given) bytes() []byte {
	if len(g.Bytes) > 0 {
		return g.Bytes
	}
	return []byte(g.Text)
}
