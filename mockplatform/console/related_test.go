package console_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
)

// A delivery names the calls that followed it for the same person, a call its delivery,
// and both say what that rests on. An echo is of the call that has its message's id.
func TestRelated(t *testing.T) {
	d := open(t, func(p *mockplatform.Options, _ *console.Options) { p.Consequences = true })
	related := func(seq uint64) (r console.Related) {
		t.Helper()
		if status := d.call("GET", "api/v1/exchanges/"+number(seq)+"/related", nil, &r); status != 200 {
			t.Fatalf("status %d", status)
		}
		return r
	}
	numbers := func(list []console.Summary) (seqs []uint64) {
		for _, x := range list {
			seqs = append(seqs, x.Seq)
		}
		return seqs
	}
	for _, person := range []string{"Ada", "Grace"} {
		d.person(person, "person")
		var first, second console.Emitted
		d.call("POST", "api/v1/events", map[string]string{"variant": "message.text", "person": person}, &first)
		echo := d.wait("variant=echo.text&person=" + person)
		answer := d.wait("kind=send&text=colour&person=" + person)
		d.call("POST", "api/v1/events", map[string]string{"variant": "postback.button", "person": person}, &second)

		var calls struct{ Exchanges []console.Summary }
		d.call("GET", "api/v1/exchanges?kind=send&person="+person+"&before="+number(second.Exchange), nil, &calls)
		of := related(first.Exchange)
		if len(of.Calls) != 2 || !slices.Equal(numbers(of.Calls), numbers(calls.Exchanges)) || !strings.Contains(of.Basis, "same person") || of.Delivery != nil {
			t.Errorf("%s: the delivery %d has %+v, want the calls %v", person, first.Exchange, of, numbers(calls.Exchanges))
		}
		call := related(answer.Seq)
		if call.Delivery == nil || call.Delivery.Seq != first.Exchange || len(call.Calls) != 0 || !strings.Contains(call.Basis, "last delivery before") || !slices.Contains(numbers(call.Told), echo.Seq) {
			t.Errorf("%s: the call %d has %+v, want the delivery %d and the echo %d", person, answer.Seq, call, first.Exchange, echo.Seq)
		}
		told := related(echo.Seq)
		if !slices.Equal(numbers(told.TellsOf), []uint64{answer.Seq}) || len(told.Calls) != 0 {
			t.Errorf("%s: the echo %d has %+v, want the call %d", person, echo.Seq, told, answer.Seq)
		}
		if next := related(second.Exchange); len(next.Calls) != 1 {
			t.Errorf("%s: the next delivery has %+v", person, next)
		}
	}
	// A call that is about nobody followed nothing that could be known.
	d.bot.setProfile()
	if r := related(d.wait("text=get_started").Seq); r.Delivery != nil || r.Basis != "" {
		t.Errorf("the profile has %+v", r)
	}
	if status, _ := d.raw("GET", "api/v1/exchanges/99999/related", nil, nil); status != 404 {
		t.Errorf("what is not there: %d", status)
	}
}
