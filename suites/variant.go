package suites

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// accepted makes the requirement that a variant is acknowledged, with the spec
// that judges it. Title, source and level come from the variant's own file.
func accepted(spec register, topic string, v schemas.Variant) {
	spec(Requirement{
		ID: variantID(topic, v) + ".accepted", Level: acceptedLevel(v), Basis: variantBasis(v),
		Title:  "Acknowledged: " + v.Title,
		Source: Source{URL: v.Source.URL, Quote: v.Source.Quote},
		Why:    "Meta sends a delivery that is not acknowledged again for an hour, and then disables the webhook for every event.",
		Remedy: "Answer 200 to every correctly signed delivery, also when you have no use for the event or a member that you expect is absent.",
		Needs:  variantNeeds(v),
	}, func(ctx context.Context, s *session) {
		s.Verify(s.Acknowledged(s.Emit(ctx, v.ID)))
	})
}

// understood makes the requirement that a variant is handled with all that it
// says, with the spec that judges it.
func understood(spec register, topic string, v schemas.Variant) {
	spec(Requirement{
		ID: variantID(topic, v) + ".understood", Level: understoodLevel(v), Basis: variantBasis(v),
		Title:  "Understood: " + v.Title,
		Source: Source{URL: v.Source.URL, Quote: v.Source.Quote},
		Why:    "An event that is acknowledged and then lost is lost for good: Meta does not send it again.",
		Remedy: "Take sender, timestamp, postback and referral as they come: any member may be absent or null, an instant may be a number or a string, in seconds or in milliseconds, and a person may be an id or a user_ref.",
		Needs:  append(variantNeeds(v), judge.EvidenceOf(sample(v))),
	}, func(ctx context.Context, s *session) {
		s.Verify(s.Handled(ctx, s.Emit(ctx, v.ID)))
	})
}

func variantID(topic string, v schemas.Variant) string {
	if strings.HasPrefix(v.ID, topic+".") {
		return v.ID
	}
	return topic + "." + v.ID
}

// acceptedLevel is MUST for what Meta documents, in whatever form it prints it: who refuses
// it is sent it again, and is then sent nothing. It is SHOULD for what was only observed,
// for what Meta no longer sends, and for what its pages contradict each other about.
func acceptedLevel(v schemas.Variant) Level {
	if v.Status == schemas.Documented && !contradicted(v) {
		return Must
	}
	return Should
}

// contradicted reports whether a page of Meta's prints a variant, and another page or
// the table beside the sample contradicts it: a receiver that follows the other is not
// wrong.
func contradicted(v schemas.Variant) bool {
	return slices.Contains([]string{
		"changes.instagram-comment-bare", "echo.app-id-text", "edit.instagram-array", "edit.number", "handover.request-id-text",
		"message.attachment-sticker-id-text", "order.cart-id-text",
	}, v.ID)
}

// understoodLevel is MUST for what Meta documents for deliveries to a Page. The bare form
// and the bodies of its dashboard are printed on pages that contradict the others, so that
// what they say is SHOULD at most.
func understoodLevel(v schemas.Variant) Level {
	if v.Form == schemas.FormValue || v.Form == schemas.FormBody {
		return Should
	}
	return acceptedLevel(v)
}

func variantBasis(v schemas.Variant) Basis {
	if v.Status == schemas.Documented {
		return Documented
	}
	return Observed
}

func variantNeeds(v schemas.Variant) []need {
	if v.Object == "instagram" {
		return []need{judge.AFeature(Instagram)}
	}
	return nil
}

// sample fills a variant for nobody, to look at its shape.
func sample(v schemas.Variant) event.Event {
	ev, err := event.Build(v, event.NewSession(0, "sample", "0"), 0, time.Unix(0, 0))
	if err != nil {
		panic("suites: the catalogue's variant " + v.ID + " cannot be filled: " + err.Error())
	}
	return ev
}

// own reports whether an event is the receiver's to handle, and whether its
// handling can be seen: it is in a form in which Meta delivers events, neither
// an echo nor for another app, and something in it belongs to its person alone.
// The dashboard's samples have the same ids for everybody.
func own(ev event.Event) bool {
	if f := ev.Variant.Form; f != schemas.FormMessaging && f != schemas.FormValue || judge.Read(ev.JSON).Echo {
		return false
	}
	marks := append(judge.IDs(ev.Session), ev.Session.Tag)
	return slices.ContainsFunc(marks, func(mark string) bool { return bytes.Contains(ev.JSON, []byte(mark)) })
}
