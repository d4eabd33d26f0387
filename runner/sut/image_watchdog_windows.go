package sut

// newContainerWatchdog does nothing here: the next start removes the container
// of a Referee that was killed.
func newContainerWatchdog(string, string) (*watchdog, error) { return &watchdog{}, nil }
