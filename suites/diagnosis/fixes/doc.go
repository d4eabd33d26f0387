// Package fixes shows how a defect of a receiver is fixed, in code for its stack.
//
// A topic is one defect, such as raw-signature, and a folder of this package. In it
// there is a file for each stack where the framework matters, and otherwise one for
// each language:
//
//	raw-signature/express.md   the framework decides what becomes of the raw bytes
//	dedupe/javascript.md       the same for Express, Koa, plain Node and all others
//
// A file is a sentence or two and one block of code, to be pasted. Secrets are
// always in the variables APP_SECRET and VERIFY_TOKEN, or where the framework keeps
// its settings.
//
// [Fix] looks one up, [Recognise] says which stack a receiver has, and
// [ForRequirement] which topic fixes a broken requirement. Tests run the code of
// plain Node, Express, plain Python, Flask and Go; see runner/fixes_test.go.
package fixes
