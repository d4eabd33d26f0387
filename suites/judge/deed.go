package judge

import (
	"errors"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

// Deed is what a receiver does that a requirement is against, as the verb of a
// sentence about it.
type Deed string

// What receivers do.
const (
	Refuses      Deed = "refuses"      // it answers with a status that says no
	HangsUp      Deed = "hangs-up"     // it closes the connection without an answer
	Hangs        Deed = "hangs"        // it does not answer within the deadline
	Dies         Deed = "dies"         // its process ends
	Jams         Deed = "jams"         // it goes on and handles nothing more
	Loses        Deed = "loses"        // it acknowledges an event and does not handle it
	Delays       Deed = "delays"       // what it owes comes too late
	Misreads     Deed = "misreads"     // it understands something else than was said
	Misaddresses Deed = "misaddresses" // it answers somebody else
	Repeats      Deed = "repeats"      // it handles once more what it has handled
	Handles      Deed = "handles"      // it handles what it must not
	Misanswers   Deed = "misanswers"   // it gives another answer than was asked for
	Admits       Deed = "admits"       // it lets in who must stay outside
	Leaks        Deed = "leaks"        // it tells what is nobody's business
	Miscalls     Deed = "miscalls"     // its calls of the Graph API are wrong
	Storms       Deed = "storms"       // it sends again and again
	Keeps        Deed = "keeps"        // it does not give back what it takes
	Shows        Deed = "shows"        // its TLS is not what Meta needs
	Breaks       Deed = "breaks"       // none of the above
)

// unanswered is the deed of a receiver that did not acknowledge an attempt.
func unanswered(a delivery.Attempt) Deed {
	var e *delivery.Error
	switch {
	case a.Err == nil:
		return Refuses
	case errors.As(a.Err, &e) && e.Reason == delivery.ReasonNoAnswer:
		return Hangs
	}
	return HangsUp
}

// As says what the receiver did.
func (f *Finding) As(d Deed) *Finding {
	if f != nil {
		f.does = d
	}
	return f
}

// At says where a receipt is not what came.
func (f *Finding) At(pointer string) *Finding {
	f.wrong = append(f.wrong, pointer)
	return f
}

// Of says which of the watched events of its delivery a finding is about.
func (f *Finding) Of(event int) *Finding {
	f.event = event
	return f
}
