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
//   - of paths, queries, hosts and media types the words that many have, listed in
//     stays.json: "webhook", "v23.0", "hub.mode", "charset=utf-8". Any other word may
//     be a secret;
//   - the values of headers that stays.json names, and Meta's own User-Agents;
//   - what Options.Keep names.
//
// A letter or a digit that is spelt in a percent code is replaced as well.
//
// It imports schemas, for the members and values that the catalogue knows, and
// package capture. The way of its data:
//
//	body ─ document.go: which values stay ▶ text.go: the characters of the others
//	  ─ permutation.go ▶ their stand-ins, written where the characters were
//	targets, headers, bodies of several parts ─ target.go, http.go, media.go ▶ text.go
//	Options.Keep ─ keep.go ▶ what stays besides
package anonymise
