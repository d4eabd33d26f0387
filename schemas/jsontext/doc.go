// Package jsontext reads JSON texts exactly, for whoever edits, writes or
// anonymises one: it keeps what a decoder loses, such as the order of members, a
// member twice, 1.0 beside 1, a surrogate without its partner.
//
// It imports the standard library alone. The way of its data:
//
//	a text ─ Scanner.Next ▶ one token after the other, as it stands in the text
//	  a string token ─ Unquote ▶ its text; an escape in it ─ Escape ▶ its code unit
package jsontext
