// Package bot is a Messenger bot that knows nothing of Referee.
package bot

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
)

// Bot greets who writes, clicks or arrives.
type Bot struct {
	AppSecret, VerifyToken, PageToken, GraphURL string
	// Credulous bots believe a delivery whatever its signature.
	Credulous bool
}

type event struct {
	Sender  struct{ ID string }
	Message struct {
		Echo bool `json:"is_echo"`
	}
}

func (b Bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		q := r.URL.Query()
		if q.Get("hub.mode") != "subscribe" || q.Get("hub.verify_token") != b.VerifyToken || q.Get("hub.challenge") == "" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, q.Get("hub.challenge"))
	case http.MethodPost:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if !b.Credulous && !b.signed(r.Header, body) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		var delivery struct{ Entry []struct{ Messaging []event } }
		if json.Unmarshal(body, &delivery) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		for _, entry := range delivery.Entry {
			go b.greet(entry.Messaging)
		}
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func (b Bot) signed(h http.Header, body []byte) bool {
	mac := hmac.New(sha256.New, []byte(b.AppSecret))
	mac.Write(body)
	return hmac.Equal([]byte(h.Get("X-Hub-Signature-256")), []byte("sha256="+hex.EncodeToString(mac.Sum(nil))))
}

func (b Bot) greet(events []event) {
	for _, e := range events {
		if e.Sender.ID == "" || e.Message.Echo {
			continue
		}
		message, _ := json.Marshal(map[string]any{
			"recipient": map[string]string{"id": e.Sender.ID}, "messaging_type": "RESPONSE", "message": map[string]string{"text": "Welcome!"},
		})
		if resp, err := http.Post(b.GraphURL+"/v26.0/me/messages?access_token="+b.PageToken, "application/json", bytes.NewReader(message)); err == nil {
			resp.Body.Close()
		}
	}
}
