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
