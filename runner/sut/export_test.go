package sut

// WithLaunch returns the command with something else in place of what
// interception adds.
func (c Command) WithLaunch(launch func(Environment) (Launch, error)) Command {
	c.launch = launch
	return c
}

// HeedsHostsWith is HeedsHosts on a machine with these files.
var HeedsHostsWith = heedsHosts

// IsThere reports why the shell of a command cannot run it.
var IsThere = isThere
