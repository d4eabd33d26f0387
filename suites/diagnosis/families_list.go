package diagnosis

// families, the general ones and the special ones alike: which of them it is shows in
// what is red and what is not.
var families = []family{
	// Verification requests.
	{
		id: "misanswers.challenge", title: "It does not answer the right verification request with the challenge",
		members: []string{"handshake.challenge"},
		but:     []string{"handshake.after-deliveries", "handshake.challenge-*", "handshake.extra-parameters", "handshake.parameter-order", "handshake.repeated", "handshake.together"},
		fix:     "wrong-token",
	},
	{
		id: "misanswers.challenge-that-is-no-number", title: "It takes the challenge for a number",
		members: []string{"handshake.challenge-leading-zeros", "handshake.challenge-long", "handshake.challenge-opaque"},
		but:     []string{"handshake.challenge-decoded", "handshake.challenge-percent"},
	},
	{
		id: "admits.any-token", title: "It does not look at hub.verify_token",
		members: []string{"handshake.missing-token", "handshake.empty-token", "handshake.wrong-token"},
		but:     []string{"handshake.token-*", "handshake.no-reflection", "handshake.wrong-token-status"},
		fix:     "wrong-token",
	},
	{
		id: "admits.missing-token", title: "It admits a verification request without hub.verify_token",
		members: []string{"handshake.missing-token"}, but: []string{"handshake.token-elsewhere"}, fix: "wrong-token",
	},
	{id: "misanswers.wrong-token-status", title: "It refuses a wrong verify token with another status than 403", members: []string{"handshake.wrong-token-status"}, fix: "wrong-token"},
	{
		id: "admits.any-mode", title: "It does not look at hub.mode",
		members: []string{"handshake.missing-mode", "handshake.other-mode"}, fix: "wrong-token",
	},
	{
		id: "hangs-up.without-challenge", title: "It gives no answer to a GET without a challenge",
		members: []string{"handshake.challenge-missing", "handshake.challenge-empty"}, but: []string{"handshake.no-parameters"},
	},

	// Signatures.
	{
		id: "handles.forged", title: "It handles deliveries whatever their signature is",
		members: []string{"signature.missing", "signature.wrong-secret", "signature.truncated", "signature.tampered-middle"},
		but: []string{
			"signature.empty", "signature.empty-*", "signature.extended", "signature.forged-*", "signature.of-nothing", "signature.other-*", "signature.page-token-as-secret", "signature.prefix-*", "signature.sha1-alone",
			"signature.tampered-*", "signature.twice-wrong", "signature.verify-token-as-secret", "signature.wrong-sha256", "redelivery.forged-first",
		},
		fix: "raw-signature",
	},
	{
		id: "handles.forged-other-content-types", title: "It checks the signature of what is declared as application/json alone",
		members: []string{"signature.forged-text", "signature.forged-form"}, but: []string{"signature.forged-octets", "signature.forged-undeclared"}, fix: "raw-signature",
	},
	{
		id: "handles.forged-changes", title: "It checks no signature where a delivery has changes",
		members: []string{"signature.forged-changes"}, but: []string{"signature.forged-in-changes"}, fix: "raw-signature",
	},
	{
		id: "handles.forged-large", title: "It checks the signature of bodies up to a certain size",
		members: []string{"signature.forged-large"}, but: []string{"signature.forged-mebibyte"}, fix: "raw-signature",
	},
	{
		id: "handles.forged-other-methods", title: "It checks the signature of a POST, and handles other methods too",
		members: []string{"signature.forged-put", "signature.forged-patch"}, fix: "raw-signature",
	},
	{
		id: "handles.unsigned", title: "It handles deliveries that have no signature",
		members: []string{"signature.missing", "signature.empty-header"}, but: []string{"signature.sha1-alone"}, fix: "raw-signature",
	},
	{
		id: "handles.signed-with-sha1", title: "It believes X-Hub-Signature, which is made with SHA-1",
		members: []string{"signature.sha1-alone", "signature.wrong-sha256"}, but: []string{"signature.sha256-alone"}, fix: "raw-signature",
	},
	{
		id: "handles.any-prefix", title: "It does not look at what stands before the digest in the signature",
		members: []string{"signature.prefix-md5", "signature.prefix-sha1", "signature.prefix-sha512"}, but: []string{"signature.prefix-none"}, fix: "raw-signature",
	},
	{
		id: "handles.short-signatures", title: "It compares only as much of the signature as was sent",
		members: []string{"signature.truncated", "signature.empty"}, fix: "raw-signature",
	},
	{
		id: "handles.white-space-around", title: "It hashes the body without the white space around it",
		members: []string{"signature.tampered-start", "signature.tampered-end"}, fix: "raw-signature",
	},
	{
		id: "refuses.other-than-its-own-json", title: "It hashes JSON that it has printed again instead of the bytes that came",
		why:     "Another printer escapes other characters, and sets other spaces, than Meta's: what Meta signed is refused.",
		remedy:  "Take the raw body before anything parses it, and hash that.",
		members: []string{"signature.spaced"},
		but:     []string{"signature.escaped-*", "signature.tampered-added", "signature.tampered-start", "signature.tampered-end", "signature.tampered-removed", "signature.numbers", "signature.key-order", "robustness.split-escape"},
		trait:   "escapes", fix: "raw-signature",
	},
	{
		id: "refuses.other-numbers", title: "It hashes JSON whose numbers it has printed again instead of the bytes that came",
		why:     "Another printer writes other numbers than Meta's, and in JavaScript those of more than 15 digits are other numbers: what Meta signed is refused.",
		remedy:  "Take the raw body before anything parses it, and hash that.",
		members: []string{"signature.numbers"}, but: []string{"envelope.attachments-in-entry", "envelope.message.attachment-*"}, fix: "raw-signature",
	},
	{
		id: "refuses.another-order", title: "It hashes JSON whose members it has put into an order of its own",
		remedy:  "Take the raw body before anything parses it, and hash that.",
		members: []string{"signature.key-order"}, but: []string{"envelope.changes.without-value.accepted", "envelope.key-order", "envelope.test.page.accepted"}, fix: "raw-signature",
	},
	{
		id: "refuses.everything", title: "It refuses what Meta signed",
		remedy:  "Hash the raw body with the app secret of this very app, before anything has read or parsed the body.",
		members: []string{"signature.genuine"},
		but: []string{
			"acknowledgement.*", "envelope.*", "postback.*", "referral.*", "signature.escaped-*", "signature.key-order", "signature.numbers", "signature.sha256-alone", "signature.spaced",
			"evolution.*", "robustness.*", "redelivery.*", "reply.*",
		},
		fix: "raw-signature",
	},

	{
		id: "dies.odd-signatures", title: "It ends of a signature that is made in another way than Meta's",
		remedy:  "Look whether the two are of one length before they are compared, as timingSafeEqual throws where they are not; catch errors around the check.",
		members: []string{"signature.*"}, fix: "raw-signature",
	},
	{
		id: "refuses.instagram-secret", title: "It checks what is for Instagram with the wrong app secret",
		members: []string{"signature.instagram-secret"}, but: []string{"envelope.*instagram*", "postback.*instagram*", "referral.*instagram*"},
	},

	// What answers tell.
	{id: "leaks.no-stack-trace", title: "It shows a stack trace in an answer", members: []string{"signature.no-stack-trace"}},
	{id: "leaks.no-secret-in-answer", title: "It shows a secret in an answer", members: []string{"signature.no-secret-in-answer"}},

	// Acknowledgements.
	{
		id: untilDone, title: "It answers when its work is done, not before",
		members: []string{"acknowledgement.slow-graph-api"}, but: []string{"acknowledgement.before-work"}, fix: "acknowledge-first",
	},
	{
		id: whenAReplyFails, title: "It refuses the delivery when its own reply fails",
		members: []string{"reply.*.acknowledged"},
		but:     []string{"acknowledgement.slow-graph-api", "acknowledgement.before-work", "acknowledgement.graph-api-garbage", "redelivery.after-failure"},
		fix:     "acknowledge-first",
	},
	{
		id: "refuses.in-parallel", title: "It refuses deliveries that come at the same time",
		members: []string{"acknowledgement.hundred-together"}, but: []string{"acknowledgement.together"}, fix: "acknowledge-first",
	},
	{
		id: "refuses.split-requests", title: "It reads as much of the body as comes with the first packet",
		members: []string{"robustness.slow-body", "robustness.split-head"},
		but:     []string{"robustness.split-escape", "acknowledgement.large-body", "acknowledgement.mebibyte", "acknowledgement.batch-of-1000", "envelope.many-entries", "envelope.many-events", "envelope.several-events"},
	},

	{id: "keeps.open-files", title: "It does not close what it opens for a delivery", members: []string{"acknowledgement.open-files"}},
	{id: "keeps.memory", title: "It keeps memory for each delivery, and gives none back", members: []string{"acknowledgement.memory"}},

	// Places in a delivery.
	{
		id: "loses.echo-beside", title: "It handles nothing of a delivery that stands behind an echo",
		members: []string{"envelope.echo-beside"}, but: []string{"envelope.echo-in-entry"}, fix: "each-event",
	},
	{
		id: "loses.in-one-entry", title: "It takes an entry for one kind of event, and loses what else is in it",
		members: []string{"envelope.delivery-in-entry", "envelope.echo-in-entry", "envelope.read-in-entry"}, fix: "each-event",
	},
	{
		id: "loses.beside-another-list", title: "It handles no events of an entry that has changes or standby beside them",
		members: []string{"envelope.changes-in-entry", "envelope.standby-in-entry"}, fix: "each-event",
	},
	{
		id: "loses.behind-a-limit", title: "It handles no more than a certain number of the events of a delivery",
		remedy:  "Take all events of a delivery: iterate over entry and, in each, over messaging, and put what is too much for now into a queue.",
		members: []string{"envelope.many-entries"}, but: []string{"envelope.many-events", "envelope.several-entries", "envelope.several-events"}, fix: "each-event",
	},
	{
		id: "loses.behind-a-limit-of-an-entry", title: "It handles no more than a certain number of the events of an entry",
		remedy:  "Take all events of an entry: iterate over messaging to its end, and put what is too much for now into a queue.",
		members: []string{"envelope.many-events"}, but: []string{"envelope.several-events"}, fix: "each-event",
	},

	{
		id: "loses.ahead-of-its-clock", title: "It drops what comes from ahead of its own clock",
		members: []string{"*.timestamp.ahead"},
	},

	// Events of future kinds and values.
	{
		id: "refuses.unknown-kinds", title: "It refuses a delivery in which one event, or one list of events, is of a kind that it does not know",
		members: []string{"evolution.new-kind-beside", "evolution.new-list-beside"}, but: []string{"acknowledgement.unknown-event"}, fix: "unknown-events",
	},

	// Messages that are no plain text.
	{
		id: "loses.unknown-attachments", title: "It loses a message with an attachment of a type that it does not know",
		members: []string{"evolution.new-attachment", "evolution.new-attachment-and-known"}, but: []string{"evolution.new-attachment-beside", "envelope.new-attachment-in-entry"}, fix: "unknown-events", only: true,
	},

	// What comes again.
	{
		id: "repeats.redelivered", title: "It handles an event each time that it comes",
		members: []string{"redelivery.same-bytes", "redelivery.entry-time"}, but: []string{"redelivery.at-the-end", "redelivery.in-batch", "redelivery.together", "redelivery.without-mid"}, fix: "dedupe",
	},
	{
		id: "repeats.in-another-delivery", title: "It recognises a delivery that comes again, and no event by itself",
		members: []string{"redelivery.entry-time", "redelivery.in-batch"}, but: []string{"redelivery.at-the-end"}, fix: "dedupe",
	},
	{
		id: "repeats.without-mid", title: "It recognises no event that has no mid",
		members: []string{"redelivery.without-mid"}, fix: "dedupe",
	},

	{
		id: "loses.next-event", title: "It handles one event of a person, and none after it",
		members: []string{"redelivery.next-event"},
		but:     []string{"redelivery.mid-*", "redelivery.out-of-order", "redelivery.pressed-twice", "redelivery.same-*"}, fix: "dedupe",
	},
	{
		id: "loses.same-second", title: "It takes two events of one person in one second for the same",
		members: []string{"redelivery.same-millisecond", "redelivery.same-second"}, fix: "dedupe",
	},

	// Replies.
	{id: "handles.echo", title: "It replies to the echo of a message of its own", members: []string{"reply.echo"}, but: []string{"reply.instagram-echo"}, fix: "echoes"},
	{id: "handles.delivery", title: "It replies to what confirms that its message arrived", members: []string{"reply.delivery"}, fix: "unknown-events"},
	{id: "handles.read", title: "It replies to what confirms that its message was read", members: []string{"reply.read"}, fix: "unknown-events"},
	{id: "handles.standby-unanswered", title: "It replies to what stands in standby, which another app answers", members: []string{"envelope.standby-unanswered"}, but: []string{"envelope.standby-in-entry"}, fix: "each-event"},
	{
		id: "handles.every-event", title: "It replies to every event, whatever it tells of",
		members: []string{"reply.delivery", "reply.read", "reply.echo"}, but: []string{"reply.instagram-echo"}, fix: "echoes",
	},
	{
		id: "handles.confirmations", title: "It replies to what confirms its own messages",
		members: []string{"reply.delivery", "reply.read"}, fix: "unknown-events",
	},

	// Calls of the Graph API.
	{
		id: "storms.on-failure", title: "It sends a reply that failed again and again",
		members: []string{"reply.*.no-storm"}, but: []string{"reply.empty-answer.once", "reply.given-up"},
	},
	{id: "storms.given-up", title: "It sends a reply that was refused for good more than five times", members: []string{"reply.given-up"}},
	{
		id: "loses.after-a-failure", title: "It answers nobody any more after a reply that failed",
		members: []string{"reply.*.next-answered"}, but: []string{"acknowledgement.still-handles", "redelivery.after-failure"},
	},

	{id: "miscalls.valid", title: "It calls the Send API in a form that Meta does not document", members: []string{"reply.valid"}, but: []string{"reply.messaging-type"}},
	{id: "miscalls.graph-version", title: "It calls a version of the Graph API that has ended, or ends soon", members: []string{"reply.graph-version"}},
	{id: "miscalls.somebody", title: "It sends a message to nobody", members: []string{"reply.somebody"}, fix: "user-ref"},
	{
		id: "dies.when-a-reply-fails", title: "It ends when a reply of its own fails",
		why:     "The Graph API refuses calls every day: for a person who has blocked the page, a text that is too long, too many calls.",
		remedy:  "Catch what a call of the Graph API throws, where it is called, and log it: nobody waits for the promise or the thread.",
		members: []string{"reply.*"}, fix: "acknowledge-first",
	},

	// Requests of other forms.
	{id: "hangs-up.other-methods", title: "It gives no answer to a method other than GET and POST", members: []string{"robustness.method-*"}},
	{id: "hangs-up.other-content-types", title: "It gives no answer to a delivery that is not declared as application/json", members: []string{"robustness.content-type-*"}},
	{
		id: "hangs-up.malformed", title: "It gives no answer to a body that is not JSON",
		members: []string{"robustness.malformed", "robustness.truncated", "robustness.empty"}, but: []string{"robustness.byte-order-mark", "robustness.deep"},
	},
	{
		id: "dies.malformed", title: "It ends of a body that is not JSON",
		remedy:  "Check the signature first, then parse the body with the error caught, and answer 400.",
		members: []string{"robustness.malformed", "robustness.truncated", "robustness.empty", "robustness.byte-order-mark"},
	},
	{
		id: "loses.after-a-broken-body", title: "It puts what is left of one body before the next one",
		members: []string{"robustness.broken-off", "robustness.unsigned-garbage"}, but: []string{"robustness.byte-order-mark", "robustness.deep", "robustness.malformed", "robustness.truncated"},
	},
	{
		id: "hangs-up.no-object", title: "It gives no answer to a body that is JSON and no object",
		members: []string{"robustness.array", "robustness.number", "robustness.string", "robustness.null", "robustness.boolean"}, but: []string{"envelope.edit.instagram-array.accepted"},
	},
	{
		id: "hangs-up.no-unicode", title: "It gives no answer to a text that is not Unicode",
		members: []string{"robustness.invalid-utf8", "robustness.lone-surrogate"},
	},

	// TLS.
	{id: "shows.old-tls-only", title: "It speaks no version of TLS that Meta uses", members: []string{"transport.tls"}, but: []string{"transport.old-tls", "transport.tls-1-2"}},
	{
		id: "admits.without-client-certificate", title: "It lets in who shows no client certificate",
		members: []string{"transport.client-certificate.missing"}, but: []string{"transport.client-certificate.headers"},
	},
	{
		id: "admits.any-authority", title: "It does not look at who signed a client certificate",
		members: []string{"transport.client-certificate.other-authority", "transport.client-certificate.self-signed"}, but: []string{"transport.client-certificate.expired"},
	},
}
