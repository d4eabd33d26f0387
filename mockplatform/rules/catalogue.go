package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// Target is to what a fault happens.
type Target string

const (
	// Delivery: deliveries to the receiver.
	Delivery Target = "delivery"
	// Graph: answers to calls of the Graph API.
	Graph Target = "graph"
)

// FaultKind is a row of the table of faults: something that a rule can let go
// wrong by its name. What it does to one delivery or one call is in package
// fault: a fault.Fault, or a fault.GraphAnswer.
type FaultKind struct {
	Name   string `json:"name"`
	Target Target `json:"target"`
	// Title is a line for people: "The signature is wrong".
	Title string `json:"title"`
	// Description says what it shows of a receiver, and what Meta says.
	Description string `json:"description"`
	// Params are what a rule can choose about it; none is no nil.
	Params []Param `json:"params"`

	// Filters are the members of a Rule that can leave something out: person, and
	// variant and field of a delivery, or edge of a call.
	Filters []string `json:"filters"`

	// slot is what the fault takes hold of: of two of one slot only one can
	// happen to an attempt.
	slot slot
	// first limits it to the first attempt of a delivery, joins to those that can
	// be put into one delivery with others.
	first, joins bool
	// disturb adds the fault, for the rule of this mark, to what happens to an
	// attempt. Only for the target Delivery.
	disturb func(v values, mark string, d *fault.Disturbance)
	// answer is what a call gets. Only for the target Graph.
	answer func(v values, o Options) fault.GraphAnswer
}

// slot is a part of an attempt.
type slot string

const (
	theTime      slot = "time" // when it is made
	theCopies    slot = "copies"
	theValues    slot = "values"
	theMembers   slot = "members"
	theSignature slot = "signature"
	thePace      slot = "pace"
)

// Catalogue lists the faults that rules can name, in the order in which they are
// shown.
func Catalogue() []FaultKind {
	list := append(deliveryFaults(), graphFaults()...)
	for i := range list {
		f := &list[i]
		f.Target, f.Filters = Graph, []string{"person", "edge"}
		if f.disturb != nil {
			f.Target, f.Filters = Delivery, []string{"person", "variant", "field"}
		}
		if f.Params == nil {
			f.Params = []Param{}
		}
	}
	return list
}
