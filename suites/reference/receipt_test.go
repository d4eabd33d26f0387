package reference

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestUnderstand(t *testing.T) {
	tests := []struct{ name, event, want string }{
		{
			"postback",
			`{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1527459824000,"postback":{"mid":"m","title":"T","payload":"P","new":[1]}}`,
			`{"kind":"postback","sender":{"id":"1"},"recipient":{"id":"2"},"timestamp_ms":1527459824000,"postback":{"mid":"m","title":"T","payload":"P","new":[1]}}`,
		},
		{
			"referral in a postback",
			`{"sender":{"user_ref":"u"},"postback":{"title":null,"referral":{"ref":null,"is_guest_user":false}}}`,
			`{"kind":"postback","sender":{"user_ref":"u"},"postback":{"title":null},"referral":{"ref":null,"is_guest_user":false}}`,
		},
		{
			"referral",
			`{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1665424533,"referral":{"ad_id":63025728586860000001,"ads_context_data":{"flow_id":"f"}},"lead":{}}`,
			`{"kind":"referral","sender":{"id":"1"},"recipient":{"id":"2"},"timestamp_ms":1665424533000,"referral":{"ad_id":63025728586860000001,"ads_context_data":{"flow_id":"f"}}}`,
		},
		{
			"referral in a message",
			`{"sender":{"id":"1"},"message":{"mid":"m","referral":{"product":{"id":"p"}}}}`,
			`{"kind":"other","sender":{"id":"1"},"referral":{"product":{"id":"p"}}}`,
		},
		{
			"message and referral",
			`{"message":{"mid":"m"},"referral":{"ref":"r"}}`,
			`{"kind":"referral","referral":{"ref":"r"}}`,
		},
		{
			"message request",
			`{"sender":{"id":"1"},"message_request":"accept"}`,
			`{"kind":"other","sender":{"id":"1"}}`,
		},
		{
			"everything of another type",
			`{"sender":"1","recipient":7,"timestamp":{},"postback":[],"referral":"r","message":"TEST_MESSAGE"}`,
			`{"kind":"other"}`,
		},
		{"nothing", `{}`, `{"kind":"other"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := parse[event](t, tt.event)
			got, err := json.Marshal(understand(e))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(parse[object](t, string(got)), parse[object](t, tt.want)) {
				t.Errorf("receipt %s\nwant    %s", got, tt.want)
			}
			if !reflect.DeepEqual(e, parse[event](t, tt.event)) {
				t.Error("the event was changed")
			}
		})
	}
}

func TestMilliseconds(t *testing.T) {
	tests := map[string]int64{
		`1527459824000`:    1527459824000,
		`1527459824`:       1527459824000,
		`"1527459824000"`:  1527459824000,
		`"1527459824"`:     1527459824000,
		`1.527459824e12`:   1527459824000,
		`1527459824.5`:     1527459824500,
		`99999999999`:      99999999999000,
		`100000000000`:     100000000000,
		`9007199254740991`: 9007199254740991,
		`0`:                0,
		`-1527459824`:      0,
		`1e400`:            0,
		`"NaN"`:            0,
		`"Inf"`:            0,
		`"yesterday"`:      0,
		`""`:               0,
		`null`:             0,
		`true`:             0,
		`{"a":1}`:          0,
	}
	for text, want := range tests {
		doc, err := decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := milliseconds(doc); got != want {
			t.Errorf("milliseconds(%s) is %d, want %d", text, got, want)
		}
	}
}

func TestReplies(t *testing.T) {
	tests := []struct{ name, event, recipient string }{
		{"postback", `{"sender":{"id":"1"},"postback":{}}`, `{"id":"1"}`},
		{"referral", `{"sender":{"id":"1","name":"x"},"referral":{"source":"ADS"}}`, `{"id":"1"}`},
		{"plugin", `{"sender":{"user_ref":"a-b"},"referral":{}}`, `{"user_ref":"a-b"}`},
		{"message", `{"sender":{"id":"1"},"message":{"text":"hi"}}`, ``},
		{"message with a referral", `{"sender":{"id":"1"},"message":{"referral":{}}}`, ``},
		{"nobody", `{"postback":{}}`, ``},
		{"empty sender", `{"sender":{},"postback":{}}`, ``},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := replies(parse[event](t, tt.event))
			if tt.recipient == "" {
				if len(got) != 0 {
					t.Fatalf("replies %v, want none", got)
				}
				return
			}
			if len(got) != 1 {
				t.Fatalf("%d replies, want one", len(got))
			}
			text, err := json.Marshal(got[0])
			if err != nil {
				t.Fatal(err)
			}
			want := `{"recipient":` + tt.recipient + `,"messaging_type":"RESPONSE","message":{"text":"` + replyText + `"}}`
			if string(text) != want {
				t.Errorf("message %s\nwant    %s", text, want)
			}
		})
	}
}
