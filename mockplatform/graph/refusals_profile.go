package graph

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

func profileWithoutProperty(_ *Server, c *call) (breach, bool) {
	return breach{}, !slices.ContainsFunc(profileProperties(), func(name string) bool { return c.params[name] != nil })
}

func menuWithoutGetStarted(s *Server, c *call) (breach, bool) {
	if c.params["persistent_menu"] == nil || c.params["get_started"] != nil {
		return breach{}, false
	}
	return breach{}, s.Profile()["get_started"] == nil
}

// menus are those of a call with their parameters, one for each locale.
func menus(c *call) iter.Seq2[string, object] {
	return func(yield func(string, object) bool) {
		for i, menu := range objects(c.value("persistent_menu")) {
			if !yield(fmt.Sprintf("persistent_menu[%d]", i), menu) {
				return
			}
		}
	}
}

// menuItems are those of all menus.
func menuItems(c *call) iter.Seq2[string, object] {
	return func(yield func(string, object) bool) {
		for param, menu := range menus(c) {
			for i, item := range objects(menu["call_to_actions"]) {
				if !yield(fmt.Sprintf("%s[call_to_actions][%d]", param, i), item) {
					return
				}
			}
		}
	}
}

// nestedMenu looks at the version: below v8.0 nested menus were still taken.
func nestedMenu(_ *Server, c *call) (breach, bool) {
	for _, item := range menuItems(c) {
		if item["type"] == "nested" || len(objects(item["call_to_actions"])) > 0 {
			return breach{}, true
		}
	}
	return breach{}, false
}

func unknownMenuKeys(_ *Server, c *call) (breach, bool) {
	ofMenu := []string{"locale", "composer_input_disabled", "call_to_actions", "disabled_surfaces"}
	ofItem := []string{"type", "title", "payload", "url", "webview_height_ratio", "messenger_extensions", "fallback_url", "webview_share_button", "call_to_actions"}
	for param, menu := range menus(c) {
		if keys := foreign(menu, ofMenu); keys != "" {
			return breach{param: param, keys: keys}, true
		}
		for i, item := range objects(menu["call_to_actions"]) {
			if keys := foreign(item, ofItem); keys != "" {
				return breach{param: fmt.Sprintf("call_to_actions[%d]", i), keys: keys}, true
			}
		}
	}
	return breach{}, false
}

func lockedComposerWithoutMenu(_ *Server, c *call) (breach, bool) {
	for _, menu := range menus(c) {
		if isSet(menu["composer_input_disabled"]) && menu["call_to_actions"] == nil {
			return breach{}, true
		}
	}
	return breach{}, false
}

func menuItemWithoutTitle(_ *Server, c *call) (breach, bool) {
	for param, item := range menuItems(c) {
		if item["title"] == "" {
			return breach{param: param + "[title]"}, true
		}
	}
	return breach{}, false
}

func badProfileURL(_ *Server, c *call) (breach, bool) {
	var found breach
	for param, item := range menuItems(c) {
		if item["type"] == "web_url" {
			found.address(param+"[url]", item["url"])
		}
	}
	domains, _ := c.value("whitelisted_domains").([]any)
	for i, domain := range domains {
		found.address(fmt.Sprintf("whitelisted_domains[%d]", i), domain)
	}
	return found, found.param != ""
}

// getStartedOfAMenu looks at a deletion.
func getStartedOfAMenu(s *Server, c *call) (breach, bool) {
	fields := c.list("fields")
	return breach{}, slices.Contains(fields, "get_started") && !slices.Contains(fields, "persistent_menu") && s.Profile()["persistent_menu"] != nil
}

func iceBreakersOfTwoForms(_ *Server, c *call) (breach, bool) {
	questions, lists := false, false
	for _, of := range objects(c.value("ice_breakers")) {
		questions = questions || of["question"] != nil
		lists = lists || of["call_to_actions"] != nil
	}
	return breach{}, questions && lists
}

func profileTooLong(_ *Server, c *call) (breach, bool) {
	var found breach
	look := func(value any, limit int, param string) {
		if found.param == "" && isLonger(value, limit) {
			found = breach{param: param, limit: limit}
		}
	}
	for i, greeting := range objects(c.value("greeting")) {
		look(greeting["text"], 160, fmt.Sprintf("greeting[%d][text]", i))
	}
	look(c.objectParam("get_started")["payload"], mostOfPayload, "get_started[payload]")
	for param, item := range menuItems(c) {
		look(item["title"], 30, param+"[title]")
		look(item["payload"], mostOfPayload, param+"[payload]")
	}
	return found, found.param != ""
}

func profileTooMany(_ *Server, c *call) (breach, bool) {
	const mostQuestions, mostItems = 4, 20
	var found breach
	look := func(n, most int, param string) {
		if found.param == "" && n > most {
			found.param = param
		}
	}
	questions := objects(c.value("ice_breakers"))
	if len(questions) > 0 && questions[0]["call_to_actions"] == nil {
		look(len(questions), mostQuestions, "ice_breakers")
	}
	for i, of := range questions {
		look(len(objects(of["call_to_actions"])), mostQuestions, fmt.Sprintf("ice_breakers[%d][call_to_actions]", i))
	}
	for param, menu := range menus(c) {
		look(len(objects(menu["call_to_actions"])), mostItems, param+"[call_to_actions]")
	}
	return found, found.param != ""
}

func noDefaultLocale(_ *Server, c *call) (breach, bool) {
	for _, name := range []string{"greeting", "persistent_menu", "ice_breakers"} {
		localised, hasDefault := false, false
		for _, of := range objects(c.value(name)) {
			locale, ok := of["locale"].(string)
			// Ice breakers with a list inside are those of the form that has locales.
			localised = localised || ok || name == "ice_breakers" && of["call_to_actions"] != nil
			hasDefault = hasDefault || strings.EqualFold(locale, "default")
		}
		if localised && !hasDefault {
			return breach{param: name}, true
		}
	}
	return breach{}, false
}
