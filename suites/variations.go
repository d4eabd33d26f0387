package suites

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// subject is a kind of event, as requirements about what stands in it see it.
type subject struct {
	topic, noun string
	plain       string   // the variant with nothing special in it
	full        string   // a variant with every text that its sender or the page's owner writes
	texts       []string // pointers to these
	ids         []string // pointers to its ids, beside the sender's
	linked      []linked // the places in which a ref comes
}

// linked is a variant that a link with a ref brings about, and where the ref stands.
type linked struct {
	place, noun  string // for the id and the title; empty where the subject's own say it
	variant, ref string
}

var (
	aPostback = subject{
		topic: "postback", noun: "postback",
		plain: "postback.get-started", full: "postback.button",
		texts:  []string{"/postback/title", "/postback/payload"},
		linked: []linked{{variant: "postback.get-started-referral", ref: "/postback/referral/ref"}},
	}
	aReferral = subject{
		topic: "referral", noun: "referral",
		plain: "referral.shortlink", full: "referral.ads-required-context",
		texts: []string{"/referral/ref", "/referral/ads_context_data/ad_title"},
		ids:   []string{"/referral/ad_id", "/referral/ads_context_data/post_id"},
		linked: []linked{
			{variant: "referral.shortlink", ref: "/referral/ref"},
			{place: "message.", noun: "message's referral", variant: "message.referral-ads", ref: "/message/referral/ref"},
		},
	}
)

// variations are what may differ within one variant: how an instant is written,
// who the sender is, how long an id or a text is and in which script.
func variations(spec register, of subject) {
	instants(spec, of)
	clocks(spec, of)
	senders(spec, of)
	refs(spec, of)
	scripts(spec, of)
}

// ago is how long before the run the instants lie that are judged. Meta sends an
// event again for an hour, so no receiver may take it for one of this moment.
const ago = 50 * time.Minute

// instants are the four forms in which Meta writes a timestamp. All stand for
// the same instant here, a whole second.
func instants(spec register, of subject) {
	milliseconds := func(at time.Time) string { return strconv.FormatInt(at.UnixMilli(), 10) }
	seconds := func(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
	for _, c := range []struct {
		id, what string
		level    Level
		basis    Basis
		source   Source
		write    func(time.Time) string
	}{
		{"milliseconds", "a number of milliseconds", Must, Documented, variantSource(of.plain), milliseconds},
		{"seconds", "a number of seconds", Should, Observed, variantSource("referral.timestamp-seconds"), seconds},
		{"milliseconds-text", "a text of milliseconds", Should, Documented, sourceAllStrings, func(at time.Time) string { return quoted(milliseconds(at)) }},
		{"seconds-text", "a text of seconds", Should, Documented, sourceAllStrings, func(at time.Time) string { return quoted(seconds(at)) }},
	} {
		if strings.HasSuffix(c.id, "-text") {
			spec(Requirement{
				ID: of.topic + ".timestamp." + c.id + ".accepted", Level: Must, Basis: Documented,
				Title:  fmt.Sprintf("A %s whose timestamp is %s is acknowledged", of.noun, c.what),
				Source: sourceAllStrings,
				Why:    "Meta prints such events as its own samples. One that is refused comes again for an hour, and then the webhook is disabled for every event.",
				Remedy: "Take a number or a text of digits, and answer 200 also to an instant that you cannot read.",
			}, func(ctx context.Context, s *session) {
				s.Verify(s.Acknowledged(s.Send(ctx, timed(s, of, c.what, c.write))))
			})
		}
		spec(Requirement{
			ID: of.topic + ".timestamp." + c.id, Level: c.level, Basis: c.basis,
			Title:  fmt.Sprintf("The timestamp of a %s is understood when it is %s", of.noun, c.what),
			Source: c.source,
			Why:    "Meta's pages and captures show numbers and texts, milliseconds and seconds. Read in the wrong unit, an event of today lies in January 1970 or 50,000 years ahead; read as the wrong type, it is lost.",
			Remedy: "Take a number or a text of digits; below 100,000,000,000 it counts seconds, from there on milliseconds.",
			Needs:  []need{taken(of.plain)},
		}, func(ctx context.Context, s *session) {
			s.Verify(s.Handled(ctx, s.Send(ctx, timed(s, of, c.what, c.write))))
		})
	}
}

// ahead is by how much Meta's clock may be ahead of the receiver's: machines that nobody sets
// are wrong by seconds.
const ahead = 5 * time.Second

// clocks are about instants that the receiver's own clock has not come to.
func clocks(spec register, of subject) {
	spec(Requirement{
		ID: of.topic + ".timestamp.ahead", Level: Should, Basis: Observed,
		Title:  fmt.Sprintf("A %s is understood whose timestamp lies %s ahead", of.noun, ahead),
		Source: sourceOrder,
		Why:    "No two clocks agree. Code that drops what comes from the future, or computes an age below zero, loses events whenever its own clock is a little behind Meta's.",
		Remedy: "Take an age below zero for zero; set the clock by NTP.",
		Needs:  []need{taken(of.plain)},
	}, func(ctx context.Context, s *session) {
		ev := s.Event(of.plain)
		ev = edited(s, ev, event.Set("/timestamp", strconv.FormatInt(ev.At.Add(ahead).UnixMilli(), 10)))
		s.Verify(s.Handled(ctx, s.Send(ctx, varied(s, ev, fmt.Sprintf("whose timestamp lies %s ahead", ahead)))))
	})
}

// timed is the stimulus of a plain event whose timestamp is written in this way.
func timed(s *session, of subject, what string, write func(time.Time) string) stimulus {
	ev := s.Event(of.plain)
	ev = edited(s, ev, event.Set("/timestamp", write(ev.At.Add(-ago).Truncate(time.Second))))
	return varied(s, ev, "whose timestamp is "+what)
}

// senders are people, and nobody. That a person may be a user_ref is shown by
// variants of the catalogue.
func senders(spec register, of subject) {
	spec(Requirement{
		ID: of.topic + ".sender-absent", Level: Should, Basis: Observed,
		Title:  fmt.Sprintf("A %s without a sender is understood, and so is the next one", of.noun),
		Source: sourceNoSender,
		Why:    "Events without a sender are known from checkboxes and from changes of roles; code that reads sender.id fails there, and with it the delivery.",
		Remedy: "Take an absent sender for nobody: handle what can be handled, and reply to no one.",
		Needs:  []need{owed(of.plain)},
	}, func(ctx context.Context, s *session) {
		first, good := s.SendThenGood(ctx, varied(s, s.Event(of.plain, event.Remove("/sender")), "without a sender"))
		s.Verify(s.Handled(ctx, first), s.Handled(ctx, good))
	})

	// Longer than any integer type of 64 bits can hold.
	const before, length = "1022", 20
	spec(Requirement{
		ID: of.topic + ".long-ids", Level: Should, Basis: Observed,
		Title:  fmt.Sprintf("In a %s, ids of %d digits keep every digit", of.noun, length),
		Source: Source{URL: "https://github.com/abhinavdahiya/go-messenger-bot/issues/7"},
		Why:    "An id is a text. JavaScript's numbers lose its last digits from the 17th on, and 64 bits end at the 20th: the answer goes to somebody else, or to nobody.",
		Remedy: "Keep ids as texts, in code and in the database.",
		Needs:  []need{owed(of.full)},
	}, func(ctx context.Context, s *session) {
		person := s.Person()
		person.PSID = before + person.PSID
		var edits []event.Edit
		for _, pointer := range of.ids {
			edits = append(edits, event.Set(pointer, quoted("10224498765432101234"[:length])))
		}
		ev := s.EventOf(person, of.full, edits...)
		s.Verify(s.Handled(ctx, s.Send(ctx, varied(s, ev, fmt.Sprintf("with ids of %d digits", length)))))
	})
}

// refs are what an m.me link may carry: by its page 2,083 characters at most,
// letters, digits and three signs.
func refs(spec register, of subject) {
	for _, c := range []struct{ id, what, ref, why, remedy string }{
		{
			"ref-long", "2,083 characters long", strings.Repeat("f123456789abcde0", 131)[:2083],
			"So long may the ref of an m.me link be. What is cut off at 255 characters, or refused by a column, names another campaign or none.",
			"Store ref as a text without a limit, or with one of 2,083 characters.",
		},
		{
			"ref-characters", "of letters, digits and the signs -, _ and =", "aZ09-_==",
			"These are the characters that an m.me link may carry, as base64 needs them. Code that trims or splits at = or - changes what they say.",
			"Take ref as it comes; decode it only if you wrote it.",
		},
	} {
		for _, in := range of.linked {
			spec(Requirement{
				ID: of.topic + "." + in.place + c.id, Level: Must, Basis: Documented,
				Title:  fmt.Sprintf("A %s whose ref is %s is understood", cmp.Or(in.noun, of.noun), c.what),
				Source: sourceRef, Why: c.why, Remedy: c.remedy,
				Needs: []need{owed(in.variant)},
			}, func(ctx context.Context, s *session) {
				ev := s.Event(in.variant, event.Set(in.ref, quoted(c.ref)))
				s.Verify(s.Handled(ctx, s.Send(ctx, varied(s, ev, "whose ref is "+c.what))))
			})
		}
	}
}

// scripts are texts that software made for one script, or for one plane of
// Unicode, does not keep.
func scripts(spec register, of subject) {
	for _, c := range []struct{ id, what, text string }{
		{"arabic", "Arabic letters", "مرحبا بالعالم"},
		{"hebrew", "Hebrew letters", "שלום עולם"},
		{"chinese", "Chinese characters", "你好，世界"},
		{"combining", "combining marks", "cafe\u0301 an\u0303o A\u030angstro\u0308m"},
		{"emoji", "emoji joined by zero width joiners", "👩\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈"},
		{"direction", "marks of writing direction", "\u200fabc\u200e \u202bdef\u202c \u2067ghi\u2069"},
	} {
		spec(Requirement{
			ID: of.topic + ".text." + c.id, Level: Should, Basis: Documented,
			Title:  fmt.Sprintf("Texts of a %s with %s come through unchanged", of.noun, c.what),
			Source: sourceEscaping,
			Why:    "Titles are in the language of the person, and what the page's owner writes in any. A payload that changed on its way matches no branch of the bot; a title is shown broken.",
			Remedy: "Decode JSON as UTF-8 and keep texts as they are: no conversion to another character set, no normalisation, and a database that stores all of Unicode (utf8mb4 in MySQL).",
			Needs:  []need{owed(of.full)},
		}, func(ctx context.Context, s *session) {
			value, err := json.Marshal(c.text)
			s.Must(err)
			var edits []event.Edit
			for _, pointer := range of.texts {
				edits = append(edits, event.Set(pointer, string(value)))
			}
			s.Verify(s.Handled(ctx, s.Send(ctx, varied(s, s.Event(of.full, edits...), "with "+c.what))))
		})
	}
}

// edited is an event after edits.
func edited(s *session, ev event.Event, edits ...event.Edit) event.Event {
	ev, err := ev.Edit(edits...)
	s.Must(err)
	return ev
}

// varied is the stimulus of one event, and says what is special about it.
func varied(s *session, ev event.Event, what string) stimulus {
	st := judge.Alone(ev)
	st.What = st.Describe() + ", " + what
	return st
}
