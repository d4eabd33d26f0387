package fixes

import "github.com/seed-11445fa1/referee/suites/judge"

// pattern says that a topic fixes the requirements whose ids fit.
type pattern struct {
	ids   string // as [judge.Fits] has them
	topic string // empty where there is no code for it
}

// patterns are read from the top; the first that fits decides.
var patterns = []pattern{
	{"handshake.*", "wrong-token"},

	{"signature.no-secret-in-answer", ""},
	{"signature.no-stack-trace", ""},
	{"signature.instagram-secret", ""},
	{"signature.*", "raw-signature"},
	{"redelivery.forged-first", "raw-signature"},

	{"acknowledgement.large-body", "body-limit"},
	{"acknowledgement.mebibyte", "body-limit"},
	{"acknowledgement.batch-of-1000", "acknowledge-first"},
	{"acknowledgement.unknown-event", "unknown-events"},
	{"acknowledgement.unsubscribed-field", "unknown-events"},
	{"acknowledgement.survives", "each-event"},
	{"acknowledgement.still-handles", ""},
	{"acknowledgement.kept-connection", ""},
	{"acknowledgement.*", "acknowledge-first"},

	{"*.timestamp.*", "text-timestamps"},
	{"*.timestamp-seconds.*", "text-timestamps"},
	{"evolution.timestamp-text", "text-timestamps"},
	{"evolution.entry-time-text", "text-timestamps"},

	{"*user-ref*", "user-ref"},
	{"reply.somebody", "user-ref"},

	{"referral.message.*", "absent-members"},
	{"referral.*.accepted", "absent-members"},
	{"referral.*.understood", "absent-members"},
	{"referral.sender-absent", "absent-members"},
	{"postback.*.accepted", "absent-members"},
	{"postback.*.understood", "absent-members"},
	{"postback.sender-absent", "absent-members"},

	{"envelope.echo.*", "echoes"},
	{"envelope.delivery.*", "echoes"},
	{"envelope.read.*", "echoes"},
	{"reply.echo", "echoes"},
	{"reply.delivery", "echoes"},
	{"reply.read", "echoes"},
	{"envelope.standby-unanswered", "each-event"},
	{"envelope.hop-context", "unknown-events"},
	{"envelope.*.accepted", "unknown-events"},
	{"envelope.several-*", "each-event"},
	{"envelope.*-beside", "each-event"},
	{"envelope.no-entries", "each-event"},

	{"redelivery.out-of-order", ""},
	{"redelivery.*", "dedupe"},
	{"replay.redelivered-once", "dedupe"},

	{"reply.*.acknowledged", "acknowledge-first"},
	{"reply.*.next-answered", "each-event"},

	{"evolution.*-beside", "each-event"},
	{"evolution.unknown-in-*", "unknown-events"},
	{"evolution.new-*", "unknown-events"},
	{"evolution.forecast", "unknown-events"},
	{"evolution.*-removed", "absent-members"},
	{"evolution.*-null", "absent-members"},
	{"evolution.*-empty", "absent-members"},
	{"replay.evolution", "unknown-events"},

	{"robustness.split-*", "raw-signature"},
	{"robustness.content-type-*", "raw-signature"},
}

// ForRequirement is the topic of the fixes for a requirement, by its id. It is empty
// where there is none: a few lines would not fix it then.
func ForRequirement(id string) string {
	return patternFor(id).topic
}

// patternFor is the pattern that decides on an id.
func patternFor(id string) pattern {
	for _, p := range patterns {
		if judge.Fits(p.ids, id) {
			return p
		}
	}
	return pattern{}
}
