package discover

import "strings"

// longestCall is how long the arguments of a call are at most that are looked at.
const longestCall = 16 << 10

// arguments are those of the call whose parenthesis opens at an offset, each as it stands
// in the source, and where the call ends; nil where it does not end.
func arguments(code string, open int) (args []string, end int) {
	depth, from := 0, open+1
	var quoted byte
	for i := open; i < len(code) && i < open+longestCall; i++ {
		c := code[i]
		switch {
		case quoted != 0:
			if c == '\\' {
				i++
			} else if c == quoted {
				quoted = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quoted = c
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			if depth--; depth == 0 {
				if last := strings.TrimSpace(code[from:i]); last != "" {
					args = append(args, last)
				}
				return args, i
			}
		case c == ',' && depth == 1:
			args = append(args, strings.TrimSpace(code[from:i]))
			from = i + 1
		}
	}
	return nil, open
}

// literal is a text that stands in the source as it is; false for what is made when it
// runs.
func literal(expression string) (string, bool) {
	e := strings.TrimSpace(expression)
	e = strings.TrimPrefix(e, "r")
	if strings.HasPrefix(e, ":") { // a symbol of Ruby's
		return e[1:], importedName.FindString(e[1:]) == e[1:]
	}
	if len(e) < 2 || !strings.ContainsRune("\"'`", rune(e[0])) || e[len(e)-1] != e[0] {
		return "", false
	}
	text := e[1 : len(e)-1]
	if strings.ContainsRune(text, rune(e[0])) || strings.Contains(text, "${") || strings.Contains(text, "#{") {
		return "", false
	}
	return text, true
}

// keyword is the value of a keyword among arguments, and of a member of an object among
// them: prefix="/v1", {prefix: '/v1'}, ['prefix' => 'v1'].
func keyword(args []string, names ...string) (value string, found bool) {
	for _, arg := range args {
		members := []string{arg}
		if strings.HasPrefix(arg, "{") || strings.HasPrefix(arg, "[") {
			members, _ = arguments(arg, 0)
		}
		for _, member := range members {
			for _, name := range names {
				for _, sign := range []string{"=>", "=", ":"} {
					key, value, ok := strings.Cut(member, sign)
					if ok && strings.Trim(strings.TrimSpace(key), `"'`) == name {
						return strings.TrimSpace(value), true
					}
				}
			}
		}
	}
	return "", false
}
