// Package watch says what Meta announced since the last time that somebody looked:
// what is new, gone or changed in its documentation, changelogs and versions, and what
// of it the catalogue does not know.
//
// Meta publishes each page as Markdown too, at its address with .md; changelogs as RSS;
// and the versions of the Graph API, with their ends, as a table. What is fetched
// stands in a file of pages.
//
// The way of its data:
//
//	pages.json ─ polite.Client ▶ answers ─ document, mend ▶ samples, text, announcements, versions
//	     ─ beside the State of the last run ▶ what is new, gone or changed ─┐
//	     ─ beside the Catalogue ▶ drift, shapes of no variant ──────────────┴▶ Report ─ Propose ▶ Proposal
//
// A page that cannot be looked at keeps what the state has of it, and is a trouble of
// its own: what was not looked at is never taken for unchanged.
//
// It reads no files and writes none: its caller does.
package watch
