// Package reference is a webhook receiver for Messenger that does what Meta
// requires, and a collection of copies of it with exactly one defect each.
//
// The receiver is small enough to be read in one sitting and may be copied as
// a starting point for a bot. It promises:
//
//   - The verification handshake is answered with the challenge, byte for byte,
//     and only for the right verify token.
//   - A delivery is believed only if X-Hub-Signature-256 fits the raw bytes of
//     its body. Nothing else decides, not even a right X-Hub-Signature. What is for
//     Instagram has to be signed with its own secret where the app has one.
//   - A delivery is acknowledged first. The work comes afterwards, so a slow
//     Graph API never costs an acknowledgement.
//   - Every event that is ours is handled once, whatever stands beside it in
//     the delivery and however often it is delivered within an hour.
//   - Handover copies (standby), page changes and echoes are not acted on.
//   - Unknown members, missing members and members of another type than
//     documented are no reason to fail.
//   - Over https, TLS is 1.2 or later, the certificate comes with its chain, and
//     with mTLS nobody gets in who is not Meta.
//   - Close waits for the work in flight, for a bounded time.
//
// # Way of a delivery
//
// A delivery passes a pipeline of named steps (see steps.go), each a field of
// one struct. A [Mutant] replaces one of them, which is how the conformance
// suite is itself tested: every requirement names the mutants that it must
// turn red.
//
// # Other languages
//
// [Sources] returns receivers in Python and Node that promise the same, in one
// file each: receiver.py and receiver.mjs. What changes in one of the three
// changes in all.
//
// # Imports
//
// The package imports the standard library and nothing of this project. The
// platform that judges a receiver encodes, signs and builds events; if the
// receiver shared that code, a bug in it would cancel out and no test would
// see it.
package reference
