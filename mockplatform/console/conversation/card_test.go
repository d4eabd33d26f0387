package conversation_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/console/conversation"
)

// sent is the card of a template that the page sent.
func sent(t *testing.T, payload string) conversation.Card {
	t.Helper()
	got := thread(send(`{"recipient":{"id":"1001"},"message":{"attachment":{"type":"template","payload":` + payload + `}}}`)).Items[0].Card
	if got == nil {
		t.Fatal("there is no card")
	}
	return *got
}

// What a template has is shown with the digits that it has; what is of the wrong type is
// left out.
func TestPartsOfTemplates(t *testing.T) {
	for payload, want := range map[string]conversation.Card{
		`{"template_type":"receipt","merchant_name":"M","recipient_name":"R","order_number":120210000000000001,"currency":"USD","payment_method":"Visa",
			"address":{"street_1":"S","city":"C","postal_code":"94025","country":"US"},
			"summary":{"subtotal":75.00,"total_tax":"6.19","total_cost":51.190},"adjustments":[{"name":"N","amount":30},{"name":"none"},7],
			"elements":[{"title":"T","price":50,"quantity":2},{"title":"E","price":1,"currency":"EUR"}]}`: {
			Template: "receipt",
			Elements: []conversation.Element{{Title: "T", Quantity: "2", Amount: "50 USD"}, {Title: "E", Amount: "1 EUR"}},
			Receipt: &conversation.Receipt{
				Merchant: "M", Recipient: "R", Order: "120210000000000001", Payment: "Visa", Address: "S\n94025 C\nUS",
				Lines: []conversation.Amount{{Name: "Subtotal", Amount: "75.00 USD"}, {Name: "Tax", Amount: "6.19 USD"}, {Name: "N", Amount: "-30 USD"}, {Name: "Total", Amount: "51.190 USD"}},
			},
		},
		`{"template_type":"receipt","summary":7,"elements":"e"}`: {Template: "receipt", Receipt: &conversation.Receipt{Lines: []conversation.Amount{}}},
		`{"template_type":"coupon","title":"T","image_url":"http://localhost/i","coupon_code":"C","coupon_url":"https://x/","coupon_url_button_title":"B","coupon_pre_message":"P"}`: {
			Template: "coupon", Title: "T", Image: "http://localhost/i", Coupon: &conversation.Coupon{Code: "C", URL: "https://x/", URLTitle: "B", PreMessage: "P"},
		},
		`{"template_type":"customer_feedback","title":"T","button_title":"B","business_privacy":{"url":"https://x/"},"feedback_screens":[{"questions":[
			{"id":"q","type":"nps","title":"Q","follow_up":{"type":"free_form","placeholder":"H"}},7]}]}`: {
			Template: "customer_feedback", Title: "T", Survey: &conversation.Survey{
				Button: "B", Privacy: "https://x/",
				Screens: []conversation.Screen{{Questions: []conversation.Question{{ID: "q", Type: "nps", Title: "Q", FollowUp: "free_form", Hint: "H"}}}},
			},
		},
		`{"template_type":"media","elements":[{"media_type":"video","attachment_id":"7"}]}`: {Template: "media", Elements: []conversation.Element{{Image: "7", Film: true}}},
		`{"template_type":"product","elements":[{"id":7}]}`:                                 {Template: "product", Elements: []conversation.Element{{Title: "Product 7"}}},
		`{"template_type":"generic","elements":[{"title":"T","image_url":"i","default_action":{"url":"https://x/"}}]}`: {
			Template: "generic", Elements: []conversation.Element{{Title: "T", Image: "i", URL: "https://x/"}},
		},
		`{"template_type":"notification_messages","title":"T","payload":"P"}`: {Template: "notification_messages", Title: "T", Payload: "P"},
	} {
		want.Whole = json.RawMessage(payload)
		if got := sent(t, payload); !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n is %+v\nwant %+v", payload, got, want)
		}
	}
}

func TestPersonas(t *testing.T) {
	if got := thread(send(`{"recipient":{"id":"1001"},"persona_id":7,"message":{"text":"a"}}`)).Items[0].Persona; got == nil || got.ID != "7" {
		t.Errorf("got %+v", got)
	}
}
