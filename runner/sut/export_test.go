package sut

// WithLaunch returns the command with something else in place of what
// interception adds.
func (c Command) WithLaunch(launch func(Environment) (Launch, error)) Command {
	c.launch = launch
	return c
}

// OwnedContainer is the label of the containers of this process.
func OwnedContainer() string { return ownerLabel + "=" + owner() }

// ErrTimeIsUp is the cause of a context that ends as the time to become ready
// does.
var ErrTimeIsUp = errTimeIsUp
