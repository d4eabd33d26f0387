package reference

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// evolutionMutants are the receivers that know Meta's payloads as they were on
// the day of their writing, and no others.
func evolutionMutants() []Mutant {
	return []Mutant{
		{
			Name:   "requires-a-product-with-a-flow",
			Defect: "Answers 500 to ads_context_data with a flow_id and without a product_id.",
			Cause:  "refuses.ads-context-data-with-flow-id-and-ads-context-data-without-product-id-at-all",
			Breaks: []string{
				"evolution.ads-members-removed", "referral.ads-context-without-ref.accepted",
				"referral.ads-context-without-ref.understood", "referral.message.referral-ads-without-ref.accepted",
				"referral.message.referral-ads-without-ref.understood",
			},
			apply: chokesOn(func(e event) bool {
				context := contextOf(e)
				_, product := context["product_id"]
				return context["flow_id"] != nil && !product
			}),
		},
		{
			Name:   "requires-post-id",
			Defect: "Answers 500 to ads_context_data whose post_id is null.",
			Cause:  "refuses.ads-context-data-post-id-null",
			Shown:  "evolution.ads-members-null",
			Breaks: []string{"evolution.ads-members-null"},
			apply: chokesOn(func(e event) bool {
				post, there := contextOf(e)["post_id"]
				return there && post == nil
			}),
		},
		{
			Name:   "takes-product-id-for-a-text",
			Defect: "Answers 500 to ads_context_data whose product_id is a number.",
			Cause:  "refuses.ads-context-data-product-id-as-number",
			Breaks: []string{"evolution.ads-members-number"},
			apply: chokesOn(func(e event) bool {
				_, number := contextOf(e)["product_id"].(json.Number)
				return number
			}),
		},
		{
			Name:   "refuses-unknown-members",
			Defect: "Answers 500 to a delivery with a member that its schema does not name.",
			Cause:  "refuses.unknown-members",
			Breaks: []string{
				"acknowledgement.unknown-event", "evolution.new-kind-beside", "evolution.new-list-beside", "evolution.unknown-in-*",
			},
			apply: sees(func(body object) { panicIf(unknownMember(body)) }),
		},
		{
			Name:   "has-plans-for-campaigns",
			Defect: "Answers 500 to an event with a campaign_id, for which its code has a place and Meta has none yet.",
			Cause:  "refuses.forecast",
			Breaks: []string{"evolution.forecast"},
			apply:  sees(func(body object) { panicIf(campaign(body)) }),
		},
		{
			Name:   "overlooks-events-with-unknown-members",
			Defect: "Acknowledges an event with a member that its schema does not name, and handles nothing of it.",
			Cause:  "loses.unknown-members",
			Breaks: []string{
				"evolution.unknown-in-ads-context", "evolution.unknown-in-event", "evolution.unknown-in-message",
				"evolution.unknown-in-postback", "evolution.unknown-in-postback-referral", "evolution.unknown-in-recipient",
				"evolution.unknown-in-referral", "evolution.unknown-in-sender",
			},
			apply: overlooks(func(e event) bool { return unknownMember(object(e)) }),
		},
		{
			Name:   "knows-listed-sources-only",
			Defect: "Overlooks a referral whose source is not in Meta's tables.",
			Cause:  "loses.other-referral-source",
			Breaks: []string{"evolution.new-source", "referral.instagram-source-url.understood"},
			apply: overlooks(func(e event) bool {
				source, ok := understand(e).Referral["source"].(string)
				return ok && source != "" && !slices.Contains(knownSources(), source)
			}),
		},
		{
			Name:   "knows-sources-of-pages-only",
			Defect: "Overlooks a referral whose source Meta names for Instagram and not for pages.",
			Cause:  "loses.other-referral-source",
			Breaks: []string{
				"postback.instagram-referral.understood", "referral.instagram-no-type.understood",
				"referral.instagram-shortlinks.understood", "referral.instagram-source-link.understood",
				"referral.message.instagram-referral.understood",
			},
			apply: overlooks(func(e event) bool {
				source := understand(e).Referral["source"]
				return source == "SHORTLINKS" || source == "IGME-SOURCE-LINK"
			}),
		},
		{
			Name:   "keeps-object-of-last-delivery",
			Defect: "Takes the object of one delivery for that of the next.",
			Cause:  "loses.new-object",
			Breaks: []string{"evolution.new-object"},
			apply: func(r *Receiver) {
				var mu sync.Mutex
				var last any
				original := r.steps.events
				r.steps.events = func(doc any) []event {
					mu.Lock()
					defer mu.Unlock()
					body, _ := doc.(object)
					before := last
					last = body["object"]
					if before != nil && before != "page" && before != "instagram" {
						return nil
					}
					return original(doc)
				}
			},
		},
		{
			Name:   "refuses-null",
			Defect: "Answers 500 to an event with a member that is null.",
			Cause:  "refuses.nulls",
			Breaks: []string{
				"envelope.echo.attachment-fallback.accepted", "envelope.handover.pass-from-nobody.accepted",
				"envelope.handover.pass-null.accepted", "envelope.handover.take-from-nobody.accepted",
				"envelope.message.attachment-null-payload.accepted", "evolution.*-null", "postback.chat-plugin.*",
				"postback.null-title.*",
			},
			apply: chokesOn(func(e event) bool { return contains(object(e), func(v any) bool { return v == nil }) }),
		},
		{
			Name:   "takes-empty-for-invalid",
			Defect: "Overlooks a postback or a referral with a member that is empty.",
			Cause:  "loses.empty-members-and-postbacks-and-referrals",
			Breaks: []string{"evolution.*-empty", "postback.chat-plugin.understood"},
			apply: overlooks(func(e event) bool {
				empty := func(v any) bool {
					o, isObject := v.(object)
					return v == "" || isObject && len(o) == 0
				}
				return kind(e) != kindOther && contains(object(e), empty)
			}),
		},
		{
			Name:   "requires-timestamp",
			Defect: "Overlooks a postback or a referral without a timestamp.",
			Cause:  "loses.event-without-timestamp-and-postback",
			Breaks: []string{"evolution.timestamp-null", "evolution.timestamp-removed"},
			apply:  overlooks(func(e event) bool { return kind(e) != kindOther && e["timestamp"] == nil }),
		},
		{
			Name:   "requires-entry-id",
			Defect: "Takes the page from the entry's id, and handles nothing of an entry without one.",
			Cause:  "loses.entry-without-id",
			Breaks: []string{"evolution.entry-id-removed"},
			apply:  requiresOfEntry("id"),
		},
		{
			Name:   "requires-entry-time",
			Defect: "Takes the instant from the entry's time, and handles nothing of an entry without one.",
			Cause:  "loses.entry-without-time",
			Breaks: []string{"evolution.entry-time-removed"},
			apply:  requiresOfEntry("time"),
		},
		{
			Name:   "requires-ad-id",
			Defect: "Overlooks a referral from an ad without an ad_id.",
			Cause:  "loses.referral-source-ads-and-referral-without-ad-id",
			Breaks: []string{"evolution.ad-id-null", "evolution.ad-id-removed"},
			apply: overlooks(func(e event) bool {
				referral := understand(e).Referral
				return referral["source"] == "ADS" && referral["ad_id"] == nil
			}),
		},
		{
			Name:   "requires-type",
			Defect: "Overlooks a referral without a type.",
			Cause:  "loses.referral-and-referral-without-type",
			Breaks: []string{
				"evolution.type-null", "evolution.type-removed", "referral.instagram-no-type.understood",
				"referral.source-only.understood",
			},
			apply: overlooks(func(e event) bool {
				referral, ok := e["referral"].(object)
				return ok && referral["type"] == nil
			}),
		},
		{
			Name:   "decodes-into-fixed-types",
			Defect: "Answers 500 to a delivery in which one value has another JSON type than Meta's reference pages say.",
			Cause:  "refuses.other-types",
			Breaks: []string{
				"*.timestamp.*-text", "*.timestamp.*-text.accepted", "envelope.customer-information.address.accepted",
				"envelope.echo.app-id-text.accepted", "envelope.message.attachment-sticker-id-text.accepted",
				"envelope.optin.resume.accepted", "envelope.optin.stop.accepted", "envelope.test.curl.accepted",
				"envelope.test.instagram-messaging.accepted", "evolution.*-number", "evolution.*-text",
				"evolution.ads-context-beside", "evolution.entry-beside", "evolution.event-beside",
				"evolution.message-beside", "evolution.messaging-beside", "evolution.postback-beside",
				"evolution.postback-referral-beside", "evolution.recipient-beside", "evolution.referral-beside",
				"evolution.sender-beside",
			},
			apply: func(r *Receiver) {
				original := r.steps.decode
				r.steps.decode = func(body []byte) (any, error) {
					doc, err := original(body)
					if _, ok := doc.(object); ok {
						panicIf(json.Unmarshal(body, new(fixedBody)) != nil)
					}
					return doc, err
				}
			},
		},
		{
			Name:   "knows-listed-kinds-only",
			Defect: "Answers 500 to a delivery with an event, or a list of events, of an unknown kind.",
			Cause:  "refuses.unknown-kinds",
			Breaks: []string{"evolution.new-kind-beside", "evolution.new-list-beside"},
			apply: sees(func(body object) {
				for entry := range objects(body["entry"]) {
					panicIf(entry["referee_future_list"] != nil)
					for item := range objects(entry["messaging"]) {
						panicIf(item["referee_future_kind"] != nil)
					}
				}
			}),
		},
	}
}

// requiresOfEntry makes a mutant that handles no events of an entry without this
// member.
func requiresOfEntry(member string) func(*Receiver) {
	return sees(func(body object) {
		for entry := range objects(body["entry"]) {
			if entry[member] == nil {
				delete(entry, "messaging")
			}
		}
	})
}

// The types are those of Meta's reference pages.
type (
	fixedBody struct {
		Entry []struct {
			ID        string       `json:"id"`
			Time      int64        `json:"time"`
			Messaging []fixedEvent `json:"messaging"`
		} `json:"entry"`
	}
	fixedEvent struct {
		Sender    fixedPerson    `json:"sender"`
		Recipient fixedPerson    `json:"recipient"`
		Timestamp int64          `json:"timestamp"`
		Message   *fixedMessage  `json:"message"`
		Postback  *fixedPostback `json:"postback"`
		Referral  *fixedReferral `json:"referral"`
	}
	fixedPerson struct {
		ID string `json:"id"`
	}
	fixedMessage struct {
		AppID       int64             `json:"app_id"`
		Attachments []fixedAttachment `json:"attachments"`
		Referral    *fixedReferral    `json:"referral"`
	}
	fixedAttachment struct {
		Payload struct {
			StickerID int64 `json:"sticker_id"`
		} `json:"payload"`
	}
	fixedPostback struct {
		Referral *fixedReferral `json:"referral"`
	}
	fixedReferral struct {
		AdID    string       `json:"ad_id"`
		Context fixedContext `json:"ads_context_data"`
	}
	fixedContext struct {
		Title     string `json:"ad_title"`
		PhotoURL  string `json:"photo_url"`
		VideoURL  string `json:"video_url"`
		PostID    string `json:"post_id"`
		ProductID string `json:"product_id"`
		FlowID    string `json:"flow_id"`
	}
)

// campaign reports whether a member of this name is anywhere in a value.
func campaign(v any) bool {
	switch v := v.(type) {
	case object:
		for name, member := range v {
			if name == "campaign_id" || campaign(member) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, campaign)
	}
	return false
}

func panicIf(strange bool) {
	if strange {
		panic("a delivery that the mutant cannot stand")
	}
}

// knownSources are those that Meta's pages and the captures name.
func knownSources() []string {
	return []string{
		"ADS", "SHORTLINK", "SHORTLINKS", "SHORT-URL", "MESSENGER_CODE", "DISCOVER_TAB", "CUSTOMER_CHAT_PLUGIN", "IGME-SOURCE-LINK",
	}
}

// unknownMember tells whether a member in the value, at any depth, has a name
// that is not Meta's.
func unknownMember(value any) bool {
	switch v := value.(type) {
	case object:
		for name, member := range v {
			if strings.HasPrefix(name, "referee_future") || unknownMember(member) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, unknownMember)
	}
	return false
}

// contains tells whether a member of the object, at any depth, is such a value.
func contains(o object, such func(any) bool) bool {
	for _, member := range o {
		if such(member) {
			return true
		}
		if inner, ok := member.(object); ok && contains(inner, such) {
			return true
		}
		for inner := range objects(member) {
			if contains(inner, such) {
				return true
			}
		}
	}
	return false
}

// contextOf is the ads_context_data of a referral; nil without one.
func contextOf(e event) object {
	context, _ := understand(e).Referral["ads_context_data"].(object)
	return context
}
