package diagnosis

import (
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

// TestDescribe holds that what a report names can be explained, and nothing else.
func TestDescribe(t *testing.T) {
	for id, want := range map[string]bool{
		"handles.forged":                                          true,
		"refuses.sender-without-id":                               true,
		"refuses.body-over-100-kib":                               true,
		"loses.other-referral-source":                             true,
		"loses.referral-and-referral-source-customer-chat-plugin": true,
		"refuses.postback-of-any-type":                            true,
		"refuses.unknown-members-of-entry":                        true,
		"loses.later-entries":                                     true,
		"misreads.timestamp-in-seconds":                           true,
		"misreads.timestamp":                                      true,
		"misreads.sender":                                         true,
		"misreads.kind":                                           true,
		"misreads.combining-marks":                                true,
		"refuses.nothing-of-the-kind":                             false,
		"refuses":                                                 false,
		"sings.sender-without-id":                                 false,
	} {
		c, ok := Describe(id, schemas.Everything(), nil)
		if ok != want {
			t.Errorf("%s: %v, expected %v", id, ok, want)
		}
		if ok && c.Title == "" {
			t.Errorf("%s has no title", id)
		}
	}
}

// TestWordsOfTraits holds that a cause is explained by what it is about, and not by the
// requirement that happened to show it.
func TestWordsOfTraits(t *testing.T) {
	for id, want := range map[string]struct{ remedy, fix string }{
		"misreads.four-byte-characters":      {"Keep texts in UTF-8 from the body to the database, four bytes for a character included (MySQL: utf8mb4).", ""},
		"misreads.characters-beyond-latin-1": {"Keep texts in UTF-8 from the body to the database, four bytes for a character included (MySQL: utf8mb4).", ""},
		"misreads.long-referral-ref":         {"Keep the whole text: look for a limit of its length, such as that of a column.", ""},
		"misreads.referral-with-product":     {"Look for what your code makes of an event when the referral has product, and let it use each value as it was sent.", ""},
		"misreads.timestamp-in-seconds":      {"Take an instant as a number or a text, in seconds or milliseconds.", "text-timestamps"},
		"refuses.message-with-text":          {"Look for what fails when the message has text; answer 200 all the same.", "each-event"},
		"refuses.escapes":                    {"Hash the bytes as they came, before anything parses them.", "raw-signature"},
		"loses.escapes":                      {"Look for what passes an event over when a character is escaped in the body.", ""},
		"loses.message":                      {"Look for what passes an event over when the event has message.", ""},
		"refuses.message":                    {"Skip an event that you have no use for; answer 200 all the same.", "unknown-events"},
		"dies.message-with-text":             {"Look for what fails when the message has text; catch errors around each event.", "each-event"},
	} {
		c, ok := Describe(id, schemas.Everything(), nil)
		if !ok || c.Why == "" || c.Remedy != want.remedy || c.Fix != want.fix {
			t.Errorf("%s: %v %q, %q, %q", id, ok, c.Why, c.Remedy, c.Fix)
		}
	}
}
