package reference

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// contentMutants are the receivers that take every event and change a part of
// what it says: an instant, an id, a text.
func contentMutants() []Mutant {
	return []Mutant{
		{
			Name:   "reads-text-seconds-as-milliseconds",
			Defect: "Takes a timestamp for milliseconds when it is a text.",
			Cause:  "misreads.timestamp",
			Shown:  "postback.timestamp.seconds-text",
			Breaks: []string{"*.timestamp.seconds-text", "postback.user-ref.understood"},
			apply: misreads(func(e event, r *receipt) {
				if text, ok := e["timestamp"].(string); ok {
					r.TimestampMS, _ = strconv.ParseInt(text, 10, 64)
				}
			}),
		},
		{
			Name:   "takes-late-events-for-new",
			Defect: "Gives an event that is more than half an hour old the time of its arrival.",
			Cause:  "misreads.timestamp",
			Shown:  "postback.timestamp.milliseconds",
			Breaks: []string{"*.timestamp.*-text", "*.timestamp.milliseconds", "*.timestamp.seconds"},
			apply: func(r *Receiver) {
				misreads(func(_ event, rec *receipt) {
					if now := r.config.Now().UnixMilli(); rec.TimestampMS < now-(30*time.Minute).Milliseconds() {
						rec.TimestampMS = now
					}
				})(r)
			},
		},
		{
			Name:   "keeps-ids-as-floats",
			Defect: "Keeps ids as floating point numbers, which end after 16 digits.",
			Cause:  "loses.long-ids",
			Breaks: []string{"postback.long-ids", "referral.long-ids"},
			apply: misreads(func(_ event, r *receipt) {
				id, ok := r.Sender["id"].(string)
				if n, err := strconv.ParseFloat(id, 64); ok && err == nil {
					r.Sender = without(r.Sender, "id")
					r.Sender["id"] = strconv.FormatFloat(n, 'f', 0, 64)
				}
			}),
		},
		{
			Name:   "cuts-ids-of-ads",
			Defect: "Keeps the first 19 digits of the ids that come with an ad.",
			Cause:  "misreads.ads-context-data-post-id",
			Shown:  "referral.long-ids",
			Breaks: []string{"referral.long-ids"},
			apply: rewrites(func(member, text string) string {
				if strings.HasSuffix(member, "_id") {
					return text[:min(19, len(text))]
				}
				return text
			}),
		},
		{
			Name:   "cuts-texts-at-255",
			Defect: "Keeps the first 255 bytes of a ref.",
			Cause:  "misreads.long-referral-ref",
			Shown:  "referral.ref-long",
			Breaks: []string{"*.ref-long"},
			apply: rewrites(func(member, text string) string {
				if member == "ref" {
					return text[:min(255, len(text))]
				}
				return text
			}),
		},
		{
			Name:   "cuts-payloads-at-255",
			Defect: "Keeps the first 255 bytes of a payload.",
			Cause:  "misreads.long-postback-payload",
			Shown:  "postback.payload-long",
			Breaks: []string{"postback.payload-long"},
			apply: rewrites(func(member, text string) string {
				if member == "payload" {
					return text[:min(255, len(text))]
				}
				return text
			}),
		},
		{
			Name:   "parses-payloads",
			Defect: "Takes a payload that is JSON for what it says, and not for a text.",
			Cause:  "misreads.payload-json",
			Breaks: []string{"postback.payload-json"},
			apply: misreads(func(_ event, r *receipt) {
				text, _ := r.Postback["payload"].(string)
				if doc, err := decode([]byte(text)); err == nil {
					r.Postback = without(r.Postback, "payload")
					r.Postback["payload"] = doc
				}
			}),
		},
		{
			Name:   "splits-payloads",
			Defect: "Takes what stands before the first colon for the payload.",
			Cause:  "misreads.postback-payload",
			Shown:  "postback.payload-separators",
			Breaks: []string{"postback.payload-separators"},
			apply: rewrites(func(member, text string) string {
				if member == "payload" && !strings.HasPrefix(text, "{") {
					text, _, _ = strings.Cut(text, ":")
				}
				return text
			}),
		},
		{
			Name:   "trims-equals-signs",
			Defect: "Takes the equals signs off the end of a ref.",
			Cause:  "misreads.referral-ref",
			Shown:  "referral.ref-characters",
			Breaks: []string{"*.ref-characters"},
			apply: rewrites(func(member, text string) string {
				if member == "ref" {
					return strings.TrimRight(text, "=")
				}
				return text
			}),
		},
		{
			Name:   "keeps-latin-1-only",
			Defect: "Puts a question mark in the place of each character beyond Latin-1.",
			Cause:  "misreads.characters-beyond-latin-1",
			Shown:  "signature.escaped-emoji",
			Breaks: []string{
				"postback.ads-context.understood", "postback.text.*", "referral.ads-five-members.understood",
				"referral.ads-four-members.understood", "referral.ads-required-context.understood",
				"referral.ads.understood", "referral.lead-complete.understood", "referral.lead-incomplete.understood",
				"referral.long-ids", "referral.message.instagram-referral-ads-picture.understood",
				"referral.message.instagram-referral-ads.understood", "referral.message.ref-*",
				"referral.message.referral-ads-flow.understood", "referral.message.referral-ads.understood",
				"referral.text.*", "robustness.split-escape", "signature.escaped-emoji",
			},
			apply: rewrites(runes(func(r rune) bool { return r <= unicode.MaxLatin1 }, '?')),
		},
		{
			Name:   "keeps-three-bytes-per-character",
			Defect: "Puts a question mark in the place of each character that takes four bytes in UTF-8.",
			Cause:  "misreads.four-byte-characters",
			Shown:  "signature.escaped-emoji",
			Breaks: []string{
				"*.text.emoji", "postback.ads-context.understood", "referral.ads-five-members.understood",
				"referral.ads-four-members.understood", "referral.ads-required-context.understood", "referral.ads.understood",
				"referral.lead-complete.understood", "referral.lead-incomplete.understood", "referral.long-ids",
				"referral.message.instagram-referral-ads.understood", "referral.message.ref-*",
				"referral.message.referral-ads.understood", "robustness.split-escape", "signature.escaped-emoji",
			},
			apply: rewrites(runes(func(r rune) bool { return r <= 0xffff }, '?')),
		},
		{
			Name:   "drops-combining-marks",
			Defect: "Drops the marks that are written over or under another letter.",
			Cause:  "misreads.combining-marks",
			Shown:  "postback.text.combining",
			Breaks: []string{"*.text.combining", "*.text.emoji"}, // the variation selector is one
			apply:  rewrites(runes(func(r rune) bool { return !unicode.Is(unicode.Mn, r) }, -1)),
		},
		{
			Name:   "drops-invisible-characters",
			Defect: "Drops characters that cannot be seen, such as joiners and marks of direction.",
			Cause:  "misreads.invisible-characters",
			Shown:  "postback.text.direction",
			Breaks: []string{"*.text.direction", "*.text.emoji"},
			apply:  rewrites(runes(func(r rune) bool { return !unicode.Is(unicode.Cf, r) }, -1)),
		},
	}
}

// rewrites makes a mutant that changes the texts in postbacks and referrals,
// given the names of their members.
func rewrites(change func(member, text string) string) func(*Receiver) {
	return misreads(func(_ event, r *receipt) {
		r.Postback, r.Referral = rewritten(r.Postback, change), rewritten(r.Referral, change)
	})
}

// rewritten is a copy of an object with changed texts; nil stays nil.
func rewritten(o object, change func(member, text string) string) object {
	if o == nil {
		return nil
	}
	changed := object{}
	for name, value := range o {
		switch v := value.(type) {
		case string:
			changed[name] = change(name, v)
		case object:
			changed[name] = rewritten(v, change)
		default:
			changed[name] = v
		}
	}
	return changed
}

// runes puts another character in the place of each that is not kept; -1 drops
// it.
func runes(kept func(rune) bool, other rune) func(member, text string) string {
	return func(_, text string) string {
		return strings.Map(func(r rune) rune {
			if kept(r) {
				return r
			}
			return other
		}, text)
	}
}
