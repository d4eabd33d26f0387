// Package graph plays the part of Meta's Graph API that a Messenger webhook
// calls back, and takes the receipts that a receiver under test may post.
//
// Every call is recorded in the journal when it arrives, and amended with its
// answer before that answer is sent.
//
// # What is played
//
// A path may begin with any version, such as /v2.6 or /v23.0. {page} is "me" or
// the page's id; a call to graph.instagram.com has the same paths. Parameters
// come in the query, as JSON, as a form or as a form in parts; the access token
// is one of them or stands in the Authorization header.
//
//	GET    /{page}                           id and name, or the fields that are asked for
//	GET    /{psid}                           the profile of a person, the same for the same seed
//	POST   /{page}/messages                  the Send API
//	POST   /{page}/message_attachments       uploads, by URL or in parts
//	GET    /{page}/messenger_profile         what was set before, in this process
//	POST   /{page}/messenger_profile
//	DELETE /{page}/messenger_profile
//	GET    /{page}/subscribed_apps
//	POST   /{page}/subscribed_apps
//	DELETE /{page}/subscribed_apps
//	POST   /{page}/pass_thread_control
//	POST   /{page}/take_thread_control
//	POST   /{page}/request_thread_control
//	GET    /{page}/thread_owner
//	GET    /{page}/secondary_receivers
//	POST   / with the parameter batch        up to 50 of these calls
//	POST   /_referee/receipts                receipts, see schemas/formats/receipt.schema.json
//
// HEAD is answered as GET is, without the body, and OPTIONS with the methods
// that a path takes. Everything else is recorded and gets Meta's error for an
// object or an edge that is not there. Among it are edges that bots do call:
// thread_settings, the predecessor of messenger_profile, personas,
// custom_labels and nlp_configs.
//
// # What can be played on purpose
//
// The calls that concern a person can be held, which is a Graph API that does
// not answer, and their answers can be scripted, errors and cut connections
// among them.
//
// # What is not played
//
// Rate limits, permissions and the 24-hour window: each call is judged by its
// form alone, and a run makes more calls in a minute than a page may make in
// ten. Nothing is fetched from the URLs that a receiver sends.
package graph
