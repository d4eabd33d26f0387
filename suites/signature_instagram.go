package suites

import (
	"context"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// instagramSecret is about the app secret that an app has for Instagram Login beside its
// own. Meta's pages say "App Secret" of both, so that this is a SHOULD; a receiver that
// takes either for any delivery is right too. That everything else about Instagram is
// accepted others ask.
func instagramSecret(spec register) {
	spec(Requirement{
		ID: "signature.instagram-secret", Level: Should, Basis: Observed,
		Title:  "A delivery for an Instagram account that is signed with the Instagram app secret is accepted",
		Source: Source{URL: "https://github.com/chatwoot/chatwoot/pull/14280"},
		Why:    "An app with Instagram Login has two app secrets, and what comes for its Instagram accounts can be signed with the second. Who knows only the first refuses all of it.",
		Remedy: "Check a delivery whose object is instagram with the Instagram app secret, or take either of the two.",
		Needs:  []need{judge.AFeature(Instagram), judge.AnInstagramSecret, judge.AnAcknowledgement},
	}, func(ctx context.Context, s *session) {
		const variant = "message.instagram-story-reply"
		d := s.Emit(ctx, variant)
		refused := s.Acknowledged(d)
		if refused == nil {
			s.Verify(nil)
			return
		}
		// One that refuses whatever is for Instagram says nothing about secrets.
		other := s.Emit(ctx, variant, fault.SignWith("the app secret", s.Options().AppSecret))
		if s.Acknowledged(other) != nil {
			s.Inapplicable("the receiver refuses what is for Instagram, whichever secret it is signed with")
		}
		s.Verify(refused)
	})
}
