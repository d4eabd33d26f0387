package life

import (
	"strconv"
	"strings"
)

// Quoted is a text below a line that says what it is, or what it means where
// there is none.
func Quoted(title, none, text string) string {
	if text == "" {
		return none
	}
	return title + ":\n  " + strings.ReplaceAll(text, "\n", "\n  ")
}

// Ports names ports, at least one.
func Ports(ports []int) string {
	words := make([]string, len(ports))
	for i, p := range ports {
		words[i] = strconv.Itoa(p)
	}
	noun := "port "
	if len(ports) > 1 {
		noun = "ports "
	}
	return noun + strings.Join(words, ", ")
}
