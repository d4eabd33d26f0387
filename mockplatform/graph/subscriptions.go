package graph

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/schemas"
)

// Subscription is what an app asks for with POST /{app-id}/subscriptions.
type Subscription struct {
	// Object is the topic, such as "page" or "instagram".
	Object string
	// CallbackURL is where deliveries are to go, an absolute URL.
	CallbackURL string
	// VerifyToken is what the verification request has to carry.
	VerifyToken string
	// Fields are the fields of the object, at least one.
	Fields []string
	// Version is the one with which the payloads of these fields are made: that of
	// the call, see subscribedField.
	Version string
	// IncludeValues asks for values that changed, not only for their names.
	IncludeValues bool
}

// Sample is what an app asks for with POST /{app-id}/subscriptions_sample.
type Sample struct {
	// Object is the topic, such as "page", and Field one of its fields.
	Object, Field string
	// ObjectID is the id of the object; empty if the app does not care.
	ObjectID string
	// CustomFields are the values that the app wants in the sample, as it gave
	// them. Nil if it gave none.
	CustomFields json.RawMessage
}

// appSubscription is a subscription as the app can read it.
type appSubscription struct {
	Object      string            `json:"object"`
	CallbackURL string            `json:"callback_url"`
	Active      bool              `json:"active"`
	Fields      []subscribedField `json:"fields"`
}

// subscribedField is a field with the version in which its values are sent. The
// dashboard has one to choose for each field; here it is that of the call, as in the
// sample of Meta's page. One that ends becomes the next:
// https://developers.facebook.com/docs/messenger-platform/webhook/versioning
type subscribedField struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// appNode is GET /app and GET /{app-id}.
func (s *Server) appNode(c *call) answer {
	return s.node(c, node{kind: appKind, id: s.opts.AppID, values: aboutPage().App}, "category", "link", "name")
}

// appSubscriptions is GET /{app-id}/subscriptions:
// https://developers.facebook.com/docs/graph-api/reference/app/subscriptions
func (s *Server) appSubscriptions(c *call) answer {
	items := []any{}
	s.inspect(func(m *memory) {
		for _, sub := range m.Subscriptions {
			sub.Fields = slices.Clone(sub.Fields)
			for i := range sub.Fields {
				sub.Fields[i].Version, _ = usable(sub.Fields[i].Version, c.day)
			}
			items = append(items, sub)
		}
	})
	return s.reply(c, plainList(items...))
}

// subscribe is POST /{app-id}/subscriptions. It answers when the callback URL is
// verified. A subscription of the same object is replaced: Meta's page speaks of
// updates with this call, and does not say whether fields are added.
func (s *Server) subscribe(c *call) answer {
	if err := schemas.Validate("subscriptions.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	asked := Subscription{
		Object: c.param("object"), CallbackURL: c.param("callback_url"), VerifyToken: c.param("verify_token"),
		Fields: c.list("fields"), Version: c.version, IncludeValues: c.flag("include_values"),
	}
	switch {
	case !isWebAddress(asked.CallbackURL):
		return s.invalidParameter(c, fmt.Sprintf("/callback_url: %q is not an absolute URL of http or https", asked.CallbackURL))
	case len(asked.Fields) == 0:
		return s.invalidParameter(c, "/fields: names no field")
	}
	if s.opts.Subscribe != nil {
		if err := s.opts.Subscribe(c.ctx, asked); err != nil {
			return s.notSubscribed(c, err)
		}
	}
	made := appSubscription{Object: asked.Object, CallbackURL: asked.CallbackURL, Active: true}
	for _, name := range asked.Fields {
		made.Fields = append(made.Fields, subscribedField{name, c.version})
	}
	return s.added(c, success(), func(m *memory) {
		ofObject := func(sub appSubscription) bool { return sub.Object == made.Object }
		if i := slices.IndexFunc(m.Subscriptions, ofObject); i >= 0 {
			m.Subscriptions[i] = made
			return
		}
		m.Subscriptions = append(m.Subscriptions, made)
	})
}

// notSubscribed answers why a subscription did not begin or end.
func (s *Server) notSubscribed(c *call, err error) answer {
	var callback *delivery.CallbackError
	switch {
	case c.ctx.Err() != nil:
		return gone()
	case errors.As(err, &callback):
		e := graphError{Message: callback.Error(), Type: "OAuthException", Code: callback.Code}
		return s.refuse(c, e, err.Error())
	}
	a := s.refuse(c, errorTable()["unexpected"], err.Error())
	a.status = http.StatusInternalServerError
	return a
}

// unsubscribe is DELETE /{app-id}/subscriptions: of one object, or of some of
// its fields, or of all. It takes what is not there.
func (s *Server) unsubscribe(c *call) answer {
	object, fields := c.param("object"), c.list("fields")
	if object == "" && len(fields) > 0 {
		return s.invalidParameter(c, "object: must say whose fields these are: "+strings.Join(fields, ", "))
	}
	if s.opts.Unsubscribe != nil {
		if err := s.opts.Unsubscribe(c.ctx, object, fields); err != nil {
			return s.notSubscribed(c, err)
		}
	}
	return s.removed(c, success(), func(m *memory) {
		var left []appSubscription
		for _, sub := range m.Subscriptions {
			if object == "" || sub.Object == object {
				sub.Fields = slices.DeleteFunc(slices.Clone(sub.Fields), func(f subscribedField) bool {
					return len(fields) == 0 || slices.Contains(fields, f.Name)
				})
			}
			if len(sub.Fields) > 0 {
				left = append(left, sub)
			}
		}
		m.Subscriptions = left
	})
}

// sample is POST /{app-id}/subscriptions_sample, what the button "Test" of the
// dashboard does.
func (s *Server) sample(c *call) answer {
	if s.opts.Sample == nil {
		return s.unsupportedRequest(c)
	}
	if err := schemas.Validate("subscriptions-sample.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	err := s.opts.Sample(c.ctx, Sample{
		Object: c.param("object"), ObjectID: c.param("object_id"), Field: c.param("field"), CustomFields: c.params["custom_fields"],
	})
	switch {
	case c.ctx.Err() != nil:
		return gone()
	case err != nil:
		return s.invalidParameter(c, err.Error())
	}
	return s.reply(c, success())
}
