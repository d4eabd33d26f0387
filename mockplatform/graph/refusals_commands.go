package graph

import (
	"fmt"
	"slices"
	"strings"
)

// commandsNull: that null counts as absent holds for every other property.
func commandsNull(_ *Server, c *call) (breach, bool) {
	return breach{}, slices.Contains(c.nulls, "commands")
}

// breachOfLocale visits the commands of each locale until one breaks a rule.
func breachOfLocale(c *call, look func(param string, commands []object) (breach, bool)) (breach, bool) {
	for i, of := range objects(c.value("commands")) {
		if of["commands"] == nil {
			continue
		}
		if b, broken := look(fmt.Sprintf("commands[%d][commands]", i), objects(of["commands"])); broken {
			return b, true
		}
	}
	return breach{}, false
}

// breachOfCommand visits each command until one breaks a rule.
func breachOfCommand(c *call, look func(param string, command object) (breach, bool)) (breach, bool) {
	return breachOfLocale(c, func(param string, commands []object) (breach, bool) {
		for i, command := range commands {
			if b, broken := look(fmt.Sprintf("%s[%d]", param, i), command); broken {
				return b, true
			}
		}
		return breach{}, false
	})
}

func commandsOfNoCommand(_ *Server, c *call) (breach, bool) {
	return breachOfLocale(c, func(param string, commands []object) (breach, bool) {
		return breach{param: param}, len(commands) == 0
	})
}

func commandsTooMany(_ *Server, c *call) (breach, bool) {
	return breachOfLocale(c, func(param string, commands []object) (breach, bool) {
		return breach{param: param}, len(commands) > 100
	})
}

func commandWithSlash(_ *Server, c *call) (breach, bool) {
	return breachOfCommand(c, func(_ string, command object) (breach, bool) {
		name, _ := command["name"].(string)
		return breach{}, strings.HasPrefix(name, "/")
	})
}

func commandTooLong(_ *Server, c *call) (breach, bool) {
	return breachOfCommand(c, func(param string, command object) (breach, bool) {
		const mostOfName, mostOfDescription = 32, 64
		if isLonger(command["name"], mostOfName) {
			return breach{param: param + "[name]", limit: mostOfName}, true
		}
		return breach{param: param + "[description]", limit: mostOfDescription}, isLonger(command["description"], mostOfDescription)
	})
}

func commandWithoutText(_ *Server, c *call) (breach, bool) {
	return breachOfCommand(c, func(param string, command object) (breach, bool) {
		for _, name := range []string{"name", "description"} {
			if command[name] == "" {
				return breach{param: param + "[" + name + "]"}, true
			}
		}
		return breach{}, false
	})
}
