package schemas

import "strings"

// families are the groups in which people look for a variant, in the order of what a
// receiver is likeliest to care about, with the beginnings of the ids in each. Events of
// Instagram are one family, whatever they are.
var families = []struct {
	name     string
	prefixes []string
}{
	{"Referrals", []string{"referral"}},
	{"Postbacks", []string{"postback"}},
	{"Messages", []string{"message"}},
	{instagramFamily, nil},
	{"Echoes", []string{"echo"}},
	{"Opt-ins", []string{"optin", "message-request"}},
	{"Receipts", []string{"delivery", "read"}},
	{"Reactions and edits", []string{"reaction", "edit"}},
	{"Threads", []string{"handover"}},
	{"Calls", []string{"calls", "call-permission"}},
	{"Feedback and forms", []string{"feedback", "response-feedback", "customer-information"}},
	{"Shops", []string{"order", "payment"}},
	{"Accounts and policy", []string{"account-linking", "policy"}},
	{otherFamily, []string{"game-play", "camera", "changes"}},
	{"Samples of the dashboard and the documentation", []string{"test"}},
}

const (
	instagramFamily = "Instagram"
	otherFamily     = "Other events"
)

// Families returns the names of all families, the likeliest to be looked for first.
func Families() []string {
	names := make([]string, len(families))
	for i, f := range families {
		names[i] = f.name
	}
	return names
}

// Family is the name of the group that the variant belongs to, one of Families.
func (v Variant) Family() string {
	kind, _, _ := strings.Cut(v.ID, ".")
	family := otherFamily
	for _, f := range families {
		for _, prefix := range f.prefixes {
			if kind == prefix {
				family = f.name
			}
		}
	}
	if v.Object == "instagram" && kind != "test" {
		return instagramFamily
	}
	return family
}
