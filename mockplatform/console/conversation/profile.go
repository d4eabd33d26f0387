package conversation

import (
	"encoding/json"
	"strings"
)

// Profile is what the bot set of the Messenger profile, as a thread shows it:
// https://developers.facebook.com/docs/messenger-platform/reference/messenger-profile-api
type Profile struct {
	GetStarted       string       `json:"get_started,omitempty" doc:"The payload of the Get Started button; empty if there is none"`
	Greeting         string       `json:"greeting,omitempty" doc:"What stands on the welcome screen"`
	IceBreakers      []QuickReply `json:"ice_breakers" doc:"Questions that a new thread offers"`
	Menu             []Button     `json:"menu" doc:"The persistent menu"`
	ComposerDisabled bool         `json:"composer_disabled" doc:"Whether the menu takes the place of the composer"`
}

// ReadProfile reads the properties of a Messenger profile. Of those that have
// texts for each locale, those of this locale count, else the default ones.
func ReadProfile(properties map[string]json.RawMessage, locale string) Profile {
	p := Profile{IceBreakers: []QuickReply{}, Menu: []Button{}}
	var started struct {
		Payload loose `json:"payload"`
	}
	parse(properties["get_started"], &started)
	p.GetStarted = string(started.Payload)

	var greetings list[struct {
		Locale loose `json:"locale"`
		Text   loose `json:"text"`
	}]
	parse(properties["greeting"], &greetings)
	for i, g := range greetings {
		if i == 0 || g.Locale == "default" && p.Greeting == "" || string(g.Locale) == locale {
			p.Greeting = string(g.Text)
		}
	}

	var menus list[struct {
		Locale           loose          `json:"locale"`
		ComposerDisabled loose          `json:"composer_input_disabled"`
		Items            list[buttonIn] `json:"call_to_actions"`
	}]
	parse(properties["persistent_menu"], &menus)
	chosen := -1
	for i, m := range menus {
		if string(m.Locale) == locale || chosen < 0 {
			chosen = i
		} else if m.Locale == "default" && string(menus[chosen].Locale) != locale {
			chosen = i
		}
	}
	if chosen >= 0 {
		p.ComposerDisabled = menus[chosen].ComposerDisabled == "true"
		p.Menu = append(p.Menu, buttons(menus[chosen].Items, 0)...)
	}

	type question struct {
		Question loose `json:"question"`
		Payload  loose `json:"payload"`
	}
	var breakers list[struct {
		question
		Locale loose          `json:"locale"`
		Items  list[question] `json:"call_to_actions"`
	}]
	parse(properties["ice_breakers"], &breakers)
	var questions []question
	best := false
	for _, b := range breakers {
		switch {
		case b.Question != "":
			questions = append(questions, b.question)
		case questions == nil, string(b.Locale) == locale, b.Locale == "default" && !best:
			questions, best = b.Items, string(b.Locale) == locale
		}
	}
	for _, q := range questions {
		p.IceBreakers = append(p.IceBreakers, QuickReply{ContentType: "text", Title: string(q.Question), Payload: string(q.Payload)})
	}
	return p
}

// For is the profile as somebody sees it, whose names stand in the greeting:
// https://developers.facebook.com/docs/messenger-platform/reference/messenger-profile-api/greeting
func (p Profile) For(first, last, full string) Profile {
	p.Greeting = strings.NewReplacer("{{user_first_name}}", first, "{{user_last_name}}", last, "{{user_full_name}}", full).Replace(p.Greeting)
	return p
}
