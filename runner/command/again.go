package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// selecting reports whether a setting says what is judged, how often, what is accepted or
// where the reports go: another run has its own.
func selecting(key string) bool {
	return slices.Contains([]string{"only", "skip", "shard", "repeat", "baseline", "all", githubKey}, key) || slices.Contains(fileKeys(), key)
}

// againBy is how a run is started again: a command, what it was given, and the flags
// that were given with it. What came from the environment and the file is there the
// next time.
func againBy(command string, args []string, settings config.Settings, more ...string) report.Again {
	bare := []string{command}
	for _, arg := range args {
		bare = append(bare, sut.ShellWord(arg))
	}
	bare = append(bare, more...)
	a := report.Again{Bare: strings.Join(bare, " ")}
	words, secret := bare, false
	for _, s := range settings {
		if selecting(s.Key) || !strings.HasPrefix(s.Origin, "flag ") {
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

// againOf is how a run is started again of which only the result is known. What was given as
// flags is not, but for the files with what a team expects: without them nobody knows the
// requirements that Again names. Those of the configuration are there the next time, and so
// are the files that it names: a flag takes the place of all of them.
func againOf(r report.Result) report.Again {
	const bare = "referee run"
	a := report.Again{Bare: bare}
	var files []string
	for _, q := range r.Requirements {
		file := q.Place
		if at := strings.LastIndex(file, ":"); at >= 0 {
			file = file[:at]
		}
		switch {
		case q.Basis != report.Expected:
		case file != "" && file == r.Receiver.Config:
			return report.Again{Bare: bare}
		case file == "": // it is not below the folder of the run
			a.Flags = true
		case !slices.Contains(files, file):
			files = append(files, file)
		}
	}
	if len(files) > 0 {
		a.Bare += " --expect " + sut.ShellWord(strings.Join(files, ","))
	}
	return a
}

// flagWords are the words of a command line that set a setting.
func flagWords(s config.Setting) []string {
	if name, ok := strings.CutPrefix(s.Key, "env."); ok {
		return []string{"--env", sut.ShellWord(name + "=" + fmt.Sprint(s.Value))}
	}
	switch v := s.Value.(type) {
	case bool:
		if v {
			return []string{"--" + s.Key}
		}
		return []string{"--" + s.Key + "=false"}
	case []string:
		return []string{"--" + s.Key, sut.ShellWord(strings.Join(v, ","))}
	case map[string]string:
		return nil
	}
	return []string{"--" + s.Key, sut.ShellWord(fmt.Sprint(s.Value))}
}
