package suites

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// newerVersion is about the header Facebook-API-Version, by which a receiver may choose
// how it reads a payload. That it is missing is not asked for: every delivery of
// Messenger has it.
func newerVersion(spec register) {
	spec(Requirement{
		ID: "evolution.newer-version", Level: Should, Basis: Documented,
		Title:  "An event whose delivery names a newer version of the Graph API than is known is handled",
		Source: Source{URL: "https://developers.facebook.com/docs/messenger-platform/webhook/versioning"},
		Why:    "Each field of a subscription has a version, and one that ends becomes the next: the header changes without anybody having changed the app.",
		Remedy: "Where Facebook-API-Version decides how a payload is read, read one of a newer version as one of the newest that you know.",
		Needs:  []need{judge.AProbe},
	}, func(ctx context.Context, s *session) {
		if day := s.Options().Day; !wire.HasVersion(day) {
			s.Inapplicable("deliveries of " + day + " named no version")
		}
		st := judge.Alone(s.Event(s.Plainest()))
		st.Faults = []fault.Fault{fault.SignatureHeader("Facebook-API-Version", nextVersion())}
		stillHandled(ctx, s, st)
	})
}

// nextVersion is the name that the version after the newest that is known would have.
func nextVersion() string {
	newest, _ := schemas.NewestGraphVersion("")
	var major int
	name, _, _ := strings.Cut(strings.TrimPrefix(newest.Name, "v"), ".")
	if _, err := fmt.Sscan(name, &major); err != nil {
		panic("suites: " + newest.Name + " is no version: " + err.Error()) // a test of schemas looks at all
	}
	return fmt.Sprintf("v%d.0", major+1)
}
