package conversation

import (
	"encoding/json"
	"slices"
	"strings"
)

// Receipt is what a receipt template has beside its elements:
// https://developers.facebook.com/docs/messenger-platform/reference/templates/receipt
type Receipt struct {
	Recipient string `json:"recipient,omitempty"`
	Merchant  string `json:"merchant,omitempty"`
	Order     string `json:"order,omitempty" doc:"The number of the order"`
	OrderURL  string `json:"order_url,omitempty"`
	Payment   string `json:"payment,omitempty" doc:"The payment method"`
	Address   string `json:"address,omitempty" doc:"Where it is shipped to, in lines"`
	// Lines are what makes the total, and the total as the last.
	Lines []Amount `json:"lines"`
}

// Amount is a sum of money and what it is for.
type Amount struct {
	Name   string `json:"name"`
	Amount string `json:"amount" doc:"As it is written, with its currency"`
}

// amount is a number with its currency; the digits stay as they were sent.
func amount(number, currency loose) string {
	return strings.TrimSpace(string(number) + " " + string(currency))
}

func receipt(text json.RawMessage, currency loose) *Receipt {
	var in struct {
		Recipient loose `json:"recipient_name"`
		Merchant  loose `json:"merchant_name"`
		Order     loose `json:"order_number"`
		OrderURL  loose `json:"order_url"`
		Payment   loose `json:"payment_method"`
		Address   struct {
			Street1    loose `json:"street_1"`
			Street2    loose `json:"street_2"`
			City       loose `json:"city"`
			PostalCode loose `json:"postal_code"`
			State      loose `json:"state"`
			Country    loose `json:"country"`
		} `json:"address"`
		Summary struct {
			Subtotal loose `json:"subtotal"`
			Shipping loose `json:"shipping_cost"`
			Tax      loose `json:"total_tax"`
			Total    loose `json:"total_cost"`
		} `json:"summary"`
		Adjustments list[struct {
			Name   loose `json:"name"`
			Amount loose `json:"amount"`
		}] `json:"adjustments"`
	}
	parse(text, &in)
	a := in.Address
	lines := []string{string(a.Street1), string(a.Street2), strings.TrimSpace(string(a.PostalCode + " " + a.City)), strings.TrimSpace(string(a.State + " " + a.Country))}
	r := &Receipt{
		Recipient: string(in.Recipient), Merchant: string(in.Merchant), Order: string(in.Order), OrderURL: string(in.OrderURL), Payment: string(in.Payment),
		Address: strings.Join(slices.DeleteFunc(lines, func(line string) bool { return line == "" }), "\n"), Lines: []Amount{},
	}
	add := func(name string, number loose) {
		if number != "" {
			r.Lines = append(r.Lines, Amount{Name: name, Amount: amount(number, currency)})
		}
	}
	add("Subtotal", in.Summary.Subtotal)
	add("Shipping", in.Summary.Shipping)
	add("Tax", in.Summary.Tax)
	for _, adjustment := range in.Adjustments {
		// Meta's sample writes what is taken off without a sign.
		if adjustment.Amount != "" {
			add(string(adjustment.Name), "-"+adjustment.Amount)
		}
	}
	add("Total", in.Summary.Total)
	return r
}

// Coupon is what a coupon template has to reveal:
// https://developers.facebook.com/docs/messenger-platform/send-messages/template/coupon
type Coupon struct {
	Code       string `json:"code,omitempty"`
	URL        string `json:"url,omitempty"`
	URLTitle   string `json:"url_title,omitempty" doc:"What stands on the button with the address"`
	PreMessage string `json:"pre_message,omitempty" doc:"What stands above the coupon"`
}

func coupon(text json.RawMessage) *Coupon {
	var in struct {
		Code       loose `json:"coupon_code"`
		URL        loose `json:"coupon_url"`
		URLTitle   loose `json:"coupon_url_button_title"`
		PreMessage loose `json:"coupon_pre_message"`
	}
	parse(text, &in)
	return &Coupon{Code: string(in.Code), URL: string(in.URL), URLTitle: string(in.URLTitle), PreMessage: string(in.PreMessage)}
}
