// Package document reads what Meta publishes for people: pages of documentation as
// Markdown, a changelog as RSS, the table of the versions of the Graph API.
//
// It knows how such texts are built, and nothing of what is in them: package mend
// reads the samples, package watch says what they mean.
//
// It imports goldmark for Markdown and golang.org/x/net/html for what is HTML in it.
package document
