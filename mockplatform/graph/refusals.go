package graph

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// refusal is a rule by which Meta refuses a call that has the right form: a row of
// refusals.json. What it looks for is in checks, by its name.
type refusal struct {
	Name string `json:"name"`
	// Edge is that of the calls, which are all POST, as journal.Exchange.Edge has it.
	Edge    string `json:"edge"`
	Code    int    `json:"code"`
	Subcode int    `json:"subcode"`
	Type    string `json:"type"`
	Status  int    `json:"status"`
	// Message is Meta's text, with {param}, {keys}, {limit} and {template} where it
	// depends on the call.
	Message string `json:"message"`
	// Instagram is the error that a call for the account on Instagram gets instead; nil
	// where it is the same, or not known.
	Instagram *instagramError `json:"instagram"`
	// Source is where the error is known from, and Inferred what that does not say;
	// empty where it says all.
	Source   string `json:"source"`
	Inferred string `json:"inferred"`
	// Judged says that Meta is known to refuse such a call, so that a run may hold it
	// against a receiver.
	Judged bool `json:"judged"`
	// Refused and Taken are calls that the rule refuses, and calls beside them that it
	// does not: what a test tries.
	Refused []json.RawMessage `json:"refused"`
	Taken   []json.RawMessage `json:"taken"`
}

// error is what a call gets that breaks the rule.
func (r refusal) error() graphError {
	return graphError{Message: r.Message, Type: r.Type, Code: r.Code, Subcode: r.Subcode}
}

// instagramError is the error of a refusal at Instagram.
type instagramError struct {
	Code    int    `json:"code"`
	Subcode int    `json:"subcode"`
	Type    string `json:"type"`
	Status  int    `json:"status"`
	Message string `json:"message"`
}

// breach is how a call breaks a rule: what stands in Meta's text.
type breach struct {
	param    string // as Meta writes it, message[quick_replies][0]
	keys     string
	limit    int
	template string
}

//go:embed refusals.json
var refusalData []byte

// refusals are the rules in the order in which they are asked: the first that a call
// breaks is answered.
var refusals = sync.OnceValue(func() []refusal {
	var rows []refusal
	if err := json.Unmarshal(refusalData, &rows); err != nil {
		panic(fmt.Sprintf("refusals.json: %v", err))
	}
	return rows
})

// checks say, by the name of a rule, how a call breaks it.
func checks() map[string]func(*Server, *call) (breach, bool) {
	return map[string]func(*Server, *call) (breach, bool){
		"recipient-missing":          recipientMissing,
		"recipient-empty":            recipientEmpty,
		"nobody-there":               nobodyThere,
		"outside-window":             outsideWindow,
		"nothing-to-send":            nothingToSend,
		"message-and-action":         messageAndAction,
		"unknown-keys":               unknownKeys,
		"text-and-attachment":        textAndAttachment,
		"empty-message":              emptyMessage,
		"invalid-tag":                invalidTag,
		"tag-that-ended":             tagThatEnded,
		"tag-without-type":           tagWithoutType,
		"type-without-tag":           typeWithoutTag,
		"too-long":                   tooLong,
		"empty-text":                 emptyText,
		"template-that-ended":        templateThatEnded,
		"attachment-nobody-uploaded": attachmentNobodyUploaded,
		"persona-nobody-made":        personaNobodyMade,
		"profile-without-property":   profileWithoutProperty,
		"menu-without-get-started":   menuWithoutGetStarted,
		"nested-menu":                nestedMenu,
		"unknown-menu-keys":          unknownMenuKeys,
		"profile-too-long":           profileTooLong,
		"profile-too-many":           profileTooMany,
		"no-default-locale":          noDefaultLocale,
	}
}

// broken visits the rules that a call breaks, with their texts for it.
func (s *Server) broken(c *call) iter.Seq[refusal] {
	return func(yield func(refusal) bool) {
		for _, r := range refusals() {
			if c.method != http.MethodPost || r.Edge != c.x.Edge {
				continue
			}
			b, is := s.checks[r.Name](s, c)
			if !is {
				continue
			}
			if at := r.Instagram; at != nil && s.ofInstagram(c) {
				r.Code, r.Subcode, r.Type, r.Status, r.Message = at.Code, at.Subcode, at.Type, at.Status, at.Message
			}
			r.Message = strings.NewReplacer("{param}", b.param, "{keys}", b.keys, "{limit}", strconv.Itoa(b.limit), "{template}", b.template).Replace(r.Message)
			if !yield(r) {
				return
			}
		}
	}
}

// warn tells the journal which rules a call breaks that a lenient Graph API takes.
func (s *Server) warn(c *call) {
	for r := range s.broken(c) {
		c.x.Warnings = append(c.x.Warnings, journal.Warning{Rule: r.Name, Text: r.Message, Certain: r.Judged})
	}
}

// refuseStrictly is the answer to a call that breaks a rule; ok if it breaks none.
func (s *Server) refuseStrictly(c *call) (a answer, ok bool) {
	for r := range s.broken(c) {
		problem := fmt.Sprintf("the rule %s: %s; see %s", r.Name, r.Message, r.Source)
		if r.Inferred != "" {
			problem += " (Meta's words may differ. " + r.Inferred + ")"
		}
		a = s.refuse(c, r.error(), problem)
		a.status = r.Status
		return a, false // the first says enough
	}
	return answer{}, true
}
