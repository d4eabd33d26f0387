package drift

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/schemas"
)

// Acceptance says that somebody has looked into a difference.
type Acceptance struct {
	// ID is that of the difference, or the beginning of several and a *.
	ID string `json:"id"`
	// Reason is why it is no problem.
	Reason string `json:"reason"`
	// Expires is the first day on which it counts again, "2006-01-02"; empty for
	// none.
	Expires string `json:"expires,omitempty"`
}

// expired reports whether the day has come on which the difference counts again.
func (a Acceptance) expired(today string) bool { return a.Expires != "" && a.Expires <= today }

// Accepted is a difference, and why it was accepted.
type Accepted struct {
	Item
	Reason  string `json:"reason,omitempty"`
	Expires string `json:"expires,omitempty"`
}

// ParseAcceptances reads what was accepted: a list of acceptances, or a report as JSON,
// all of whose differences are accepted, for no reason that is known. The error says
// where the text is wrong.
func ParseAcceptances(text []byte) ([]Acceptance, error) {
	doc, err := schemas.Decode(text)
	if err != nil {
		return nil, err
	}
	if _, isReport := doc.(map[string]any); isReport {
		return ofReport(text)
	}
	if _, isList := doc.([]any); !isList {
		return nil, errNoAcceptances
	}
	var all []Acceptance
	dec := json.NewDecoder(bytes.NewReader(text))
	_, _ = dec.Token() // the bracket: the text was decoded already
	for n := 0; dec.More(); n++ {
		var item json.RawMessage
		if err := dec.Decode(&item); err != nil {
			return nil, err
		}
		a, err := parseAcceptance(item)
		if err == nil && slices.ContainsFunc(all, func(other Acceptance) bool { return other.ID == a.ID }) {
			err = fmt.Errorf("%q is accepted twice; take one of them out", a.ID)
		}
		if err != nil {
			at := int(dec.InputOffset()) - len(item)
			return nil, fmt.Errorf("%s: /%d: %w", schemas.Position(text, at), n, err)
		}
		all = append(all, a)
	}
	return all, nil
}

var errNoAcceptances = errors.New(`it is neither what ` + "`referee drift --format json`" + ` prints nor a list such as [` + acceptanceExample + `]`)

const acceptanceExample = `{"id": "new-member:page.referral:/referral/x", "reason": "…", "expires": "2027-01-31"}`

func parseAcceptance(text []byte) (Acceptance, error) {
	var a Acceptance
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		var mistyped *json.UnmarshalTypeError
		if errors.As(err, &mistyped) {
			return a, fmt.Errorf("%s is no acceptance; one looks like %s", shortened(string(text)), acceptanceExample)
		}
		return a, err
	}
	switch {
	case a.ID == "" || strings.Trim(a.ID, "*") == "":
		return a, errors.New(`id has to name a difference as drift prints it, or the beginning of several and a *`)
	case strings.TrimSpace(a.Reason) == "":
		return a, fmt.Errorf("%q has no reason; say why it is no problem", a.ID)
	}
	if _, err := time.Parse(time.DateOnly, a.Expires); err != nil && a.Expires != "" {
		return a, fmt.Errorf("%q expires on %q, which is no day such as 2027-01-31", a.ID, a.Expires)
	}
	return a, nil
}

// ofReport accepts all that a report has.
func ofReport(text []byte) ([]Acceptance, error) {
	var r Report
	if err := json.Unmarshal(text, &r); err != nil || r.Items == nil {
		return nil, errors.Join(errNoAcceptances, err)
	}
	var all []Acceptance
	for _, i := range r.Items {
		all = append(all, Acceptance{ID: i.id()})
	}
	for _, i := range r.Accepted {
		all = append(all, Acceptance{ID: i.id(), Reason: i.Reason, Expires: i.Expires})
	}
	return all, nil
}

// Without moves the differences that are accepted on a day, "2006-01-02", out of the
// report's Items. Those whose acceptance has expired stay, and say so. gone are the
// acceptances of what is in the report no more.
func (r Report) Without(accepted []Acceptance, today string) (rest Report, gone []Acceptance) {
	rest = r
	rest.Items = []Item{}
	met := map[string]bool{}
	for _, i := range r.Items {
		var by, before *Acceptance
		for _, a := range accepted {
			if !fits(a.ID, i.ID) {
				continue
			}
			met[a.ID] = true
			if a.expired(today) {
				before = &a
			} else if by == nil {
				by = &a
			}
		}
		if by != nil {
			rest.Accepted = append(rest.Accepted, Accepted{Item: i, Reason: by.Reason, Expires: by.Expires})
			continue
		}
		i.Accepted = before
		rest.Items = append(rest.Items, i)
	}
	return rest, slices.DeleteFunc(slices.Clone(accepted), func(a Acceptance) bool { return met[a.ID] })
}
