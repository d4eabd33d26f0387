package reference

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

const (
	graphVersion = "v26.0"
	replyText    = "Thanks, we will get back to you."
)

// message is the body of a Send API call.
//
// See https://developers.facebook.com/docs/messenger-platform/reference/send-api.
type message struct {
	Recipient     object `json:"recipient"`
	MessagingType string `json:"messaging_type"`
	Message       object `json:"message"`
}

// ours tells whether an event came for one of these accounts. What does not say for whom it
// came is ours.
func ours(accounts []string, e event) bool {
	to, _ := e["recipient"].(object)
	var id string
	switch value := to["id"].(type) {
	case string:
		id = value
	case json.Number: // ids were numbers until 2016
		id = value.String()
	}
	return id == "" || len(accounts) == 0 || slices.Contains(accounts, id)
}

// replies answers every referral and postback whose sender can be reached with
// one message.
func replies(e event) []message {
	member, value := sender(e)
	if member == "" || kind(e) == kindOther {
		return nil
	}
	return []message{{
		Recipient:     object{member: value},
		MessagingType: "RESPONSE",
		Message:       object{"text": replyText},
	}}
}

// send posts a message to the Send API. The token goes into a header, because
// URLs end up in logs.
func (r *Receiver) send(ctx context.Context, m message) error {
	if r.config.GraphURL == "" {
		return nil
	}
	url := strings.TrimRight(r.config.GraphURL, "/") + "/" + graphVersion + "/me/messages"
	resp, err := r.steps.post(ctx, url, r.config.PageToken, m)
	if err != nil {
		return fmt.Errorf("send a reply: %w", err)
	}
	if resp.status != http.StatusOK {
		return fmt.Errorf("send a reply: the Graph API answered %d", resp.status)
	}
	return nil
}

// report posts a receipt.
func (r *Receiver) report(ctx context.Context, rec receipt) error {
	if r.config.ReceiptsURL == "" {
		return nil
	}
	resp, err := r.steps.post(ctx, r.config.ReceiptsURL, "", rec)
	if err != nil {
		return fmt.Errorf("post a receipt: %w", err)
	}
	if resp.status >= 300 {
		return fmt.Errorf("post a receipt: it was answered with %d", resp.status)
	}
	return nil
}
