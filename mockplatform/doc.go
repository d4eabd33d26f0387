// Package mockplatform plays Meta for the webhook of a Messenger bot: it makes
// the verification handshake, sends deliveries as Meta sends them, plays the
// Graph API that the bot calls back, and keeps a journal of all of it.
//
// In a test of a bot: New and Start (every port is a free one), then the bot at
// Platform.GraphURL, then Subscribe or SetReceiver, then Emit and WaitReply.
// Script lets the Graph API fail, Emission.Faults spoil a delivery, and Hold keep
// calls waiting. State says what a platform was set up with, and SetState sets up
// another one alike.
//
// # Deliveries
//
// What is emitted is tried again until the receiver acknowledges it, by
// Options.Policy: Messenger's policy retries at once, alerts after 15 minutes and
// disables the subscription after one hour; Graph's gives up after 36 hours. The
// deadlines are Meta's, but the intervals are not published. On the virtual clock
// of package clock those hours pass in a moment, with Advance.
//
// Deliver and Handshake are the primitives below that: one request each, wherever
// it goes, never repeated.
//
// # Consequences
//
// With Options.Consequences what a receiver does has the consequences that it has at
// Meta, for who has subscribed to them and whose page lets the app hear of them. A
// message to somebody whom the platform knows brings echo, delivery and read; on
// Instagram, where the person wrote there last, echo and seen. After pass_thread_control
// what a person writes is in standby, and a postback has no payload there unless the
// receiver sent the button; take_thread_control brings its event, pass_thread_control
// one only to the new owner. What another app does is emitted: handover.pass gives the
// thread back, handover.take takes it. An emitted opt-in has a token of the person's own,
// good for one message, or until optin.stop. unlink_accounts brings the event unlinked.
//
// A bot that answers its own echoes is stopped after 20 rounds: it is told of no more
// messages until the person does something, and the Send API call in the journal says
// why in Exchange.Faults. Of a bot that sends 20 messages on its own, each within a
// minute of the echo before, that cannot be told apart.
//
// # Safety
//
// Every page in a developer's browser can send requests to this machine. The Graph API
// answers programs, and refuses with 403 what a page of another origin asks, by
// Sec-Fetch-Site and Origin, and whatever has a Host that is not known, see
// Options.Hosts. RefusedCalls and the journal tell of each sort once. On an address that
// is not a loopback one the secrets have to be the user's own.
//
// # The house
//
// The way of an event, and of what comes back:
//
//	schemas.Variant → event: filled for one person, wrapped in an envelope
//	→ wire: the bytes, signed → outbox: when, in what order, how often (rules may disturb it)
//	→ delivery: one request → the receiver
//	the receiver → graph: a call is answered → journal: kept, found, waited for → console
//
// The platform may import schemas and, of everything here, all but the console, which
// is given a platform, and the store, which is given to one. It knows no test
// framework, no flags, no environment.
//
// Public API: a Go test of a bot starts one, emits, and reads the journal.
package mockplatform
