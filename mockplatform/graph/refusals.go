package graph

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// refusal is a rule by which Meta refuses calls: a row of
// refusals.json. What it looks for is in checks, by its name.
type refusal struct {
	Name    string `json:"name"`
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
	// Always says that a lenient Graph API refuses such a call too, for nothing can come
	// of it: it lacks what Meta's pages require.
	Always bool `json:"always"`
	// Refused are calls that the rule refuses, by what they ask for as edgeTable has it,
	// with "instagram" for a page's account there: the rule is asked of these, and of no
	// others. Taken are calls beside them that it does not refuse. Tests try all of them.
	Refused map[string][]json.RawMessage `json:"refused"`
	Taken   map[string][]json.RawMessage `json:"taken"`
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

// check says how a call breaks a rule, if it does.
type check func(*Server, *call) (b breach, broken bool)

// checks are those of the rules, by their names.
func checks() map[string]check {
	return map[string]check{
		"recipient-missing":            recipientMissing,
		"recipient-empty":              recipientEmpty,
		"recipient-not-an-id":          notAnID,
		"person-missing":               personMissing,
		"person-not-an-id":             notAnID,
		"nobody-there":                 nobodyThere,
		"nobody-named":                 nobodyNamed,
		"nobody-concerned":             nobodyThere,
		"outside-window":               outsideWindow,
		"nothing-to-send":              nothingToSend,
		"message-and-action":           messageAndAction,
		"unknown-keys":                 unknownKeys,
		"text-and-attachment":          textAndAttachment,
		"text-and-attachments":         textAndAttachments,
		"empty-message":                emptyMessage,
		"invalid-tag":                  invalidTag,
		"tag-that-ended":               tagThatEnded,
		"tag-without-type":             tagWithoutType,
		"type-without-tag":             typeWithoutTag,
		"too-long":                     tooLong,
		"too-long-for-instagram":       tooLongForInstagram,
		"empty-text":                   emptyText,
		"bad-url":                      badURL,
		"unknown-button-keys":          unknownButtonKeys,
		"quick-reply-without-title":    quickReplyWithoutTitle,
		"template-that-ended":          templateThatEnded,
		"template-of-before-v4":        templateOfBeforeV4,
		"attachment-nobody-uploaded":   attachmentNobodyUploaded,
		"persona-nobody-made":          personaNobodyMade,
		"profile-without-property":     profileWithoutProperty,
		"menu-without-get-started":     menuWithoutGetStarted,
		"get-started-of-a-menu":        getStartedOfAMenu,
		"nested-menu":                  nestedMenu,
		"unknown-menu-keys":            unknownMenuKeys,
		"locked-composer-without-menu": lockedComposerWithoutMenu,
		"bad-profile-url":              badProfileURL,
		"menu-item-without-title":      menuItemWithoutTitle,
		"profile-too-long":             profileTooLong,
		"profile-too-many":             profileTooMany,
		"no-default-locale":            noDefaultLocale,
		"ice-breakers-of-two-forms":    iceBreakersOfTwoForms,
		"commands-null":                commandsNull,
		"commands-of-no-command":       commandsOfNoCommand,
		"commands-too-many":            commandsTooMany,
		"command-with-slash":           commandWithSlash,
		"command-too-long":             commandTooLong,
		"command-without-text":         commandWithoutText,
	}
}

// rule is a refusal with its check.
type rule struct {
	refusal
	check check
}

// rulesByCall are the rules that are asked of each call, by what it asks for.
func rulesByCall() map[string][]rule {
	byCall, found := map[string][]rule{}, checks()
	for _, r := range refusals() {
		for asked := range r.Refused {
			put(&byCall, asked, append(byCall[asked], rule{r, found[r.Name]}))
		}
	}
	return byCall
}

// broken visits the rules that a call breaks, with their texts for it.
func (s *Server) broken(c *call) iter.Seq[refusal] {
	return func(yield func(refusal) bool) {
		asked := s.rules[c.asksFor]
		instagram := s.ofInstagram(c)
		if instagram {
			asked = slices.Concat(asked, s.rules[strings.Replace(c.asksFor, " page/", " instagram/", 1)])
		}
		for _, r := range asked {
			b, broken := r.check(s, c)
			if !broken {
				continue
			}
			found := r.refusal
			if at := r.Instagram; at != nil && instagram {
				found.Code, found.Subcode, found.Type, found.Status, found.Message = at.Code, at.Subcode, at.Type, at.Status, at.Message
			}
			found.Message = strings.NewReplacer("{param}", b.param, "{keys}", b.keys, "{limit}", strconv.Itoa(b.limit), "{template}", b.template).Replace(found.Message)
			if !yield(found) {
				return
			}
		}
	}
}

// warn tells the journal which rules a call breaks, and keeps the first by which a lenient
// Graph API refuses it too.
func (s *Server) warn(c *call) {
	for r := range s.broken(c) {
		if r.Always && c.refusal == nil {
			c.refusal = &r
		}
		c.x.Warnings = append(c.x.Warnings, journal.Warning{Rule: r.Name, Text: r.Message, Certain: r.Judged})
	}
}

// refuseByRule is the answer to a call that breaks a rule; ok if it breaks none, or none
// by which this Graph API refuses.
func (s *Server) refuseByRule(c *call) (a answer, ok bool) {
	if s.opts.Strict {
		for r := range s.broken(c) {
			c.refusal = &r
			break // the first says enough
		}
	}
	if c.refusal == nil {
		return answer{}, true
	}
	r := *c.refusal
	problem := fmt.Sprintf("the rule %s: %s; see %s", r.Name, r.Message, r.Source)
	if r.Inferred != "" {
		problem += " (Meta's words may differ. " + r.Inferred + ")"
	}
	a = s.refuse(c, r.error(), problem)
	a.status = r.Status
	return a, false
}
