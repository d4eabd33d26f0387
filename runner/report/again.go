package report

import "strings"

// Again is a command that starts a run again, without the flag that selects
// requirements.
type Again struct {
	// Command has the flags of this run. Empty where they cannot be shown, as those
	// with a secret.
	Command string
	// Bare is the command without them: "referee run".
	Bare string
	// Flags is true where the bare command needs flags to judge the same receiver.
	Flags bool
}

// only is the flag that selects some requirements, as many as there is room for.
func only(ids []string, room int) string {
	const most = 3
	if len(ids) == 0 {
		return ""
	}
	text := "--only " + ids[0]
	for _, id := range ids[1:min(most, len(ids))] {
		if longer := text + "," + id; columns(longer) <= room {
			text = longer
		}
	}
	return text
}

// whole is the command with the flags of the run, in one line or two; nothing where
// there is no room for them.
func (a Again) whole(ids []string, room int) []string {
	const further = ` \`
	command := a.Command
	switch {
	case command == "" && !a.Flags:
		return a.bare(ids, room)
	case command == "", len(ids) == 0:
		return nil
	}
	if one := command + " --only " + ids[0]; columns(one) <= room {
		return []string{command + " " + only(ids, room-columns(command)-1)}
	}
	if columns(command+further) <= room && !strings.Contains(command, "\n") {
		return []string{command + further, "  " + only(ids, room-2)}
	}
	return nil
}

// bare is the command without the flags of the run.
func (a Again) bare(ids []string, room int) []string {
	if len(ids) == 0 {
		return nil
	}
	start := a.Bare
	if start == "" {
		start = "referee run"
	}
	return []string{start + " " + only(ids, room-columns(start)-1)}
}
