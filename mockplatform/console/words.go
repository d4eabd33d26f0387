package console

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

// onSetup is where somebody subscribes a receiver, and how a program does.
const onSetup = "on the page Setup, or with PUT " + apiPrefix + "receiver"

// said is what an error of the platform means to a person: without the names of functions
// that passed it on, and with what to do.
func said(err error) string {
	switch {
	case errors.Is(err, mockplatform.ErrNoReceiver):
		return "nothing was sent, for no receiver has subscribed: subscribe your bot's callback URL " + onSetup
	case errors.Is(err, mockplatform.ErrDisabled):
		return "nothing was sent, for the receiver failed so long that its subscription was disabled: let it answer again, and subscribe it again " + onSetup
	case errors.Is(err, mockplatform.ErrNotSubscribed):
		return "nothing was sent: " + from(err, mockplatform.ErrNotSubscribed) + "; subscribe it to that field " + onSetup + ", or let the bot do so"
	case errors.Is(err, outbox.ErrCleared):
		return "it was not sent, for everything was forgotten meanwhile"
	case errors.Is(err, rules.ErrNotStored):
		return "it has to be kept before it counts, and cannot be: " + after(err, rules.ErrNotStored)
	case errors.Is(err, mockplatform.ErrNotStored):
		return "it has to be kept before it counts, and cannot be: " + after(err, mockplatform.ErrNotStored)
	}
	passedOn := func(verb string) bool { return strings.HasPrefix(err.Error(), verb) }
	verbs := []string{"emit", "edit ", "build ", "wrap ", "encode", "deliver to ", "subscribe ", "advance the clock "}
	for inner := errors.Unwrap(err); inner != nil && slices.ContainsFunc(verbs, passedOn); inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}

// from is the text of an error from that of one in it on.
func from(err, inner error) string {
	text := err.Error()
	return text[max(strings.Index(text, inner.Error()), 0):]
}

// after is the text of an error behind that of one in it: the cause.
func after(err, inner error) string {
	return strings.TrimPrefix(strings.TrimPrefix(from(err, inner), inner.Error()), ": ")
}

// plainly words what the library for the API refuses: which member is wrong stands in the
// detail, which is all that a person reads.
func plainly(_ huma.Context, _ string, v any) (any, error) {
	refusal, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	worded := *refusal
	var limit int
	switch {
	case refusal.Detail == "validation failed" && len(refusal.Errors) > 0:
		var list []string
		for _, e := range refusal.Errors {
			list = append(list, place(e.Location)+": "+e.Message)
		}
		worded.Detail = strings.Join(list, "; ")
	case refusal.Detail == "request body is required":
		worded.Detail = "there is no body, or an empty one"
	case scanned(refusal.Detail, "request body is too large limit=%d bytes", &limit):
		worded.Detail = fmt.Sprintf("there are more than the %s that are taken here", megabytes(limit))
	}
	return &worded, nil
}

func scanned(text, format string, to *int) bool {
	n, err := fmt.Sscanf(text, format, to)
	return n == 1 && err == nil
}

// megabytes names a size that a request may have, which is a whole number of MiB or one
// byte more: the library refuses what is as long as its limit.
func megabytes(limit int) string { return fmt.Sprintf("%d MiB", limit>>20) }

// place is where something is in a request: a member or a parameter by its name.
func place(location string) string {
	part, name, _ := strings.Cut(location, ".")
	switch {
	case name != "":
		return name
	case part == "":
		return "the request"
	}
	return "the " + part
}
