package schemas_test

import (
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

func TestNames(t *testing.T) {
	members, err := schemas.Everything().MemberNames()
	if err != nil {
		t.Fatal(err)
	}
	kinds := schemas.Everything().Kinds()
	for _, kind := range []string{"message", "postback", "referral", "optin"} {
		if !slices.Contains(kinds, kind) {
			t.Errorf("%s is no kind; there are %v", kind, kinds)
		}
	}
	for _, member := range append(kinds, "object", "entry", "sender", "ads_context_data", "field", "value") {
		if !slices.Contains(members, member) {
			t.Errorf("the member %s is not known", member)
		}
	}
	for _, foreign := range []string{"access_token", "messaging_type", "requirements", "id "} {
		if slices.Contains(members, foreign) {
			t.Errorf("%s is taken for a member of a delivery", foreign)
		}
	}
}
