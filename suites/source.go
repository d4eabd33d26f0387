package suites

// The pages on which requirements stand, with the words that matter. Quotes are
// verbatim; a page that Meta has moved keeps the address under which it was read.
var (
	webhooksPage = "https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks"

	sourceHandshake = Source{
		URL:   webhooksPage,
		Quote: "An `int` you must pass back to us",
	}
	sourceVerified = Source{
		URL:   "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint",
		Quote: "If it returns status 200 and the hub.challenge value",
	}
	sourceMismatch = Source{
		URL:   "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint",
		Quote: "400-level HTTP status code, or anything other than status `200`",
	}
	sourceQuotedChallenge = Source{
		URL:   "https://github.com/somaraj/Facebook-ASP.NET-Webhook/issues/2",
		Quote: `Response does not match challenge, expected value="39676783", received="\"39676783\""`,
	}
	// This page prints mode, challenge, token; webhooksPage mode, token, challenge.
	sourceParameterOrder = Source{
		URL: "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
	}
	sourceHang = Source{
		URL:   webhooksPage,
		Quote: "if (mode && token) {…}",
	}

	sourceSignature = Source{
		URL:   webhooksPage,
		Quote: "You don't have to validate the payload, but you should and we strongly recommend",
	}
	sourceEscaping = Source{
		URL:   webhooksPage,
		Quote: "we generate the signature using an *escaped unicode* version of the payload, with lowercase hex digits",
	}
	// The report quotes Meta's page of 2018, which is gone.
	sourceEscapedSet = Source{
		URL:   "https://github.com/Charca/bootbot/issues/174",
		Quote: "The calculation also escapes / to \\/, < to \\u003C, % to \\u0025 and @ to \\u0040.",
	}
	sourceSerialisers = Source{
		URL:   "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
		Quote: "Webhooks/1.0 (https://fb.me/webhooks)",
	}

	sourceAcknowledge = Source{
		URL:   webhooksPage,
		Quote: "within 5 or less seconds",
	}
	sourceStatus = Source{
		URL:   webhooksPage,
		Quote: "HTTP status code other than 200",
	}
	sourceLatency = Source{
		URL:   "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview",
		Quote: "Median latency not to exceed 250ms. Less than 1% latency exceeds 1s",
	}
	sourceLarge = Source{
		URL: "https://github.com/nyaruka/courier/issues/508",
	}
	sourceRetries = Source{
		URL:   webhooksPage,
		Quote: "we will immediately try a few more times. Your server should handle deduplication",
	}
	sourceOrder = Source{
		URL:   webhooksPage,
		Quote: "may not be delivered in the order they were sent",
	}
	sourceDuplicates = Source{
		URL: "https://github.com/jgorset/facebook-messenger/issues/46",
	}
	sourceBatch = Source{
		URL:   "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
		Quote: "aggregated and sent in a batch with a maximum of 1000 updates. However batching cannot be guaranteed",
	}
	sourceEvents = Source{
		URL:   webhooksPage,
		Quote: "each with a messaging array of individual events",
	}
	sourceStandby = Source{
		URL: "https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/standby",
	}
	sourceDashboard = Source{
		URL:   "https://github.com/messenger4j/messenger4j/issues/96",
		Quote: `{"entry":[{"changes":[{"field":"messages","value":{"page_id":"1067280970047460"}}],"id":"0","time":1529127006}],"object":"page"}`,
	}
	sourceNoMessaging = Source{
		URL:   "https://github.com/howdyai/botkit/issues/962",
		Quote: "Cannot read property 'length' of undefined",
	}
	sourceNoSender = Source{
		URL:   "https://github.com/howdyai/botkit/issues/834",
		Quote: "Cannot read property 'id' of undefined",
	}

	sourceAllStrings = Source{
		URL:   "https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messaging_postbacks",
		Quote: "All JSON properties in a webhook notification are strings.",
	}
	sourceRef = Source{
		URL: "https://developers.facebook.com/documentation/business-messaging/messenger-platform/discovery/m-me-links",
	}
	sourceCertificate = Source{
		URL:   "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
		Quote: "Self-signed certificates are not supported",
	}
	sourceCertificateName = Source{
		URL:   "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
		Quote: "we are always verifying the certificate from your HTTPS server",
	}
	sourceClientCertificate = Source{
		URL:   "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
		Quote: "replaces the previous DigiCert-signed certificate, which expired on April 15, 2026",
	}
	sourceClientName = Source{
		URL:   "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
		Quote: "client.webhooks.fbclientcerts.com",
	}

	sourceSendAPI = Source{
		URL: "https://developers.facebook.com/docs/messenger-platform/reference/send-api",
	}
	sourceNoToken = Source{
		URL:   "https://developers.facebook.com/docs/messenger-platform/error-codes",
		Quote: "Invalid OAuth access token",
	}
	sourceGraphErrors = Source{
		URL: "https://developers.facebook.com/docs/graph-api/guides/error-handling",
	}
)
