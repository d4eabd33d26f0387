// Package diagnosis finds out why requirements are red: it turns the symptoms of a
// run into causes.
//
// A cause is one sentence about the receiver: what it does (answers 500, ends, loses
// the event, handles what it must not …) whenever one trait of the stimulus is there
// (the sender has no id, the signature is forged, there is more than one entry …).
// Each red requirement belongs to exactly one cause.
//
// The way of a diagnosis:
//
//	judge.Case               what each requirement came to, and what was sent for it
//	  ▶ traits (trait.go)    what each stimulus has, by the structure of its body
//	  ▶ candidates           each trait, two together, each family of requirements
//	                         (families.go), and each requirement by itself
//	  ▶ causes (cover.go)    the fewest candidates, the most general first, that
//	                         explain all that is red and contradict nothing green
//	  ▶ what follows         of one cause, and what is one though it shows in several ways
//	                         (consequence.go, types.go, passing.go)
//	  ▶ experiments          the plain event with the trait and without it; what they do not
//	                         bear out is dropped, and other causes are looked for
//	  ▶ []Cause
//
// It imports judge and knows its words, and of expect the topic; it knows no receiver,
// prints nothing and reads no files.
package diagnosis
