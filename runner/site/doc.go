// Package site writes what is known of Meta's webhooks, and of receivers, as pages for a
// browser: every variant, every requirement and every cause on a page of its own, and the
// tools that read what is pasted into a page.
//
// The same pages are a folder of files, where the tools are WebAssembly in the page
// (package static), and a part of the console of `referee serve`, which hands them out
// from memory and does the work of the tools itself: a binary that was built by `go
// build` alone has no WebAssembly in it. Pages link to each other by relative addresses, so
// that the folder can lie anywhere.
//
// It may import runner, suites and schemas. The way of its data:
//
//	catalogue, requirements, mutants ─ New ▶ Site ─ Page ▶ HTML, of one page when it is asked for
//	                                       └ Handler ▶ all of it for a server, with package tools
package site
