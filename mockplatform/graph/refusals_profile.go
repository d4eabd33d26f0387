package graph

import (
	"fmt"
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

// eachMenu visits the menus of a call, one for each locale.
func eachMenu(c *call, visit func(param string, menu object)) {
	for i, menu := range objects(c.value("persistent_menu")) {
		visit(fmt.Sprintf("persistent_menu[%d]", i), menu)
	}
}

// nestedMenu looks at the version: below v8.0 nested menus were still taken.
func nestedMenu(_ *Server, c *call) (breach, bool) {
	nested := false
	eachMenu(c, func(_ string, menu object) {
		for _, item := range objects(menu["call_to_actions"]) {
			nested = nested || item["type"] == "nested" || item["call_to_actions"] != nil
		}
	})
	return breach{}, nested
}

func unknownMenuKeys(_ *Server, c *call) (breach, bool) {
	var found breach
	look := func(param string, o object, known ...string) {
		if keys := foreign(o, known); found.param == "" && keys != "" {
			found = breach{param: param, keys: keys}
		}
	}
	eachMenu(c, func(param string, menu object) {
		look(param, menu, "locale", "composer_input_disabled", "call_to_actions", "disabled_surfaces")
		for i, item := range objects(menu["call_to_actions"]) {
			look(fmt.Sprintf("call_to_actions[%d]", i), item,
				"type", "title", "payload", "url", "webview_height_ratio", "messenger_extensions", "fallback_url", "webview_share_button", "call_to_actions")
		}
	})
	return found, found.param != ""
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
	eachMenu(c, func(param string, menu object) {
		for i, item := range objects(menu["call_to_actions"]) {
			above := fmt.Sprintf("%s[call_to_actions][%d]", param, i)
			look(item["title"], 30, above+"[title]")
			look(item["payload"], mostOfPayload, above+"[payload]")
		}
	})
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
	eachMenu(c, func(param string, menu object) {
		look(len(objects(menu["call_to_actions"])), mostItems, param+"[call_to_actions]")
	})
	return found, found.param != ""
}

func noDefaultLocale(_ *Server, c *call) (breach, bool) {
	for _, name := range []string{"greeting", "persistent_menu", "ice_breakers"} {
		localised, hasDefault := false, false
		for _, of := range objects(c.value(name)) {
			locale, ok := of["locale"].(string)
			localised = localised || ok
			hasDefault = hasDefault || strings.EqualFold(locale, "default")
		}
		if localised && !hasDefault {
			return breach{param: name}, true
		}
	}
	return breach{}, false
}
