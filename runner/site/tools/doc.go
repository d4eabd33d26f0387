// Package tools has what a page about the catalogue does with what is pasted into it:
// say which variant a payload is, what is wrong with it and since when Meta sends it,
// compare payloads, sign and verify.
//
// The page calls it by name, with JSON for questions and answers, whether it is compiled
// to WebAssembly and runs in the page (package main in ../wasm), or runs in the server
// that the page is from (package site). Both are the same code, so that they say the same.
//
// It may import schemas, the wire, and what reads payloads; it knows no HTTP, no clock
// and no files, and stays small enough for a page to load. The way of its data:
//
//	question: a name and JSON ─ Tools.Call ▶ validate.go, since.go, drift.go, sign.go ─▶ JSON
package tools
