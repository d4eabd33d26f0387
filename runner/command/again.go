package command

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
)

// selecting are the settings that say what is judged and where the reports go: another
// run has its own.
var selecting = map[string]bool{"only": true, "skip": true, "all": true, "result": true, "junit": true}

// againBy is how a run is started again: a command, what it was given, and the flags
// that were given with it. What came from the environment and the file is there the
// next time.
func againBy(command string, args []string, settings config.Settings, more ...string) report.Again {
	bare := []string{command}
	for _, arg := range args {
		bare = append(bare, shellWord(arg))
	}
	bare = append(bare, more...)
	a := report.Again{Bare: strings.Join(bare, " ")}
	words, secret := bare, false
	for _, s := range settings {
		if selecting[s.Key] || !strings.HasPrefix(s.Origin, "flag ") {
			continue
		}
		a.Flags = true
		secret = secret || s.Secret || fmt.Sprint(s.Public()) != fmt.Sprint(s.Value)
		words = append(words, flagWords(s)...)
	}
	if !secret {
		a.Command = strings.Join(words, " ")
	}
	return a
}

// flagWords are the words of a command line that set a setting.
func flagWords(s config.Setting) []string {
	if name, ok := strings.CutPrefix(s.Key, "env."); ok {
		return []string{"--env", shellWord(name + "=" + fmt.Sprint(s.Value))}
	}
	switch v := s.Value.(type) {
	case bool:
		if v {
			return []string{"--" + s.Key}
		}
		return []string{"--" + s.Key + "=false"}
	case []string:
		return []string{"--" + s.Key, shellWord(strings.Join(v, ","))}
	case map[string]string:
		return nil
	}
	return []string{"--" + s.Key, shellWord(fmt.Sprint(s.Value))}
}

// harmless is a word that no shell changes.
var harmless = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// shellWord quotes a word for a shell, where it has to be.
func shellWord(word string) string {
	if harmless.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
