// Package anonymise replaces personal data in captures: ids, names, texts,
// addresses. A letter becomes another letter and a digit another digit, so that
// what a receiver sees of a payload, its shape, its length and its spelling,
// stays; see permutation for how stand-ins are made.
//
// Equal values have equal stand-ins and different values different ones, under
// one key, so that relations survive: between sender and recipient, between a
// message and its delivery report, between an id as a number and as a text.
//
// What stays, because it says nothing about a person:
//
//   - the names of members, unless they look like values;
//   - true, false and null; numbers of fewer than ten digits that are no ids;
//     of a number with a fraction what is before the point;
//   - instants, and words in the members that hold a word out of a set ("source",
//     "type"), known to the catalogue or not: drift has to see new ones;
//   - punctuation, white space and what else is no letter and no digit, in texts
//     and addresses;
//   - the values of headers that stays.json names;
//   - what Options.Keep names.
//
// It imports schemas, for the values that the catalogue knows, and package
// capture. The way of its data:
//
//	body ─ document.go: which values stay ▶ text.go: the characters of the others
//	  ─ permutation.go ▶ their stand-ins, written where the characters were
//	targets and headers ─ http.go ▶ text.go
package anonymise
