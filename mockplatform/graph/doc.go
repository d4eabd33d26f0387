// Package graph plays the part of Meta's Graph API that a Messenger webhook
// calls back, and takes the receipts that a receiver under test may post.
//
// Every call is recorded in the journal when it arrives, and amended with its
// answer before that answer is sent.
//
// # What is played
//
// A path may begin with any version, such as /v23.0. One that is too old is
// upgraded, and a header says so; without one the call is taken as well. {page}
// is "me" or the page's id, {app} is "app" or the app's; a call to
// graph.instagram.com has the same paths. Parameters come in the query, as JSON,
// as a form or as a form in parts; the access token is one of them or stands in
// the Authorization header. It is the page's, and for the edges of the app the
// app's, APP_ID|APP_SECRET.
//
// Parameters may have brackets in their names (recipient[id]=1), be JSON text
// where an object belongs, also in JSON, and be nearly JSON, as in Meta's own
// examples ({'id':1}). A body without a type is read as what it looks like. A POST
// is another method if the parameter "method" says so.
//
//	GET    /{page}                           id and name, or the fields that are asked for
//	POST   /{page}/messages                  the Send API
//	POST   /{page}/message_attachments       uploads, by URL or in parts
//	GET    /{page}/messenger_profile         what was set before, and kept
//	POST   /{page}/messenger_profile
//	DELETE /{page}/messenger_profile
//	GET    /{page}/custom_user_settings      the menu of one person
//	POST   /{page}/custom_user_settings
//	DELETE /{page}/custom_user_settings
//	GET    /{page}/personas
//	POST   /{page}/personas
//	GET    /{persona-id}
//	DELETE /{persona-id}
//	POST   /{page}/nlp_configs               of no effect
//	GET    /{page}/subscribed_apps
//	POST   /{page}/subscribed_apps
//	DELETE /{page}/subscribed_apps
//	POST   /{page}/pass_thread_control
//	POST   /{page}/take_thread_control
//	POST   /{page}/request_thread_control
//	GET    /{page}/thread_owner
//	GET    /{page}/secondary_receivers
//	POST   /{page}/release_thread_control
//	POST   /{page}/extend_thread_control     of no effect
//	GET    /{page}/conversations             what the journal has of them
//	GET    /{conversation-id}
//	GET    /{conversation-id}/messages
//	GET    /{message-id}
//	POST   /{page}/moderate_conversations    of no effect
//	GET    /{page}/custom_labels
//	POST   /{page}/custom_labels
//	GET    /{label-id}
//	DELETE /{label-id}
//	POST   /{label-id}/label
//	DELETE /{label-id}/label
//	GET    /{psid}/custom_labels
//	GET    /{page}/welcome_message_flows
//	POST   /{page}/welcome_message_flows
//	DELETE /{page}/welcome_message_flows
//	GET    /{page}/insights                  always empty
//	GET    /{page}/accounts                  the page itself, with its token
//	POST   /{page}/unlink_accounts           brings an effect
//	GET    /{page}/picture                   a picture that the platform draws
//	GET    /{psid}/picture
//	GET    /{page}/messaging_feature_review  always empty
//	GET    /{psid}/ids_for_apps              always empty
//	GET    /{psid}                           the profile of a person whom the platform knows
//	GET    /{app}                            with either token
//	GET    /{app}/subscriptions
//	POST   /{app}/subscriptions              after a handshake with the callback URL
//	DELETE /{app}/subscriptions
//	POST   /{app}/activities                 of no effect, without a token
//	POST   /{app}/subscriptions_sample       if there is somebody to send it
//	GET    /debug_token                      with either token
//	GET    /oauth/access_token               without a token; client_credentials and fb_exchange_token
//	GET    /?ids={id},{id}                   several of these objects at once
//	POST   / with the parameter batch        up to 50 of these calls, which may use each other's answers
//	POST   /_referee/receipts                receipts, see schemas/formats/receipt.schema.json
//	POST   /_referee/load                    events of a load that were not acknowledged, see
//	                                         schemas/formats/unacknowledged.schema.json, where they are counted
//	GET    /_referee/pictures/{id}.png       what profiles name as profile_pic
//	GET    /_referee/files/{id}              what people send in the console
//
// What is inferred, for Meta's pages do not say: the account_linking_token of a
// person begins with the person's id ("{psid}.anything"); the time that
// extend_thread_control asks for; that a message can release the thread with
// thread_control; ids of conversations, t_ and digits on Instagram
// too; the errors for flows, files and linking tokens that are not there, and for tokens
// of opt-ins that are used or stopped; the types of labels, personas, messages and flows
// in errors about fields.
//
// Lists come in pages with links to the next and the previous. The parameter
// "fields" may be as deep as at Meta, and naming what a node does not have is an
// error. Answers to GET have an ETag, and are compressed for those who ask.
//
// HEAD is answered as GET is, without the body, and OPTIONS with the methods
// that a path takes. Everything else is recorded and gets Meta's error for an
// object or an edge that is not there. Among it is an edge that bots do call:
// thread_settings, the predecessor of messenger_profile.
//
// # What is refused
//
// Who may call is the platform's concern: see the package mockplatform, Safety.
//
// The rules of refusals.json are those by which Meta refuses calls: nobody there, an
// id that is none, nothing to send, unknown members, a text beside an attachment,
// titles that are too long, tags and templates that ended, a menu without Get Started,
// a message after the window of 24 hours. Each has Meta's code and text and where these
// are known from, and says so where Meta's words may differ. A Strict server refuses by
// all of them; another one, as that of a run, takes what something can come of, and
// writes a warning to the journal.
//
// After the rules every request is held against a JSON Schema, which requires what
// Meta's pages require. A member that is null counts as absent, on every level, but for
// the commands of a profile. Attachments and templates of types that are not known here
// are taken.
//
// # What follows
//
// Messages, threads that change their owner and accounts that are unlinked are told to
// Options.Effect, after the answer was sent: what webhooks say of it is the platform's
// concern. So is who has blocked the page, and which tokens of opt-ins are good.
//
// # What can be played on purpose
//
// The calls that concern a person can be held, which is a Graph API that does
// not answer, and their answers can be scripted. Options.Answer can do so to any
// call: errors, headers of a rate limit, late answers, cut connections.
//
// # What is kept
//
// What receivers set is kept in memory, and written and read as one document by
// State and Restore. Uploads are kept until they are too many. All of it is
// bounded, and so is what is read at once.
//
// # What is not played
//
// Rate limits and permissions: a run makes more calls in a minute than a page may
// make in ten. Nothing is fetched from the URLs that a receiver sends, but for the
// handshake.
package graph
